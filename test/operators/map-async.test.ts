import { fc, test } from '@fast-check/vitest'
import { lastValueFrom, of, Subject, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { mapAsync } from '../../operators/map-async.ts'
import { meter, type Measurement } from '../../src/stream/meter.ts'
import { valve, whenOpen } from '../../src/stream/valve.ts'
import { reportsOf } from '../stream/record-reports.ts'

const soon = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const lots = { capacity: 1000, overflow: 'error' } as const

describe('mapAsync', () => {
  it('keeps the order and works on one at a time, however long each takes', async () => {
    let running = 0
    const project = async (k: number) => {
      expect(++running).toBe(1)
      await soon(k % 3)
      running--
      return 10 * k
    }
    expect(await lastValueFrom(of(1, 2, 3, 4, 5).pipe(mapAsync(project, lots), toArray()))).toEqual([10, 20, 30, 40, 50])
  })

  test.prop(
    [fc.constantFrom('dropping' as const, 'sliding' as const), fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 40 })],
    { numRuns: 30 },
  )('processed + dropped = offered; at most capacity + 1 are in here; in order (%s)', async (overflow, capacity, turns) => {
    const source = new Subject<number>()
    const answers: (() => void)[] = []
    const seen: number[] = []
    const started: number[] = []
    let completed = false
    source
      .pipe(
        mapAsync(
          (k) => {
            started.push(k)
            return new Promise<number>((resolve) => answers.push(() => resolve(k)))
          },
          { capacity, overflow },
        ),
      )
      .subscribe({ next: (k) => seen.push(k), complete: () => (completed = true) })
    let offered = 0
    for (const offer of turns) {
      if (offer) source.next(offered++)
      else {
        answers.shift()?.()
        await Promise.resolve()
        await Promise.resolve()
        await Promise.resolve()
      }
      expect(answers.length).toBeLessThanOrEqual(1)
    }
    source.complete()
    for (let k = 0; k <= capacity + 1; k++) {
      answers.shift()?.()
      await soon()
    }
    expect(completed).toBe(true)
    expect(seen).toEqual(started)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.length).toBeLessThanOrEqual(offered)
    expect(seen.length).toBeGreaterThanOrEqual(Math.min(offered, capacity + 1))
    if (overflow === 'sliding' && offered > 0) expect(seen.at(-1)).toBe(offered - 1)
  })

  it('counts what it drops', async () => {
    const seen: number[] = []
    const reports = await reportsOf(async () => {
      const source = new Subject<number>()
      source.pipe(mapAsync(async (k) => (await soon(5), k), { capacity: 1, overflow: 'sliding' })).subscribe((k) => seen.push(k))
      for (let k = 0; k < 100; k++) source.next(k)
      await soon(20)
    })
    expect(seen).toEqual([0, 99])
    expect(reports).toEqual({ 'dropped mapAsync': 98 })
  })

  it('lets a source wait with a valve and loses nothing', async () => {
    const room = valve()
    const source = new Subject<number>()
    const seen: number[] = []
    source.pipe(mapAsync(async (k) => (await soon(1), k), { capacity: 2, overflow: room })).subscribe((k) => seen.push(k))
    let ahead = 0
    for (let k = 0; k < 20; k++) {
      while (!room.open) await whenOpen(room)
      source.next(k)
      ahead = Math.max(ahead, k - seen.length)
    }
    source.complete()
    await soon(60)
    expect(seen).toEqual(Array.from({ length: 20 }, (_, k) => k))
    expect(ahead).toBeLessThanOrEqual(3)
    expect(room.open).toBe(true)
  })

  it('opens the valve when unsubscribed', () => {
    const room = valve()
    const source = new Subject<number>()
    const subscription = source.pipe(mapAsync(() => new Promise(() => undefined), { capacity: 1, overflow: room })).subscribe()
    source.next(1)
    source.next(2)
    expect(room.open).toBe(false)
    subscription.unsubscribe()
    expect(room.open).toBe(true)
    expect(source.observed).toBe(false)
  })

  it('aborts what is at work when unsubscribed, and then ignores its answer', async () => {
    const source = new Subject<number>()
    const seen: unknown[] = []
    let aborted = false
    const subscription = source
      .pipe(
        mapAsync(async (k, signal) => {
          signal.addEventListener('abort', () => (aborted = true))
          await soon(5)
          if (k === 2) throw new Error('late')
          return k
        }, lots),
      )
      .subscribe({ next: (x) => seen.push(x), error: (x: unknown) => seen.push(x) })
    source.next(2)
    source.next(3)
    expect(aborted).toBe(false)
    subscription.unsubscribe()
    expect(aborted).toBe(true)
    await soon(20)
    expect(seen).toEqual([])
  })

  it('aborts what is at work on an error of the source, which passes at once', async () => {
    const source = new Subject<number>()
    const error = new Error('lost')
    let signal: AbortSignal | undefined
    const seen: unknown[] = []
    source.pipe(mapAsync((_, s) => ((signal = s), soon(5)), lots)).subscribe({ error: (x: unknown) => seen.push(x) })
    source.next(1)
    source.error(error)
    expect([seen, signal?.aborted]).toEqual([[error], true])
  })

  it.each<[string, () => Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects with', () => Promise.reject(new Error('broken'))],
  ])('what project %s is the error of the stream', async (_, project) => {
    const source = new Subject<number>()
    const seen: unknown[] = []
    source.pipe(mapAsync(project, lots)).subscribe({ error: (error: unknown) => seen.push(error) })
    source.next(1)
    source.next(2)
    await soon()
    expect(seen).toEqual([new Error('broken')])
    expect(source.observed).toBe(false)
  })

  it('ends with an error where more wait than may', async () => {
    const source = new Subject<number>()
    const seen: unknown[] = []
    source.pipe(mapAsync(() => soon(5), { capacity: 1, overflow: 'error' })).subscribe({ error: (error: unknown) => seen.push(error) })
    for (let k = 0; k < 5; k++) source.next(k)
    await soon()
    expect(seen.map(String)).toEqual([expect.stringMatching(/mapAsync: 1 values wait already/)])
  })

  it('completes after the last answer, at once where nothing waits', async () => {
    const seen: unknown[] = []
    of<number[]>()
      .pipe(mapAsync(() => soon(), lots))
      .subscribe({ complete: () => seen.push('empty') })
    expect(seen).toEqual(['empty'])
    throwError(() => 1)
      .pipe(mapAsync(() => soon(), lots))
      .subscribe({ error: () => seen.push('error') })
    expect(seen).toEqual(['empty', 'error'])
    const source = new Subject<number>()
    source.pipe(mapAsync(async (k) => k, lots)).subscribe({ next: (k) => seen.push(k), complete: () => seen.push('|') })
    source.next(1)
    await soon()
    source.complete()
    expect(seen.slice(2)).toEqual([1, '|'])
  })

  it('takes a value that its own answer brings about', async () => {
    const source = new Subject<number>()
    const seen: number[] = []
    source.pipe(mapAsync(async (k) => k, { capacity: 1, overflow: 'error' })).subscribe((k) => {
      seen.push(k)
      if (k < 5) source.next(k + 1)
    })
    source.next(0)
    await soon(5)
    expect(seen).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('is measured', async () => {
    const reports: (readonly Measurement[])[] = []
    const watching = meter({ every: 0.05 }).subscribe((all) => reports.push(all))
    const source = new Subject<number>()
    const subscription = source.pipe(mapAsync(() => soon(5), lots)).subscribe()
    source.next(1)
    await soon(80)
    const mine = reports.flat().find(({ at, stepsPerSecond }) => at.startsWith('mapAsync') && stepsPerSecond > 0)
    expect(mine?.work.p50).toBeGreaterThan(3)
    subscription.unsubscribe()
    watching.unsubscribe()
  })

  it('checks its bound at the call', () => {
    expect(() => mapAsync(() => soon(), { capacity: 0, overflow: 'sliding' })).toThrow(/mapAsync: capacity is 0/)
    expect(() => mapAsync(() => soon(), { capacity: 1, overflow: 'wait' as 'error' })).toThrow(TypeError)
  })
})
