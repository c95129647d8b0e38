import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { lifEncoder, poissonEncoder, signedPoissonEncoder } from '../../operators/index.ts'
import { constantCurrentEncode } from '../../src/codes/constant-current.ts'
import { sumDecode } from '../../src/codes/decode.ts'
import { poissonEncode, signedPoissonEncode } from '../../src/codes/poisson.ts'
import { populationEncode } from '../../src/codes/population.ts'
import { spikeLatencyEncode, spikeLatencyLifEncode } from '../../src/codes/spike-latency.ts'
import { spikesToTimes } from '../../src/codes/spike-times.ts'
import { ShapeError } from '../../src/errors.ts'
import { learnable } from '../../src/layers/learnable.ts'
import { full, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { expectClose } from './close.ts'

const SEED = { seed: 20240607 }
const sum = (x: Tensor) => x.data.reduce((all, value) => all + value, 0)
const repeated = (x: Tensor, steps: number) => stack(Array.from({ length: steps }, () => x))

describe('constantCurrentEncode', () => {
  it('A22 zeros give no spikes', () => {
    expect(constantCurrentEncode(zeros(4), { steps: 2 }).toArray()).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  it('A23 large values spike in every step', () => {
    const x = tensor([16, 32, 64, 128].map((value) => [value, value, value]))
    const last = constantCurrentEncode(x, { steps: 10 }).data.subarray(-12)
    expect([...last]).toEqual(Array<number>(12).fill(1))
  })

  it('G40 counts rise with the value', () => {
    expect(constantCurrentEncode(tensor([2, 4, 8, 16]), { steps: 5 }).toArray()).toEqual([
      [0, 0, 0, 1],
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [0, 0, 1, 1],
      [0, 0, 0, 1],
    ])
  })

  test.prop([fc.array(fc.float({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 9 }), fc.constantFrom(1e-3, 5e-4)], {
    ...SEED,
    numRuns: 30,
  })('is the lifEncoder layer on a constant input', (values, dt) => {
    const x = tensor(values)
    const params = { tauMemInv: 80, vTh: 0.9 }
    const [spikes] = lifEncoder(params, { dt }).sequence(repeated(x, 12))
    expect(constantCurrentEncode(x, { steps: 12, dt, ...params }).toArray()).toEqual(spikes.toArray())
  })

  it('takes the length of a step from its input, and hands it on', () => {
    const x = new Tensor([1], Float32Array.of(3), { dt: 2e-3 })
    expect(constantCurrentEncode(x, { steps: 20 }).toArray()).toEqual(constantCurrentEncode(tensor([3]), { steps: 20, dt: 2e-3 }).toArray())
    expect(constantCurrentEncode(x, { steps: 1 }).dt).toBe(2e-3)
  })

  it('takes a parameter for each neuron', () => {
    const counts = sumDecode(constantCurrentEncode(tensor([5, 5]), { steps: 50, vTh: [1, 6] }))
    expect(counts.at(0)).toBeGreaterThan(10)
    expect(counts.at(1)).toBe(0)
  })

  it('says what is wrong with its options', () => {
    const x = zeros(2)
    expect(() => constantCurrentEncode(x, { steps: 0 })).toThrow(/constantCurrentEncode: steps 0: a positive whole number/)
    expect(() => constantCurrentEncode(x, { steps: 2, dt: -1 })).toThrow(/constantCurrentEncode: dt -1/)
    expect(() => constantCurrentEncode(x, { steps: 2, vTh: NaN })).toThrow(/constantCurrentEncode: vTh: NaN/)
    // @ts-expect-error there is nothing to train in a function
    expect(() => constantCurrentEncode(x, { steps: 2, vTh: learnable(1) })).toThrow(/constantCurrentEncode: vTh: expected a number/)
    expect(() => constantCurrentEncode(x, { steps: 2, vTh: [1, 2, 3] })).toThrow(ShapeError)
  })
})

describe('spikeLatencyEncode', () => {
  it('A24 every neuron spikes once', () => {
    expect(sum(spikeLatencyLifEncode(full([10], 1.1), { steps: 128 }))).toBe(10)
    expect(sum(spikeLatencyEncode(constantCurrentEncode(full([10], 1.1), { steps: 128 })))).toBe(10)
  })

  it('A25 very large values spike in the first step', () => {
    const spikes = spikeLatencyEncode(constantCurrentEncode(full([2, 2], 100), { steps: 5 }))
    expect([...spikes]).toEqual([1, 1, 1, 1, ...Array<number>(16).fill(0)])
  })

  it('A26, A27 keeps the first spike along time', () => {
    const encode = (values: Parameters<typeof tensor>[0]) => spikeLatencyEncode(tensor(values)).toArray()
    const rows = (a: number[][], b: number[][]) => [a, b]
    expect(encode(rows([[0, 1, 1, 0]], [[1, 1, 1, 0]]))).toEqual(rows([[0, 1, 1, 0]], [[1, 0, 0, 0]]))
    const pattern = Array.from({ length: 7 }, (_, y) => Array.from({ length: 5 }, (__, x) => (x * 3 + y) % 2))
    const all = pattern.map((row) => row.map(() => 1))
    expect(encode(rows(pattern, all))).toEqual(
      rows(
        pattern,
        pattern.map((row) => row.map((value) => 1 - value)),
      ),
    )
  })

  it('A28 after a constant current', () => {
    const spikes = spikeLatencyLifEncode(
      tensor([
        [0, 100, 100],
        [100, 100, 100],
      ]),
      { steps: 2 },
    )
    expect(spikes.toArray()).toEqual([
      [
        [0, 1, 1],
        [1, 1, 1],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ])
  })

  it('G41 indices of the spikes', () => {
    const times = spikesToTimes(spikeLatencyLifEncode(tensor([1.05, 1.1, 2, 8]), { steps: 30 }), { dt: 1 })
    expect(times.toArray()).toEqual([[28, 22, 6, 1]])
  })

  test.prop([fc.array(fc.float({ min: 0, max: 40, noNaN: true }), { minLength: 2, maxLength: 12 })], { ...SEED, numRuns: 40 })(
    'larger values are not later, and none spikes twice',
    (values) => {
      const spikes = spikeLatencyLifEncode(tensor(values), { steps: 60 })
      expect(Math.max(...sumDecode(spikes))).toBeLessThanOrEqual(1)
      const times = spikesToTimes(spikes)
      values.forEach((a, k) =>
        values.forEach((b, n) => {
          if (a > b) expect(times.data[k]).toBeLessThanOrEqual(times.data[n] as number)
        }),
      )
    },
  )

  it('needs a time axis', () => {
    expect(() => spikeLatencyEncode(tensor(1))).toThrow(/spikeLatencyEncode: expected a tensor of shape \[time, ...\]/)
  })
})

describe('poissonEncode', () => {
  it('A29 gives 0 and 1 with time first, and two seeds differ', () => {
    const x = full([3, 4], 0.5)
    const draw = (seed: number) => poissonEncode(x, { steps: 20, fMax: 500, seed })
    expect(draw(1).shape).toEqual([20, 3, 4])
    expect(new Set(draw(1))).toEqual(new Set([0, 1]))
    expect(draw(1).toArray()).toEqual(draw(1).toArray())
    expect(draw(1).toArray()).not.toEqual(draw(2).toArray())
    const signed = (seed: number) => signedPoissonEncode(x, { steps: 20, fMax: 500, seed }).toArray()
    expect(signed(1)).not.toEqual(signed(2))
  })

  test.prop([fc.constantFrom(0.05, 0.3, 1), fc.constantFrom(100, 400), fc.constantFrom(1e-3, 2e-3), fc.integer()], {
    ...SEED,
    numRuns: 15,
  })('has the rate that the input asks for, within what chance allows', (value, fMax, dt, seed) => {
    const [steps, size] = [200, 100]
    const expected = steps * size * dt * fMax * value
    const total = sum(poissonEncode(full([size], value), { steps, fMax, dt, seed }))
    expect(Math.abs(total - expected)).toBeLessThan(6 * Math.sqrt(expected))
    const signed = sum(signedPoissonEncode(full([size], -value), { steps, fMax, dt, seed }))
    expect(Math.abs(signed + expected)).toBeLessThan(6 * Math.sqrt(expected))
  })

  it('each neuron has its own rate, and its own spikes', () => {
    const x = tensor([0, 0.1, 0.5, 1])
    const counts = [...sumDecode(poissonEncode(x, { steps: 2000, fMax: 500, seed: 4 }))]
    ;[0, 100, 500, 1000].forEach((expected, k) =>
      expect(Math.abs((counts[k] as number) - expected)).toBeLessThanOrEqual(6 * Math.sqrt(expected)),
    )
    const twins = poissonEncode(full([2], 0.5), { steps: 50, fMax: 1000, seed: 4 })
    expect(Array.from({ length: 50 }, (_, k) => twins.at(k, 0))).not.toEqual(Array.from({ length: 50 }, (_, k) => twins.at(k, 1)))
  })

  it('a probability of 1 always spikes, with the sign of the input', () => {
    const x = tensor([-1, -2, 0, 1, 2])
    expect(signedPoissonEncode(x, { steps: 1, fMax: 1000, seed: 1 }).toArray()).toEqual([[-1, -1, 0, 1, 1]])
    expect(poissonEncode(x, { steps: 1, fMax: 1000, seed: 1 }).toArray()).toEqual([[0, 0, 0, 1, 1]])
  })

  it('the streaming layer gives the same spikes for the same seed', () => {
    const x = tensor([-0.9, 0.2, 0.5, 0.9])
    const frames = repeated(x, 30)
    expect(poissonEncode(x, { steps: 30, fMax: 700, seed: 8 }).toArray()).toEqual(
      poissonEncoder({ fMax: 700 }, { seed: 8 }).sequence(frames)[0].toArray(),
    )
    expect(signedPoissonEncode(x, { steps: 30, fMax: 700, seed: 8 }).toArray()).toEqual(
      signedPoissonEncoder({ fMax: 700 }, { seed: 8 }).sequence(frames)[0].toArray(),
    )
  })

  it('needs a seed', () => {
    // @ts-expect-error the seed is missing
    expect(() => poissonEncode(zeros(1), { steps: 1 })).toThrow(/poissonEncode: a seed is needed/)
    expect(() => signedPoissonEncode(zeros(1), { steps: 1, seed: 0.5 })).toThrow(/signedPoissonEncode: seed 0.5/)
  })
})

describe('populationEncode', () => {
  it('A20, G42 the codes of Norse', () => {
    const expected = [
      [1, 0.8824969, 0.6065307],
      [0.8824969, 1, 0.8824969],
      [0.6065307, 0.8824969, 1],
    ]
    expectClose(populationEncode(tensor([0, 0.5, 1]), { size: 3 }), expected)
    expectClose(populationEncode(tensor([0, 0.5, 1]), { size: 3, scale: 1 }), expected)
    expectClose(populationEncode(tensor([0, 0.5, 2]), { size: 4 }), [
      [1, 0.6411804, 0.16901335, 0.01831564],
      [0.7788007, 0.97260445, 0.4993519, 0.10539922],
      [0.01831564, 0.16901335, 0.64118034, 1],
    ])
  })

  it('A21 adds an axis at the end', () => {
    expect(populationEncode(full([3, 4], 1), { size: 3 }).shape).toEqual([3, 4, 3])
    expect(populationEncode(full([10, 2, 3], 1), { size: 8 }).shape).toEqual([10, 2, 3, 8])
  })

  test.prop([fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 12 }), fc.constantFrom(0.5, 1, 20)], {
    ...SEED,
    numRuns: 100,
  })('peaks at the centre that is nearest', (part, size, scale) => {
    const x = tensor([part * scale])
    const [code] = [[...populationEncode(x, { size, scale })]]
    const distance = (k: number) => Math.abs(x.at(0) - (k * scale) / (size - 1))
    const nearest = Math.min(...code.map((_, k) => distance(k)))
    expect(distance(code.indexOf(Math.max(...code)))).toBeCloseTo(nearest, 5)
    for (const activity of code) expect(activity >= 0 && activity <= 1).toBe(true)
  })

  it('takes another kernel and another distance', () => {
    const triangle = (d: number) => Math.max(0, 1 - d)
    const code = populationEncode(tensor([1]), { size: 3, scale: 2, kernel: triangle, distance: (x, centre) => Math.abs(x - centre) / 4 })
    expect(code.toArray()).toEqual([[0.5, 1, 0.5]])
  })

  it('needs a scale', () => {
    expect(() => populationEncode(zeros(2), { size: 3 })).toThrow(/the largest value is 0: a positive scale is needed/)
    expect(() => populationEncode(zeros(2), { size: 3, scale: -1 })).toThrow(/scale -1: a positive scale is needed/)
    expect(() => populationEncode(zeros(2), { size: 0, scale: 1 })).toThrow(/size 0: a positive whole number/)
  })
})
