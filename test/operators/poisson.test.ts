import { fc, test } from '@fast-check/vitest'
import { BehaviorSubject, NEVER, of, startWith, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { poisson } from '../../operators/poisson.ts'
import { steps } from '../../sources/steps.ts'
import { ShapeError } from '../../src/errors.ts'
import type { Tick } from '../../src/stream/ticks.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'
import { reportsOf } from '../stream/record-reports.ts'

const ticks = (count: number, dt = 1e-3): Tick[] => outputs(() => steps(count, { dt }), [])
const sum = (x: Tensor) => [...x].reduce((a, b) => a + b, 0)

describe('poisson', () => {
  behavesAsOperator(() => poisson({ shape: [5], rate: 300, seed: 1 }), ticks(3))

  it('spikes are 0 and 1, with the time of the tick', () => {
    const spikes = outputs(poisson({ shape: [4, 5], rate: 500, seed: 1 }), ticks(20))
    spikes.forEach((x, k) => expect([x.shape, x.t, x.dt]).toEqual([[4, 5], 1000 * (k + 1), 1e-3]))
    expect(new Set(spikes.flatMap((x) => [...x]))).toEqual(new Set([0, 1]))
  })

  test.prop([fc.constantFrom(5, 50, 400), fc.constantFrom(1e-3, 2e-3), fc.integer()], { numRuns: 12 })(
    'have the rate, within what chance allows',
    (rate, dt, seed) => {
      const spikes = outputs(poisson({ shape: [100], rate, seed }), ticks(400, dt))
      const expected = 100 * 400 * rate * dt
      const total = spikes.reduce((all, x) => all + sum(x), 0)
      expect(Math.abs(total - expected)).toBeLessThan(6 * Math.sqrt(expected))
    },
  )

  it('are the same for the same seed and step, and differ for others and between neurons', () => {
    const make = (seed: number, from = 0) =>
      outputs(poisson({ shape: [200], rate: 500, seed }), ticks(10).slice(from)).map((x) => [...x].join(''))
    expect(make(3)).toEqual(make(3))
    expect(make(3, 4)).toEqual(make(3).slice(4))
    expect(make(4)).not.toEqual(make(3))
    expect(new Set(make(3)).size).toBe(10)
  })

  it('takes a rate per neuron', () => {
    const rate = [0, 100, 1000]
    for (const each of [rate, tensor(rate)]) {
      const counts = [0, 0, 0]
      for (const x of outputs(poisson({ shape: [3], rate: each, seed: 1 }), ticks(1000)))
        counts.forEach((_, k) => (counts[k] = (counts[k] as number) + x.at(k)))
      expect(counts[0]).toBe(0)
      expect(Math.abs((counts[1] as number) - 100)).toBeLessThan(60)
      expect(counts[2]).toBe(1000)
    }
  })

  it('takes a stream of rates: none before the first, the last after the end, effective between two steps', () => {
    const rate = new Subject<number>()
    const beats = new Subject<Tick>()
    const counts: number[] = []
    beats.pipe(poisson({ shape: [10], rate, seed: 1 })).subscribe((x) => counts.push(sum(x)))
    const [a, b, c] = ticks(3) as [Tick, Tick, Tick]
    beats.next(a)
    rate.next(1000)
    beats.next(b)
    rate.complete()
    beats.next(c)
    expect(counts).toEqual([0, 10, 10])
    expect(outputs(poisson({ shape: [10], rate: NEVER.pipe(startWith(1000)), seed: 1 }), [a]).map(sum)).toEqual([10])
    expect(outputs(poisson({ shape: [10], rate: new BehaviorSubject(1000), seed: 1 }), [a]).map(sum)).toEqual([10])
    const subscription = beats.pipe(poisson({ shape: [1], rate, seed: 1 })).subscribe()
    subscription.unsubscribe()
    expect(rate.observed).toBe(false)
  })

  it('an error of the rates is its error, and so is a bad rate', () => {
    let seen: unknown
    const beats = new Subject<Tick>()
    beats
      .pipe(poisson({ shape: [1], rate: throwError(() => new Error('slider')), seed: 1 }))
      .subscribe({ error: (error: unknown) => (seen = error) })
    expect(seen).toEqual(new Error('slider'))
    expect(() => outputs(poisson({ shape: [1], rate: of(-1), seed: 1 }), ticks(1))).toThrow(/poisson: a rate is -1/)
    expect(() => outputs(poisson({ shape: [3], rate: of([1, 2]), seed: 1 }), ticks(1))).toThrow(ShapeError)
  })

  it('a rate beyond one spike per step is clamped and reported', async () => {
    let spikes: Tensor[] = []
    const reports = await reportsOf(() => (spikes = outputs(poisson({ shape: [3], rate: 2000, seed: 1 }), ticks(1))))
    expect(spikes.map(sum)).toEqual([3])
    expect(reports).toEqual({ 'clamped poisson': 1 })
    expect(await reportsOf(() => outputs(poisson({ shape: [3], rate: 1000, seed: 1 }), ticks(1)))).toEqual({})
  })

  it('checks its options at the call', () => {
    expect(() => poisson({ shape: [-1], rate: 1, seed: 1 })).toThrow(RangeError)
    expect(() => poisson({ shape: [1], rate: NaN, seed: 1 })).toThrow(/poisson: a rate is NaN/)
    expect(() => poisson({ shape: [3], rate: [1, 2], seed: 1 })).toThrow(ShapeError)
    expect(() => poisson({ shape: [3], rate: 1, seed: 0.5 })).toThrow(/poisson: seed is/)
  })
})
