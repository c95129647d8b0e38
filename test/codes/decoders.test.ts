import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { expFilter, linear, sequential } from '../../operators/index.ts'
import { maxDecode, meanDecode, sumDecode } from '../../src/codes/decode.ts'
import { expFilterStep } from '../../src/codes/exp-filter.ts'
import { spikesToTimes, spikesToTimesGradient } from '../../src/codes/spike-times.ts'
import { ShapeError } from '../../src/errors.ts'
import { ones, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { expectClose } from './close.ts'

const SEED = { seed: 20240607 }
const raster = fc
  .record({ steps: fc.integer({ min: 0, max: 12 }), size: fc.integer({ min: 1, max: 5 }) })
  .chain(({ steps, size }) =>
    fc
      .array(fc.constantFrom(0, 0, 1), { minLength: steps * size, maxLength: steps * size })
      .map((spikes) => new Tensor([steps, size], Float32Array.from(spikes))),
  )

describe('sumDecode, meanDecode, maxDecode', () => {
  it('A30 ten ones are ten', () => expect(sumDecode(ones(10, 3)).toArray()).toEqual([10, 10, 10]))

  it('reduce time only', () => {
    const voltages = tensor([
      [-1, 2, 0.5],
      [-3, 4, 0.25],
    ])
    expect(sumDecode(voltages).toArray()).toEqual([-4, 6, 0.75])
    expect(meanDecode(voltages).toArray()).toEqual([-2, 3, 0.375])
    expect(maxDecode(voltages).toArray()).toEqual([-1, 4, 0.5])
    expect(sumDecode(zeros(0, 2)).toArray()).toEqual([0, 0])
    expect(maxDecode(ones(3, 2, 4)).shape).toEqual([2, 4])
  })

  it('need a time axis', () => {
    expect(() => sumDecode(tensor(1))).toThrow(/sumDecode: expected a tensor of shape \[time, ...\]/)
    expect(() => meanDecode(tensor(1))).toThrow(/meanDecode/)
    expect(() => maxDecode(tensor(1))).toThrow(/maxDecode/)
  })
})

describe('spikesToTimes', () => {
  it('A31 missing spikes are at infinity, others ascend', () => {
    const tens = (f: (k: number) => number) => Array.from({ length: 10 }, (_, k) => [[f(k)]])
    expect(spikesToTimes(zeros(10, 1, 1), { count: 10 }).toArray()).toEqual(tens(() => Infinity))
    expect(spikesToTimes(ones(10, 1, 1), { count: 10, dt: 1 }).toArray()).toEqual(tens((k) => k))
    expectClose(
      spikesToTimes(ones(10, 1, 1), { count: 10 }),
      tens((k) => 1e-3 * k),
    )
    const z = oneRow(10, 2)
    expect([...spikesToTimes(z, { dt: 1 })]).toEqual(Array<number>(6).fill(2))
    expectClose(spikesToTimes(z), [
      [
        [0.002, 0.002, 0.002],
        [0.002, 0.002, 0.002],
      ],
    ])
  })

  it('G43 two neurons', () => {
    const z = zeros(6, 1, 2)
    const spikes = z.map((_, k) => ([1, 4, 5].includes(k / 2) || k === 5 ? 1 : 0))
    expect(spikesToTimes(spikes, { count: 3, dt: 1 }).toArray()).toEqual([[[1, 2]], [[4, Infinity]], [[5, Infinity]]])
  })

  test.prop([raster], { ...SEED, numRuns: 60 })('is undone by a raster of the times', (z) => {
    const [steps, size] = z.shape as [number, number]
    const times = spikesToTimes(z, { count: steps, dt: 1 })
    const back = new Float32Array(steps * size)
    times.data.forEach((time, k) => {
      if (time < Infinity) back[time * size + (k % size)] = 1
    })
    expect(back).toEqual(z.data)
    for (let k = size; k < times.data.length; k++) {
      const [before, now] = [times.data[k - size] as number, times.data[k] as number]
      expect(before < now || now === Infinity).toBe(true)
    }
  })

  it('takes dt from its input', () => {
    const z = new Tensor([2, 1], Float32Array.of(0, 1), { dt: 0.5 })
    expect(spikesToTimes(z).toArray()).toEqual([[0.5]])
    expect(spikesToTimes(z, { count: 0 }).shape).toEqual([0, 1])
  })

  it('A32 the gradient by a spike is minus that by its time', () => {
    const z = oneRow(10, 1)
    const gradient = (dt?: number) => spikesToTimesGradient(z, ones(1, 2, 3), dt === undefined ? {} : { dt })
    expect(gradient(1).toArray()).toEqual(z.map((value) => 0 - value).toArray())
    expect(gradient().toArray()).toEqual(z.map((value) => 0 - value * 0.001).toArray())
  })

  it.each([0, 1, 2, 3, 4])('A33 the gradient of %d spikes of five', (count) => {
    const size = count * 6
    const byTimes = new Tensor(
      [count, 3, 2],
      Float32Array.from({ length: size }, (_, k) => k),
    )
    const expected = Array.from({ length: 30 }, (_, k) => (k < size ? -k : 0))
    expectClose(spikesToTimesGradient(ones(5, 3, 2), byTimes, { count, dt: 1 }).reshape(30), expected)
  })

  it('a missing spike has no gradient', () => {
    const z = tensor([
      [1, 0],
      [1, 0],
    ])
    expect(spikesToTimesGradient(z, ones(3, 2), { count: 3, dt: 1 }).toArray()).toEqual([
      [-1, 0],
      [-1, 0],
    ])
  })

  it('says what is wrong', () => {
    expect(() => spikesToTimes(tensor(1))).toThrow(ShapeError)
    expect(() => spikesToTimes(ones(2, 2), { count: -1 })).toThrow(/spikesToTimes: count -1/)
    expect(() => spikesToTimes(ones(2, 2), { dt: 0 })).toThrow(/spikesToTimes: dt 0/)
    expect(() => spikesToTimesGradient(ones(2, 2), ones(2), {})).toThrow(/expected a tensor of shape \[1, 2\]/)
  })
})

describe('expFilter', () => {
  const run = (values: readonly number[], tauFilterInv: number, bias?: number) => {
    const net = sequential({
      fc: linear(tensor([[1]]), bias === undefined ? {} : { bias: tensor([bias]) }),
      filter: expFilter({ tauFilterInv }),
    })
    return net.sequence(tensor(values.map((value) => [value])))[0].reshape(-1)
  }

  it('A34 a spike decays', () => {
    const f = Math.exp(-1e-3)
    expectClose(run([1, 0, 0, 0, 0], 0), [1, 1, 1, 1, 1])
    expectClose(run([1, 0, 0], 1), [1, f, f * f])
    const b = 0.25
    expectClose(run([1, 0, 0], 1, b), [1 + b, f * (1 + b) + b, f * (f * (1 + b) + b) + b])
  })

  it('forgets with 1 ms by default', () => expectClose(run([1, 0], 1000), [1, Math.exp(-1)]))

  it('A35 one step', () => {
    expectClose(expFilterStep(tensor([1]), tensor([0]), 0.1), [0.1])
    expectClose(expFilterStep(tensor([1]), tensor([0]), 1), [1])
    expect(() => expFilterStep(zeros(2), zeros(3), 1)).toThrow(/expFilterStep: expected a tensor of shape \[2\]/)
  })

  test.prop([fc.array(fc.constantFrom(0, 1, -2), { maxLength: 20 })], { ...SEED, numRuns: 30 })(
    'the layer is the step, repeated',
    (values) => {
      let y = zeros(1)
      const p = Math.exp(-0.05)
      const expected = values.map((value) => (y = expFilterStep(y, tensor([value]), p)).at(0))
      expectClose(
        expFilter({ tauFilterInv: 50 })
          .sequence(tensor(values, [values.length, 1]))[0]
          .reshape(values.length),
        expected,
      )
    },
  )
})

const oneRow = (steps: number, row: number) => zeros(steps, 2, 3).map((_, k) => (Math.floor(k / 6) === row ? 1 : 0))
