import { fc, test } from '@fast-check/vitest'
import { combineLatest, concat, interval, map, NEVER, of, Subject, take, throwError, type Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { hold } from '../../operators/hold.ts'
import { clock } from '../../sources/clock.ts'
import { steps } from '../../sources/steps.ts'
import type { Tick } from '../../src/stream/ticks.ts'
import { ones, Tensor, tensor } from '../../src/tensor.ts'
import { reportsOf } from '../stream/record-reports.ts'

const tick = (step: number, dt = 0.1): Tick => ({ step, t: Math.round((step + 1) * dt * 1e6), dt })
const marbles = (run: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run)

describe('hold', () => {
  it('gives the latest value again on every tick', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const ticks = hot('  -0-1-2-3-4-|').pipe(
        map(Number),
        map((k) => tick(k)),
      )
      const source = hot(' a-b---c-----').pipe(map((x) => x))
      expectObservable(source.pipe(hold(ticks))).toBe('-a-b-b-c-c-|')
      const bare = hot('   a-----------')
      expectObservable(bare.pipe(hold(ticks))).toBe('-a-a-a-a-a-|')
      expectSubscriptions(bare.subscriptions).toBe('^----------!')
    })
  })

  it('is silent before the first value', () => {
    marbles(({ hot, expectObservable }) => {
      const ticks = hot('-0-1-2-|').pipe(map((k) => tick(Number(k))))
      expectObservable(hot('----a---').pipe(hold(ticks))).toBe('-----a-|')
    })
  })

  it('subscribes and releases both', () => {
    const source = new Subject<number>()
    const ticks = new Subject<Tick>()
    const subscription = source.pipe(hold(ticks)).subscribe()
    expect([source.observed, ticks.observed]).toEqual([true, true])
    subscription.unsubscribe()
    expect([source.observed, ticks.observed]).toEqual([false, false])
    source.pipe(hold(ticks)).subscribe()
    ticks.complete()
    expect([source.observed, ticks.observed]).toEqual([false, false])
  })

  it('stops synchronous ticks as soon as enough was taken', () => {
    const seen: number[] = []
    of(1)
      .pipe(hold(steps(Number.MAX_SAFE_INTEGER, { dt: 1e-9 }), { maxAge: Infinity }), take(3))
      .subscribe((x) => seen.push(x))
    expect(seen).toEqual([1, 1, 1])
  })

  it('stamps tensors with the time of the tick and shares their values', () => {
    const x = new Tensor([2], Float32Array.of(1, 2), { t: 5, dt: 3 })
    const seen: Tensor[] = []
    concat(of(x), NEVER)
      .pipe(hold(steps(2, { dt: 1e-3 })))
      .subscribe((y) => seen.push(y))
    expect(seen.map(({ t, dt }) => [t, dt])).toEqual([
      [1000, 1e-3],
      [2000, 1e-3],
    ])
    expect(seen.every((y) => y.data === x.data)).toBe(true)
    expect([x.t, x.dt]).toEqual([5, 3])
  })

  test.prop([fc.integer({ min: 1, max: 30 }), fc.constantFrom(1e-3, 0.01, 0.05, 1 / 30)])(
    'falls silent after maxAge, counted in ticks; nothing else changes it',
    (ticks, dt) => {
      const source = new Subject<number>()
      const beats = new Subject<Tick>()
      const seen: number[] = []
      const maxAge = ticks * dt
      source.pipe(hold(beats, { maxAge })).subscribe((x) => seen.push(x))
      let step = 1000
      const beat = () => beats.next({ step, t: ++step * (dt * 1e6), dt })
      source.next(1)
      for (let k = 0; k < ticks + 20; k++) beat()
      expect(seen).toEqual(Array.from({ length: ticks + 1 }, () => 1))
      source.next(2)
      beat()
      expect(seen.at(-1)).toBe(2)
    },
  )

  it('reports each tick that goes without, also for a sensor that never spoke', async () => {
    const reports = await reportsOf(() => {
      concat(of(1), NEVER)
        .pipe(hold(steps(20, { dt: 0.1 })))
        .subscribe()
    })
    expect(reports).toEqual({ 'stale hold': 14 })
    const silent = await reportsOf(() => {
      NEVER.pipe(hold(steps(20, { dt: 0.1 }))).subscribe()
    })
    expect(silent).toEqual({ 'stale hold': 14 })
  })

  it('a step that the clock missed makes a value older', () => {
    const beats = new Subject<Tick>()
    const seen: number[] = []
    concat(of(1), NEVER)
      .pipe(hold(beats, { maxAge: 0.5 }))
      .subscribe((x) => seen.push(x))
    beats.next(tick(0))
    beats.next(tick(9))
    expect(seen).toEqual([1])
  })

  it('after its source has completed it goes on until the value is too old, then completes', () => {
    const beats = new Subject<Tick>()
    const seen: unknown[] = []
    of(1)
      .pipe(hold(beats, { maxAge: 0.2 }))
      .subscribe({ next: (x) => seen.push(x), complete: () => seen.push('|') })
    for (let k = 0; k < 10; k++) beats.next(tick(k))
    expect(seen).toEqual([1, 1, 1, '|'])
    expect(beats.observed).toBe(false)
  })

  it.each<[string, Observable<number>, Observable<Tick>]>([
    ['source', throwError(() => new Error('lost')), NEVER],
    ['ticks', NEVER, throwError(() => new Error('lost'))],
  ])('the error of the %s is its error', (_, source, ticks) => {
    let seen: unknown
    source.pipe(hold(ticks)).subscribe({ error: (error: unknown) => (seen = error) })
    expect(seen).toEqual(new Error('lost'))
  })

  it('holds per subscription', () => {
    const source = new Subject<number>()
    const beats = new Subject<Tick>()
    const held = source.pipe(hold(beats))
    const seen: number[][] = [[], []]
    held.subscribe((x) => seen[0]?.push(x))
    source.next(1)
    held.subscribe((x) => seen[1]?.push(x))
    beats.next(tick(0))
    expect(seen).toEqual([[1], []])
  })

  it('checks maxAge at the call', () => {
    for (const maxAge of [0, -1, NaN]) expect(() => hold(NEVER, { maxAge })).toThrow(/hold: maxAge is/)
  })

  it('keeps the type, and takes ticks only', () => {
    const fused = combineLatest({ a: of(ones(1)), b: of(1) }).pipe(hold(clock({ dt: 1 })))
    expectTypeOf(fused).toEqualTypeOf<Observable<{ a: Tensor; b: number }>>()
    // @ts-expect-error ticks, not milliseconds
    of(1).pipe(hold(interval(1)))
    expectTypeOf(of(tensor(1)).pipe(hold(clock({ dt: 1 })))).toEqualTypeOf<Observable<Tensor>>()
  })
})
