/** The one way to make a sink: an Observer that also learns of unsubscription, so that a motor stops whatever ends its stream. */

import { config, Subscription, type Observer, type TeardownLogic } from 'rxjs'

/** What became of the values that a sink was given. */
export interface SinkReport {
  /** How many values arrived. */
  readonly received: number
  /** How many of them it had to skip. */
  readonly dropped: number
}

/**
 * An Observer made for one subscription, so it comes from a call. A second `subscribe(sink)` is an Error once the sink has stopped, and
 * while it lives wherever RxJS lets it be seen; it stops with the first stream that ends.
 * It is a Subscriber: unsubscription reaches it as well.
 */
export interface Sink<in T> extends Observer<T>, AsyncDisposable {
  /** Settles when everything is flushed, stopped and closed. Rejects with the stream's error where one ended it. */
  readonly done: Promise<SinkReport>
}

type Feeder = Exclude<TeardownLogic, void> & { readonly destination: unknown }

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

/**
 * Makes a sink. Where nobody asked for `done`, an error goes the way of all unhandled errors of RxJS: to `config.onUnhandledError`, or
 * it is thrown from a timer of its own, after the sink has stopped.
 */
export const createSink = <T>(options: SinkOptions<T>): Sink<T> => new SubscribedSink(options)

/**
 * RxJS 7 passes through `subscribe` what looks like its own Subscriber: an Observer that is a Subscription. It finds out by
 * reading `next`, `error`, `complete`, in this order, without a call between, and ends each `subscribe` by adding what the
 * source's operator returned, mostly nothing. A second subscription is noticed by this, before anything is subscribed:
 * always where the sink has stopped, and while it lives where an operator of the first one still feeds it (operators
 * such as `share`, `takeUntil`, `catchError` subscribe the same subscriber repeatedly on behalf of one subscription, so no more
 * can be said). test/stream/sink.test.ts holds RxJS to it.
 */
class SubscribedSink<T> extends Subscription implements Sink<T> {
  readonly #options: SinkOptions<T>
  readonly #settled: Promise<SinkReport>
  #settle: (report: Promise<SinkReport>) => void = () => undefined
  #received = 0
  #stopped = false
  #watched = false
  #begun = 0
  #returned = 0
  #feeders: Feeder[] = []
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

  override add(teardown: TeardownLogic): void {
    if (teardown === undefined) this.#returned++
    else if (this.#feeds(teardown)) this.#feeders = [...this.#feeders.filter((each) => this.#feeds(each)), teardown]
    super.add(teardown)
  }

  /** Whether this is an operator's subscriber that hands its values to this sink, and is not closed. */
  #feeds(teardown: unknown): teardown is Feeder {
    return typeof teardown === 'object' && teardown !== null && 'destination' in teardown && teardown.destination === this
  }

  #begin(): void {
    const { at } = this.#options
    if (this.#stopped) throw new Error(`${at}: this sink has stopped: a sink is made for one subscription, call ${at}(...) for a new one`)
    if (this.#begun > 0 && this.#returned >= this.#begun && this.#feeders.some((each) => this.#feeds(each))) {
      throw new Error(
        `${at}: this sink is subscribed already: a sink is made for one subscription, call ${at}(...) for another, or merge the streams`,
      )
    }
    this.#begun++
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

  /** As RxJS does with an error that nobody takes: a program must not end, or go on, without a word. */
  #noticed(error: unknown): unknown {
    setTimeout(() => {
      if (this.#watched) return
      if (config.onUnhandledError === null) throw error
      config.onUnhandledError(error)
    })
    return error
  }
}
