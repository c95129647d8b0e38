import { concat, map, NEVER, of, Subject, throwError, type Observable } from 'rxjs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { fuse } from '../../operators/fuse.ts'
import { steps } from '../../sources/steps.ts'
import type { Tick } from '../../src/stream/ticks.ts'
import { ones, tensor, type Tensor } from '../../src/tensor.ts'
import { reportsOf } from '../stream/record-reports.ts'

const tick = (step: number): Tick => ({ step, t: (step + 1) * 1e5, dt: 0.1 })

describe('fuse', () => {
  it('emits on every tick while every stream is fresh', () => {
    const a = new Subject<number>()
    const b = new Subject<string>()
    const ticks = new Subject<Tick>()
    const seen: unknown[] = []
    fuse({ a, b }, ticks, { maxAge: 0.2 }).subscribe((both) => seen.push(both))
    let step = 0
    const beat = () => {
      seen.push('-')
      ticks.next(tick(step++))
    }
    a.next(1)
    beat()
    b.next('x')
    beat()
    beat()
    beat() // a is 0.3 s old
    a.next(2)
    beat() // b is 0.3 s old
    b.next('y')
    beat()
    expect(seen).toEqual(['-', '-', { a: 1, b: 'x' }, '-', { a: 1, b: 'x' }, '-', '-', '-', { a: 2, b: 'y' }])
  })

  it('stamps each tensor with the tick', () => {
    const seen: Tensor[] = []
    fuse({ a: concat(of(ones(2)), NEVER), b: concat(of(tensor([1])), NEVER) }, steps(3, { dt: 1e-3 })).subscribe(({ a, b }) =>
      seen.push(a, b),
    )
    expect(seen.map(({ t, dt }) => [t, dt])).toEqual([1000, 1000, 2000, 2000, 3000, 3000].map((t) => [t, 1e-3]))
  })

  it('says which stream is stale', async () => {
    const reports = await reportsOf(() => {
      fuse({ vision: concat(of(1), NEVER), tof: NEVER }, steps(10, { dt: 0.1 }), { maxAge: 0.45 }).subscribe()
    })
    expect(reports).toEqual({ 'stale fuse.vision': 5, 'stale fuse.tof': 5 })
  })

  it('completes with the ticks, or when a completed stream is too old', () => {
    const seen: unknown[] = []
    fuse({ a: concat(of(1), NEVER) }, steps(2, { dt: 0.1 })).subscribe({ next: (x) => seen.push(x), complete: () => seen.push('|') })
    expect(seen).toEqual([{ a: 1 }, { a: 1 }, '|'])
    const ticks = new Subject<Tick>()
    const live = new Subject<number>()
    const ended: unknown[] = []
    fuse({ a: of(1), b: live }, ticks, { maxAge: 0.1 }).subscribe({ next: (x) => ended.push(x), complete: () => ended.push('|') })
    for (let k = 0; k < 5; k++) {
      live.next(k)
      ticks.next(tick(k))
    }
    expect(ended).toEqual([{ a: 1, b: 0 }, { a: 1, b: 1 }, '|'])
    expect([ticks.observed, live.observed]).toEqual([false, false])
  })

  it('releases everything when unsubscribed, and on an error', () => {
    const a = new Subject<number>()
    const b = new Subject<number>()
    const ticks = new Subject<Tick>()
    const subscription = fuse({ a, b }, ticks).subscribe()
    expect([a.observed, b.observed, ticks.observed]).toEqual([true, true, true])
    subscription.unsubscribe()
    expect([a.observed, b.observed, ticks.observed]).toEqual([false, false, false])
    let seen: unknown
    fuse({ a, b, c: throwError(() => new Error('lost')) }, ticks).subscribe({ error: (error: unknown) => (seen = error) })
    expect(seen).toEqual(new Error('lost'))
    expect([a.observed, b.observed, ticks.observed]).toEqual([false, false, false])
  })

  it('checks its options at the call', () => {
    expect(() => fuse({}, NEVER)).toThrow(/fuse: no streams/)
    expect(() => fuse({ a: NEVER }, NEVER, { maxAge: 0 })).toThrow(/fuse: maxAge is/)
  })

  it('knows the streams by name', () => {
    const both = fuse({ a: of(ones(1)), b: of(1) }, steps(1, { dt: 1 })).pipe(map(({ a, b }) => a.at(0) + b))
    expectTypeOf(both).toEqualTypeOf<Observable<number>>()
    expectTypeOf(fuse({ a: of(ones(1)), b: of('x') }, NEVER)).toEqualTypeOf<Observable<{ readonly a: Tensor; readonly b: string }>>()
  })
})
