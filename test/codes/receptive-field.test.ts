import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { covarianceMatrix, gaussianKernel } from '../../src/codes/receptive-field/gaussian.ts'
import { spatialParameters, spatioTemporalParameters } from '../../src/codes/receptive-field/parameters.ts'
import { spatialReceptiveField, spatialReceptiveFields } from '../../src/codes/receptive-field/spatial.ts'
import { temporalScaleDistribution } from '../../src/codes/receptive-field/temporal.ts'
import { ShapeError } from '../../src/errors.ts'
import { tensor, type Tensor, zeros } from '../../src/tensor.ts'
import { expectClose } from './close.ts'

const SEED = { seed: 20240607 }
const sum = (x: Tensor) => x.data.reduce((all, value) => all + value, 0)

describe('covarianceMatrix and gaussianKernel', () => {
  it('G35 a turned covariance', () => {
    expectClose(covarianceMatrix(2, 0.5, Math.PI / 6), [
      [3.0625, 1.6237977],
      [1.6237977, 1.1875],
    ])
  })

  it('a kernel is the density at its points', () => {
    const kernel = gaussianKernel(covarianceMatrix(1, 1, 0), { size: 3, domain: 1 })
    const density = (x: number, y: number) => Math.exp(-(x * x + y * y) / 2) / (2 * Math.PI)
    expectClose(
      kernel,
      [-1, 0, 1].map((y) => [-1, 0, 1].map((x) => density(x, y))),
    )
    expect(gaussianKernel(covarianceMatrix(3, 3, 0), { size: 41 }).shape).toEqual([41, 41])
  })

  it('rows are y: a kernel that lies to the right is largest there', () => {
    const kernel = gaussianKernel(covarianceMatrix(1, 1, 0), { size: 5, domain: 2, x: 2, y: -1 })
    expect(kernel.data.indexOf(Math.max(...kernel))).toBe(1 * 5 + 4)
  })

  it('say what is wrong', () => {
    expect(() => gaussianKernel(zeros(3), { size: 3 })).toThrow(ShapeError)
    expect(() => gaussianKernel(zeros(2, 2), { size: 3 })).toThrow(/covariance \[0, 0, 0, 0\] has no inverse/)
    expect(() => gaussianKernel(covarianceMatrix(1, 1, 0), { size: 0 })).toThrow(/gaussianKernel: size 0/)
    expect(() => gaussianKernel(covarianceMatrix(1, 1, 0), { size: 2, domain: -1 })).toThrow(/gaussianKernel: domain -1/)
  })
})

describe('spatialReceptiveField', () => {
  const field = { scale: 2, angle: Math.PI / 6, ratio: 1.5, x: 0.5, y: -0.25, size: 5, domain: 4 }

  it('G36 without derivatives', () => {
    expectClose(spatialReceptiveField(field), [
      [0.0045216545, 0.0055424594, 0.0011323909, 3.856379e-5, 2.1890324e-7],
      [0.018855987, 0.110393055, 0.1077267, 0.01752242, 0.00047506596],
      [0.0021545056, 0.06024591, 0.28079966, 0.2181498, 0.028248936],
      [6.7451556e-6, 0.00090086483, 0.020054702, 0.07441524, 0.04602531],
      [5.786066e-10, 3.690952e-7, 3.924486e-5, 0.0006955293, 0.0020546487],
    ])
  })

  it('G37 derived along its angle', () => {
    expectClose(spatialReceptiveField({ ...field, dx: 1 }), [
      [0.016102418, 0.10191541, 0.10182779, 0.016503368, 0.00040843178],
      [0.15736328, 0.10431601, 0.059405297, 0.016172975, -0.015402526],
      [0.09119264, 0.1865677, 0.09291278, -0.19026893, -0.3061428],
      [0.00047140813, -0.01276073, -0.07671489, -0.086235926, -0.06226994],
      [-6.106288e-6, -0.0008665092, -0.019413432, -0.07197432, -0.041616596],
    ])
  })

  const shape = fc.record({
    scale: fc.double({ min: 1, max: 4, noNaN: true }),
    angle: fc.double({ min: 0, max: Math.PI, noNaN: true }),
    ratio: fc.double({ min: 0.8, max: 1.6, noNaN: true }),
    size: fc.integer({ min: 15, max: 21 }),
  })

  test.prop([shape], { ...SEED, numRuns: 20 })('sums to 1; derived, to about 0', (each) => {
    expect(sum(spatialReceptiveField(each))).toBeCloseTo(1, 5)
    for (const [dx, dy] of [
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 0],
    ] as const) {
      expect(Math.abs(sum(spatialReceptiveField({ ...each, dx, dy })))).toBeLessThan(0.02)
    }
  })

  test.prop([shape], { ...SEED, numRuns: 20 })('turned by half a turn it is the same, and its first derivative the opposite', (each) => {
    const turned = { ...each, angle: each.angle + Math.PI }
    expectClose(spatialReceptiveField(turned), spatialReceptiveField(each).toArray())
    const derived = spatialReceptiveField({ ...each, dx: 1 })
    expectClose(spatialReceptiveField({ ...turned, dx: 1 }), derived.map((value) => -value).toArray())
  })

  it('a first derivative along x is positive left of the centre and negative right of it', () => {
    const kernel = spatialReceptiveField({ scale: 4, angle: 0, ratio: 1, size: 9, dx: 1 })
    expect(kernel.at(4, 3)).toBeGreaterThan(0.01)
    expect(kernel.at(4, 5)).toBeCloseTo(-kernel.at(4, 3), 6)
    expect(kernel.at(4, 4)).toBeCloseTo(0, 6)
  })

  it('says what is wrong', () => {
    const one = { scale: 1, angle: 0, ratio: 1, size: 5 }
    expect(() => spatialReceptiveField({ ...one, scale: 0 })).toThrow(/spatialReceptiveField: scale 0/)
    expect(() => spatialReceptiveField({ ...one, dx: 0.5 })).toThrow(/dx 0.5: a whole number from 0/)
    expect(() => spatialReceptiveField({ ...one, size: 1, dy: 1 })).toThrow(/a derivative needs two points/)
    expect(() => spatialReceptiveField({ ...one, x: 1000 })).toThrow(/the field has no weight on the grid/)
  })
})

describe('spatialParameters', () => {
  it('G39 rows of scale, angle, ratio, x, y, dx, dy', () => {
    const rows = spatialParameters({ scales: [1, 2], angles: [0, 1], ratios: [1, 2], derivatives: 1 })
    const orders = [
      [0, 0],
      [0, 1],
      [1, 0],
    ]
    const block = (scale: number, angle: number, ratio: number) => orders.map((order) => [scale, angle, ratio, 0, 0, ...order])
    const long = [
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ].flatMap(([scale, angle]) => block(scale as number, angle as number, 2))
    expect(rows.map(({ scale, angle, ratio, x, y, dx, dy }) => [scale, angle, ratio, x, y, dx, dy])).toEqual([
      ...long,
      ...block(1, 0, 1),
      ...block(2, 0, 1),
    ])
  })

  it('A64 their number', () => {
    const three = { scales: [1, 2, 3], angles: [0, 1, 2], ratios: [1, 2, 3], x: [0, 1], y: [0, 1] }
    expect(spatialParameters({ ...three, derivatives: 1, includeReplicas: true })).toHaveLength(324)
    const four = [
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 2],
    ] as const
    expect(spatialParameters({ ...three, derivatives: four, includeReplicas: true })).toHaveLength(432)
    const { x, y, ...flat } = three
    expect(spatialParameters({ ...flat, derivatives: 1 })).toHaveLength(3 * 2 * 2 * 3 + 3 * 3 * 3)
    expect(spatialParameters(flat)).toHaveLength(3 * 2 * 2 + 3 * 3)
    expect(spatialParameters({ ...flat, derivatives: 2, x, y })).toHaveLength((3 * 2 * 2 + 3 * 3) * 8 * 4)
    expect(() => spatialParameters({ ...flat, derivatives: -1 })).toThrow(/derivatives -1/)
  })

  it('with time constants', () => {
    const rows = spatioTemporalParameters({ scales: [1], angles: [0], ratios: [1, 2], times: [1e-3, 2e-3] })
    expect(rows.map(({ ratio, time }) => [ratio, time])).toEqual([
      [2, 1e-3],
      [2, 2e-3],
      [1, 1e-3],
      [1, 2e-3],
    ])
  })
})

describe('spatialReceptiveFields', () => {
  const rows = spatialParameters({ scales: [1, 2], angles: [0], ratios: [1], derivatives: 1 })

  it('A63 are weights of a convolution', () => {
    expect(spatialReceptiveFields(rows.slice(0, 1), { size: 9 }).shape).toEqual([1, 1, 9, 9])
    const weights = spatialReceptiveFields(rows, { size: 5, inChannels: 2, domain: 4 })
    expect(weights.shape).toEqual([6, 2, 5, 5])
    const third = spatialReceptiveField({ ...(rows[2] as (typeof rows)[0]), size: 5, domain: 4 })
    for (const channel of [0, 1]) expect(weights.data.subarray((2 * 2 + channel) * 25, (2 * 2 + channel + 1) * 25)).toEqual(third.data)
  })

  it('need a row', () => {
    expect(() => spatialReceptiveFields([], { size: 9 })).toThrow(/no rows were given/)
    expect(() => spatialReceptiveFields(rows, { size: 9, inChannels: 0 })).toThrow(/inChannels 0/)
  })
})

describe('temporalScaleDistribution', () => {
  it('G38 each is sqrt(2) times the one before', () => {
    expectClose(tensor(temporalScaleDistribution(4)), [1, 1.4142101, 1.99999, 2.8284056])
  })

  it('G38b runs from min to max, where Norse runs from max down to its square root', () => {
    const norse = [10, 5.623413, 3.1622777]
    const ours = temporalScaleDistribution(3, { min: 1, max: 10 })
    expectClose(tensor(ours), [1, Math.sqrt(10), 10])
    // Theirs are in geometric steps too, half as wide, and read backwards.
    norse.forEach((scale, k) => expect(scale).toBeCloseTo(10 / Math.sqrt(ours[k] as number), 5))
  })

  test.prop(
    [fc.integer({ min: 1, max: 9 }), fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.double({ min: 1.01, max: 100, noNaN: true })],
    { ...SEED, numRuns: 50 },
  )('is a geometric series that starts at min and ends at max', (count, min, factor) => {
    const max = min * factor
    const scales = temporalScaleDistribution(count, { min, max })
    expect(scales[0]).toBe(min)
    if (count > 1) expect(scales.at(-1)).toBe(max)
    for (let k = 2; k < count; k++) {
      const [a, b, c] = scales.slice(k - 2, k + 1) as [number, number, number]
      expect(b / a).toBeCloseTo(c / b, 6)
    }
  })

  it('says what is wrong', () => {
    expect(() => temporalScaleDistribution(0)).toThrow(/count 0/)
    expect(() => temporalScaleDistribution(2, { min: 0 })).toThrow(/min 0/)
    expect(() => temporalScaleDistribution(2, { max: 2, ratio: 2 })).toThrow(/max and ratio: give one/)
  })
})
