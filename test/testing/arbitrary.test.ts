/** What arbitrary values are like, and what they shrink to. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineNeuron, Tensor, zeros } from 'rxspike'
import { lif } from 'rxspike/operators'
import { arbitrary } from 'rxspike/testing'

const RUNS = { seed: 11, numRuns: 100 }

/** What a property that does not hold is reduced to. */
const smallest = <T>(values: fc.Arbitrary<T>, fails: (value: T) => boolean): string => {
  const { failed, counterexample } = fc.check(
    fc.property(values, (value) => !fails(value)),
    { seed: 3, numRuns: 1000 },
  )
  expect(failed).toBe(true)
  return fc.stringify(counterexample?.[0])
}

describe('arbitrary.tensor', () => {
  test('has the shape, in the range, as float32', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 3 }), fc.integer({ min: -3, max: 3 }), fc.nat(5), (shape, min, more) => {
        for (const x of fc.sample(arbitrary.tensor({ shape, min, max: min + more }), { seed: more, numRuns: 3 })) {
          expect(x.shape).toEqual(shape)
          expect(x.t).toBe(undefined)
          for (const value of x) expect(value >= min && value <= min + more).toBe(true)
        }
      }),
      RUNS,
    ))

  test('reaches silence, spikes, its ends, -0 and denormals', () => {
    const all = fc.sample(arbitrary.tensor({ shape: [4], min: -2, max: 3 }), { seed: 1, numRuns: 2000 })
    for (const value of [1, -1, -2, 3, 0.5, 0, -0]) expect(all.some((x) => [...x].some((each) => Object.is(each, value)))).toBe(true)
    expect(all.some((x) => [...x].some((each) => each !== 0 && Math.abs(each) < 2 ** -126))).toBe(true)
    expect(all.some((x) => x.data.every((each) => each === 0))).toBe(true)
  })

  test('shrinks to zeros and simple numbers', () => {
    expect(smallest(arbitrary.tensor({ shape: [2, 3] }), (x) => x.data.length > 0)).toBe('tensor([[0, 0, 0], [0, 0, 0]])')
    expect(smallest(arbitrary.tensor({ shape: [5] }), (x) => x.at(3) > 0.7)).toBe('tensor([0, 0, 0, 1, 0])')
    expect(smallest(arbitrary.tensor({ shape: [2] }), (x) => x.at(0) < 0 && x.at(1) > 2.15)).toBe('tensor([-1, 3])')
    expect(smallest(arbitrary.tensor({ shape: [2], min: 0.5, max: 2 }), (x) => x.at(1) > 1.2)).toBe('tensor([0.5, 2])')
  })

  test('says what is wrong with its range and shape', () => {
    expect(() => arbitrary.tensor({ shape: [1.5] })).toThrow(/arbitrary\.tensor: shape \[1\.5\] is not a list/)
    expect(() => arbitrary.tensor({ shape: [1], min: 1, max: -1 })).toThrow(/arbitrary\.tensor: min 1, max -1: two finite numbers/)
    expect(() => arbitrary.tensor({ shape: [1], max: Infinity })).toThrow(/max Infinity/)
    expect(() => arbitrary.sequence({ shape: [1], maxLength: -1 })).toThrow(/arbitrary\.sequence: maxLength is -1/)
    expect(() => arbitrary.sequence({ shape: [1], dt: -1 })).toThrow(/arbitrary\.sequence: dt -1: a positive number of seconds/)
    expect(() => arbitrary.spikes({ shape: [1], rate: 2 })).toThrow(/arbitrary\.spikes: rate 2: a number from 0 to 1/)
    expect(() => arbitrary.packets({ width: 0 })).toThrow(/arbitrary\.packets: width is 0/)
  })
})

describe('arbitrary.sequence and arbitrary.spikes', () => {
  test('are steps of one shape and dt, with rising t', () =>
    fc.assert(
      fc.property(fc.oneof(arbitrary.sequence({ shape: [2], maxLength: 6 }), arbitrary.spikes({ shape: [2], maxLength: 6 })), (steps) => {
        expect(steps.length).toBeLessThanOrEqual(6)
        steps.forEach(({ shape, t, dt }, k) => {
          expect({ shape, dt }).toEqual({ shape: [2], dt: steps[0]?.dt })
          if (k > 0) expect((t as number) - (steps[k - 1]?.t as number)).toBeCloseTo((dt as number) * 1e6, 6)
        })
      }),
      RUNS,
    ))

  test('come in every length up to the longest', () => {
    const lengths = fc.sample(arbitrary.sequence({ shape: [1], maxLength: 30 }), { seed: 5, numRuns: 500 }).map(({ length }) => length)
    expect(new Set(lengths).size).toBe(31)
  })

  test('shrink to few steps of silence', () => {
    expect(smallest(arbitrary.sequence({ shape: [2] }), () => true)).toBe('[]')
    expect(smallest(arbitrary.sequence({ shape: [2] }), (steps) => steps.length > 1)).toBe(
      '[tensor([0, 0], t=1000, dt=0.001),tensor([0, 0], t=2000, dt=0.001)]',
    )
    expect(smallest(arbitrary.sequence({ shape: [2], dt: 2e-3 }), (steps) => steps.some((x) => x.at(1) < -0.5))).toBe(
      '[tensor([0, -1], t=2000, dt=0.002)]',
    )
    expect(smallest(arbitrary.spikes({ shape: [3] }), (steps) => steps.flatMap((x) => [...x]).filter((z) => z === 1).length > 1)).toMatch(
      /^\[(tensor\(\[(0|1), (0|1), (0|1)\], t=\d000, dt=0\.001\),?){1,2}\]$/,
    )
  })

  test('spikes are zeros and ones, as many as the rate says', () => {
    const share = (rate?: number) => {
      const options = { shape: [10], maxLength: 20, ...(rate !== undefined && { rate }) }
      const all = fc.sample(arbitrary.spikes(options), { seed: 9, numRuns: 200 }).flatMap((steps) => steps.flatMap((x) => [...x]))
      expect(all.every((z) => z === 0 || z === 1)).toBe(true)
      return all.reduce((sum, z) => sum + z, 0) / all.length
    }
    expect(share(0)).toBe(0)
    expect(share(1)).toBe(1)
    expect(share(0.2)).toBeCloseTo(0.2, 1)
    expect(share()).toBeGreaterThan(0.2)
  })
})

describe('arbitrary.packets', () => {
  test('are time-ordered, within the sensor', () =>
    fc.assert(
      fc.property(arbitrary.packets({ width: 5, height: 3 }), (packets) => {
        const times = packets.flatMap(({ t }) => [...t])
        expect(times).toEqual(times.toSorted((a, b) => a - b))
        for (const { t, x, y, p, width, height } of packets) {
          expect([x.length, y.length, p.length, width, height]).toEqual([t.length, t.length, t.length, 5, 3])
          expect([...x].every((each) => each < 5) && [...y].every((each) => each < 3) && [...p].every((each) => each < 2)).toBe(true)
        }
      }),
      RUNS,
    ))

  test('shrink to one event at 0', () => {
    expect(smallest(arbitrary.packets(), (packets) => packets.some(({ t }) => t.length > 0))).toBe(
      '[{"t":Float64Array.from([0]),"x":Uint16Array.from([0]),"y":Uint16Array.from([0]),"p":Uint8Array.from([0]),"width":16,"height":12}]',
    )
  })
})

describe('arbitrary.params', () => {
  const model = defineNeuron({
    name: 'm',
    params: { tauInv: 100, negative: -0.3, offset: 0, tauSlow: 0, driftInv: 0 },
    state: { v: 0 },
    step: 'v = v + dt*tauInv*(x + offset + negative + tauSlow + driftInv - v)',
    output: 'v',
  })

  test('stay within a quarter and four times the default, with its sign; zeros go both ways unless they are rates', () => {
    const all = fc.sample(arbitrary.params(model), { seed: 2, numRuns: 1000 })
    const spread = (name: keyof (typeof all)[number]) => [
      Math.min(...all.map((each) => each[name])),
      Math.max(...all.map((each) => each[name])),
    ]
    expect(spread('tauInv')).toEqual([25, 400])
    expect(spread('negative')).toEqual([-1.2, -0.075])
    expect(spread('offset')).toEqual([-1, 1])
    expect(spread('tauSlow')).toEqual([0, 1])
    expect(spread('driftInv')).toEqual([0, 1])
    expect(all.some((each) => each.tauInv !== 100 && each.negative !== -0.3)).toBe(true)
  })

  test('shrink to exactly the defaults', () => {
    expect(smallest(arbitrary.params(model), () => true)).toBe('{"tauInv":100,"negative":-0.3,"offset":0,"tauSlow":0,"driftInv":0}')
    expect(smallest(arbitrary.params(lif), ({ vTh }) => vTh < 0.9)).toMatch(
      /^\{"tauSynInv":200,"tauMemInv":100,"vLeak":0,"vTh":0\.8\d*,"vReset":0\}$/,
    )
  })

  test('are what the model takes', () => {
    fc.assert(
      fc.property(arbitrary.params(lif), (params) => [...lif(params).step(zeros(2))[0]].every((z) => z === 0 || z === 1)),
      RUNS,
    )
  })
})

describe('a tensor as text', () => {
  test('shows each value by the fewest digits, and its time', () => {
    const x = new Tensor([2, 3], Float32Array.of(0.1, -0, 1e-45, 16777216, NaN, -Infinity), { t: 1500, dt: 5e-4 })
    expect(String(x)).toBe('tensor([[0.1, -0, 1e-45], [16777216, NaN, -Infinity]], t=1500, dt=0.0005)')
    expect(String(new Tensor([], Float32Array.of(3)))).toBe('tensor(3)')
    expect(String(zeros(0))).toBe('tensor([])')
  })

  test('tells what float32 it was', () =>
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const text = String(new Tensor([], Float32Array.of(value))).slice(7, -1)
        expect(Object.is(Math.fround(Number(text)), Math.fround(value))).toBe(true)
      }),
      { seed: 4, numRuns: 1000 },
    ))

  test('of a large one says how much is in it', () => {
    const x = zeros(2, 480, 640)
    x.data[77] = 1
    expect(String(x)).toBe('tensor(shape [2, 480, 640], 1 of 614400 not 0)')
  })
})
