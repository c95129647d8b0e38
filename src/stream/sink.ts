/** The one way to make a sink: an Observer that also learns of unsubscription, so that a motor stops whatever ends its stream. */

import { config, Subscription, type Observer } from 'rxjs'

/** What became of the values that a sink was given. */
export interface SinkReport {
  /** How many values arrived. */
  readonly received: number
  /** How many of them it had to skip. */
  readonly dropped: number
}

/**
 * An Observer made for one subscription, so it comes from a call: a second `subscribe(sink)` is an Error.
 * It is a Subscriber: unsubscription reaches it as well.
 */
export interface Sink<in T> extends Observer<T>, AsyncDisposable {
  /** Settles when everything is flushed, stopped and closed. Rejects with the stream's error where one ended it. */
  readonly done: Promise<SinkReport>
}

/** What ended a sink's stream. */
export type StopReason = 'complete' | 'error' | 'unsubscribe'

export interface SinkOptions<T> {
  /** Name for messages: `webSocketSink`. */
  readonly at: string
  /** Takes one value. What it throws is an error of the stream: the sink stops and its source is unsubscribed. */
  next(value: T): void
  /** Flushes, stops, closes. Called exactly once, whatever happens first, also where the sink never was subscribed but disposed. */
  stop?(reason: StopReason, error?: unknown): void | Promise<void>
  /** How many values were skipped. Read once, after `stop` has settled. Default: none. */
  dropped?(): number
}

/** Makes a sink. `done` may be ignored: an error that nobody looks at goes to RxJS's `config.onUnhandledError`, where that is set. */
export const createSink = <T>(options: SinkOptions<T>): Sink<T> => new SubscribedSink(options)

/**
 * RxJS 7 passes through `subscribe` what looks like its own Subscriber: an Observer that is a Subscription. It finds out by
 * reading `next`, `error`, `complete`, in this order, without a call between: that is how a second subscription is noticed here,
 * before anything is subscribed. test/stream/sink.test.ts holds RxJS to it.
 */
class SubscribedSink<T> extends Subscription implements Sink<T> {
  readonly #options: SinkOptions<T>
  readonly #settled: Promise<SinkReport>
  #settle: (report: Promise<SinkReport>) => void = () => undefined
  #received = 0
  #stopped = false
  #subscribed = false
  #watched = false
  #looks = 0

  constructor(options: SinkOptions<T>) {
    super()
    this.#options = options
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#settled.catch(() => undefined)
  }

  get next(): (value: T) => void {
    this.#looks = 1
    return this.#take
  }

  get error(): (error: unknown) => void {
    this.#looks = this.#looks === 1 ? 2 : 0
    return this.#fail
  }

  get complete(): () => void {
    if (this.#looks === 2) this.#begin()
    this.#looks = 0
    return this.#complete
  }

  get done(): Promise<SinkReport> {
    this.#watched = true
    return this.#settled
  }

  override unsubscribe(): void {
    this.#stop('unsubscribe')
    super.unsubscribe()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.unsubscribe()
    await this.done
  }

  #begin(): void {
    const { at } = this.#options
    if (this.#subscribed) throw new Error(`${at}: this sink is subscribed already: a sink is made for one subscription, call ${at}(...) again for another`)
    if (this.#stopped) throw new Error(`${at}: this sink was stopped before it was subscribed: call ${at}(...) for a new one`)
    this.#subscribed = true
  }

  readonly #take = (value: T): void => {
    if (this.#stopped) return
    this.#received++
    try {
      this.#options.next(value)
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #fail = (error: unknown): void => {
    this.#stop('error', error)
    super.unsubscribe()
  }

  readonly #complete = (): void => {
    this.#stop('complete')
    super.unsubscribe()
  }

  #stop(reason: StopReason, error?: unknown): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#settle(this.#finish(reason, error))
  }

  /** Runs up to and with the call of `stop` at once, not a microtask later: a motor does not wait. */
  async #finish(reason: StopReason, error: unknown): Promise<SinkReport> {
    try {
      await this.#options.stop?.(reason, error)
    } catch (fault) {
      throw this.#noticed(reason === 'error' ? error : fault)
    }
    if (reason === 'error') throw this.#noticed(error)
    return { received: this.#received, dropped: this.#options.dropped?.() ?? 0 }
  }

  #noticed(error: unknown): unknown {
    if (!this.#watched) config.onUnhandledError?.(error)
    return error
  }
}
