import {
  catchError,
  concat,
  config,
  defer,
  finalize,
  interval,
  last,
  map,
  merge,
  NEVER,
  Observable,
  of,
  queueScheduler,
  retry,
  share,
  startWith,
  Subject,
  subscribeOn,
  switchMap,
  take,
  takeUntil,
  throwError,
  timeout,
} from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mapAccum } from '../../src/stream/map-accum.ts'
import { createSink, type Sink, type StopReason } from '../../src/stream/sink.ts'

function recording(stop: (reason: StopReason, error?: unknown) => void | Promise<void> = () => undefined) {
  const values: unknown[] = []
  const stops: [StopReason, unknown][] = []
  const sink = createSink<unknown>({
    at: 'testSink',
    next: (value) => void values.push(value),
    stop: (reason, error) => {
      stops.push([reason, error])
      return stop(reason, error)
    },
    dropped: () => 7,
  })
  return { sink, values, stops }
}

afterEach(() => {
  config.onUnhandledError = null
})

describe('createSink', () => {
  it('takes the values of a chain and stops with its completion', async () => {
    const { sink, values, stops } = recording()
    of(1, 2, 3)
      .pipe(
        map((x) => 10 * x),
        take(2),
      )
      .subscribe(sink)
    expect(values).toEqual([10, 20])
    expect(stops).toEqual([['complete', undefined]])
    expect(await sink.done).toEqual({ received: 2, dropped: 7 })
  })

  it.each<[string, (subject: Subject<number>) => Observable<number>]>([
    ['a subject', (s) => s],
    ['an operator', (s) => s.pipe(map((x) => x))],
    ['a shared chain', (s) => s.pipe(share())],
    ['a switched chain', (s) => s.pipe(switchMap((x) => of(x)))],
    ['a hand-made Observable', (s) => new Observable((out) => s.subscribe((x) => out.next(x)))],
  ])('learns of unsubscription from %s, at once', async (_, make) => {
    const { sink, values, stops } = recording()
    const subject = new Subject<number>()
    const subscription = make(subject).subscribe(sink)
    subject.next(1)
    subscription.unsubscribe()
    expect(stops).toEqual([['unsubscribe', undefined]])
    expect(subject.observed).toBe(false)
    subject.next(2)
    expect(values).toEqual([1])
    expect(await sink.done).toEqual({ received: 1, dropped: 7 })
  })

  it('stops before the source is released: a motor comes first', () => {
    const order: string[] = []
    const sink = createSink({ at: 'testSink', next: () => undefined, stop: () => void order.push('stop') })
    const subscription = NEVER.pipe(finalize(() => order.push('released'))).subscribe(sink)
    subscription.unsubscribe()
    expect(order).toEqual(['stop', 'released'])
  })

  it('stops with the error of the stream and rejects with it', async () => {
    const { sink, stops } = recording()
    const error = new Error('lost')
    throwError(() => error).subscribe(sink)
    expect(stops).toEqual([['error', error]])
    await expect(sink.done).rejects.toBe(error)
  })

  it('a throwing next is an error: the source is unsubscribed, and only this consumer', async () => {
    const subject = new Subject<number>()
    const seen: number[] = []
    const error = new Error('broken')
    const stops: unknown[] = []
    const sink = createSink<number>({
      at: 'testSink',
      next: () => {
        throw error
      },
      stop: (reason, cause) => void stops.push([reason, cause]),
    })
    subject.pipe(map((x) => x)).subscribe(sink)
    subject.subscribe((x) => seen.push(x))
    subject.next(1)
    subject.next(2)
    expect(stops).toEqual([['error', error]])
    expect(seen).toEqual([1, 2])
    await expect(sink.done).rejects.toBe(error)
  })

  it('a throwing next stops a synchronous source', async () => {
    let taken = 0
    const sink = createSink<number>({
      at: 'testSink',
      next: () => {
        if (++taken === 2) throw new Error('enough')
      },
    })
    let made = 0
    new Observable<number>((out) => {
      for (; made < 1000 && !out.closed; made++) out.next(made)
    }).subscribe(sink)
    expect(made).toBe(2)
    await expect(sink.done).rejects.toThrow('enough')
  })

  it('runs stop once, whatever else happens', () => {
    const { sink, stops } = recording()
    const subject = new Subject<number>()
    const subscription = subject.subscribe(sink)
    subject.complete()
    subscription.unsubscribe()
    sink.error(new Error('late'))
    sink.complete()
    sink.next(1)
    expect(stops).toEqual([['complete', undefined]])
  })

  it('done waits for stop', async () => {
    let finish: () => void = () => undefined
    const { sink } = recording(() => new Promise((resolve) => (finish = resolve)))
    of(1).subscribe(sink)
    let settled = false
    const done = sink.done.then(() => (settled = true))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(settled).toBe(false)
    finish()
    await done
  })

  it('done rejects where stop fails, but the error of the stream comes first', async () => {
    const fault = new Error('cannot close')
    const one = recording(() => Promise.reject(fault))
    of(1).subscribe(one.sink)
    await expect(one.sink.done).rejects.toBe(fault)
    const two = recording(() => {
      throw fault
    })
    const error = new Error('lost')
    throwError(() => error).subscribe(two.sink)
    await expect(two.sink.done).rejects.toBe(error)
  })

  it('an error that nobody looks at is no unhandled rejection; it goes to config.onUnhandledError', async () => {
    const rejections = vi.fn()
    process.on('unhandledRejection', rejections)
    const unhandled = vi.fn()
    config.onUnhandledError = unhandled
    const error = new Error('lost')
    const quiet = recording()
    throwError(() => error).subscribe(quiet.sink)
    const watched = recording()
    watched.sink.done.catch(() => undefined)
    throwError(() => new Error('watched')).subscribe(watched.sink)
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', rejections)
    expect(rejections).not.toHaveBeenCalled()
    expect(unhandled.mock.calls).toEqual([[error]])
  })

  it('disposal unsubscribes and waits', async () => {
    const subject = new Subject<number>()
    let stopped = false
    {
      const sink = createSink({
        at: 'testSink',
        next: () => undefined,
        stop: async () => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          stopped = true
        },
      })
      subject.subscribe(sink)
      await sink[Symbol.asyncDispose]()
      await sink[Symbol.asyncDispose]()
    }
    expect(stopped).toBe(true)
    expect(subject.observed).toBe(false)
  })

  it('works where it was never subscribed: disposal stops it, and it takes no stream afterwards', async () => {
    const { sink, stops } = recording()
    await sink[Symbol.asyncDispose]()
    expect(stops).toEqual([['unsubscribe', undefined]])
    expect(await sink.done).toEqual({ received: 0, dropped: 7 })
    expect(() => of(1).subscribe(sink)).toThrow(/testSink: this sink has stopped/)
  })

  const chains: [string, (x: Observable<number>) => Observable<number>][] = [
    ['plain', (x) => x],
    ['map', (x) => x.pipe(map((y) => y))],
    [
      'mapAccum',
      (x) =>
        x.pipe(
          mapAccum(
            () => 0,
            (s, y) => [s, y],
          ),
        ),
    ],
    ['share', (x) => x.pipe(share())],
    ['takeUntil', (x) => x.pipe(takeUntil(NEVER))],
    [
      'takeUntil, finalize',
      (x) =>
        x.pipe(
          takeUntil(NEVER),
          finalize(() => undefined),
        ),
    ],
    ['defer', (x) => defer(() => x)],
    ['merge', (x) => merge(x, NEVER.pipe(takeUntil(x.pipe(last(null, 0)))))],
  ]

  it.each(chains)('is never subscribed after it has stopped (%s)', (_, make) => {
    const { sink } = recording()
    const first = new Subject<number>()
    make(first).subscribe(sink)
    first.complete()
    const second = new Subject<number>()
    expect(() => make(second).subscribe(sink)).toThrow(/testSink: this sink has stopped: .*call testSink\(\.\.\.\) for a new one/)
    expect(second.observed).toBe(false)
  })

  it.each(chains.slice(1, 3))('takes no second stream while an operator feeds it, and keeps the first (%s)', (_, make) => {
    const { sink, values, stops } = recording()
    const first = new Subject<number>()
    const second = new Subject<number>()
    make(first).subscribe(sink)
    expect(() => make(second).subscribe(sink)).toThrow(/testSink: this sink is subscribed already/)
    expect(second.observed).toBe(false)
    first.next(1)
    expect(values).toEqual([1])
    expect(stops).toEqual([])
  })

  it.each<[string, (x: Observable<number>) => Observable<number>]>([
    ...chains,
    ['catchError', (x) => x.pipe(catchError(() => of(-1)))],
    [
      'catchError, finalize',
      (x) =>
        x.pipe(
          catchError(() => of(-1)),
          finalize(() => undefined),
        ),
    ],
    ['a synchronous catchError', (x) => concat(throwError(() => 1)).pipe(catchError(() => x.pipe(catchError(() => of(-1)))))],
    [
      'timeout',
      (x) =>
        x.pipe(
          catchError(() => NEVER),
          timeout({ each: 2, with: () => of(-1) }),
        ),
    ],
    [
      'subscribeOn',
      (x) =>
        x.pipe(
          catchError(() => of(-1)),
          subscribeOn(queueScheduler),
        ),
    ],
    [
      'startWith',
      (x) =>
        x.pipe(
          catchError(() => of(-1)),
          startWith(0),
        ),
    ],
    [
      'retry',
      (x) =>
        merge(
          of(-1),
          x.pipe(
            retry(1),
            catchError(() => NEVER),
          ),
        ).pipe(share(), take(2)),
    ],
  ])('takes what operators do with one subscription for one (%s)', async (_, make) => {
    const { sink, values } = recording()
    const subject = new Subject<number>()
    make(subject).subscribe(sink)
    subject.next(1)
    subject.error(new Error('x'))
    await Promise.race([sink.done.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 50))])
    expect(values).toContain(1)
    await expect(
      Promise.resolve(sink[Symbol.asyncDispose]()).then(
        () => 'x',
        (error: Error) => error.message,
      ),
    ).resolves.toBe('x')
  })

  it('is what RxJS takes for a Subscriber: the chain ends in it without a wrapper', () => {
    const { sink } = recording()
    expect(interval(10).subscribe(sink)).toBe(sink)
    ;(sink as Sink<unknown> & { unsubscribe(): void }).unsubscribe()
  })

  it('can also be driven by hand, as any Observer', async () => {
    const { sink, values } = recording()
    sink.next(1)
    sink.next(2)
    sink.complete()
    expect(values).toEqual([1, 2])
    expect((await sink.done).received).toBe(2)
  })
})
