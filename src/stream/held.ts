/** The latest value of a stream on somebody else's ticks, with its age. */

import { report } from '../diagnostics.ts'
import { isTensor, Tensor } from '../tensor.ts'
import type { Tick } from './ticks.ts'

/** No value to give. */
export const nothing: unique symbol = Symbol('nothing')

/** Holds one value. Its age counts from the first tick that follows it; before the first value, from the first tick. */
export class Held<T> {
  readonly #at: string
  readonly #maxAge: number
  #value: T | typeof nothing = nothing
  /** Time of the first tick that saw the value, microseconds. */
  #since: number | undefined
  #complete = false

  /** @param maxAge seconds */
  constructor(at: string, maxAge: number) {
    this.#at = at
    this.#maxAge = maxAge
  }

  set(value: T): void {
    this.#value = value
    this.#since = undefined
  }

  /** No more values come. */
  complete(): void {
    this.#complete = true
  }

  /** The value stamped with this tick's time, or `nothing` where there is none yet or it is too old; the latter is reported. */
  at(tick: Tick): T | typeof nothing {
    this.#since ??= tick.t
    if (this.#old(tick)) {
      report({ kind: 'stale', at: this.#at, count: 1 })
      return nothing
    }
    const value = this.#value
    return isTensor(value) ? (stamped(value, tick) as Tensor & T) : value
  }

  /** Whether `at` gives `nothing` from this tick on, for ever. */
  spent(tick: Tick): boolean {
    return this.#complete && (this.#value === nothing || this.#old(tick))
  }

  #old(tick: Tick): boolean {
    // Half a microsecond of tolerance: the age is a sum of ticks, and they need not be binary fractions.
    return this.#since !== undefined && tick.t - this.#since > this.#maxAge * 1e6 + 0.5
  }
}

/** The same values under the time of a tick. */
const stamped = (value: Tensor, tick: Tick): Tensor => new Tensor(value.shape, value.data, tick)

/** Oldest age that is still given out, seconds. */
export const defaultMaxAge = 0.5
