/** A queue with a bound, a word for what happens past it, and a count: what every asynchronous boundary holds its values in. */

import { report } from '../diagnostics.ts'
import { checkCount } from './ticks.ts'
import { closeValve, isValve, openValve, type Valve } from './valve.ts'

/**
 * What happens to a value that finds the queue full: `dropping`: the new one is dropped; `sliding`: the oldest that waits is dropped;
 * `error`: the stream ends with an error; a valve: nothing is dropped, the source waits.
 */
export type Overflow = 'dropping' | 'sliding' | 'error' | Valve

export interface Bound {
  /** How many values may wait, 1 or more. */
  readonly capacity: number
  readonly overflow: Overflow
}

/** Past a closed valve come the values that the source had in hand. More than this: it does not wait at all. */
const inHand = 4096

/** First in, first out. At every moment `offered === taken + dropped + size`. With a valve, `size` may exceed the capacity for the burst in hand. */
export class BoundedQueue<T> {
  readonly #at: string
  readonly #capacity: number
  readonly #overflow: Overflow
  #values: T[] = []
  #head = 0
  #holding = false
  #closed = false
  /** How many values were dropped. */
  dropped = 0

  /** @throws RangeError for a capacity below 1, TypeError for an unknown word. */
  constructor(at: string, bound: Bound) {
    const { capacity, overflow } = bound
    checkCount(at, 'capacity', capacity)
    if (overflow !== 'dropping' && overflow !== 'sliding' && overflow !== 'error' && !isValve(overflow)) {
      throw new TypeError(`${at}: overflow is ${String(overflow)}: 'dropping', 'sliding', 'error' or a valve() is needed`)
    }
    this.#at = at
    this.#capacity = capacity
    this.#overflow = overflow
  }

  /** How many values wait. */
  get size(): number {
    return this.#values.length - this.#head
  }

  /** @throws Error where the queue is full and `overflow` is 'error', or where a source does not heed the valve. */
  push(value: T): void {
    if (this.#closed) return
    if (this.size >= this.#capacity && !this.#makeRoom()) return
    this.#values.push(value)
    this.#turnValve()
  }

  /** The oldest value. Only where `size` is not 0. */
  shift(): T {
    const value = this.#values[this.#head] as T
    this.#head++
    if (this.#head > 32 && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head)
      this.#head = 0
    }
    this.#turnValve()
    return value
  }

  /** Lets go of everything, the valve too. */
  close(): void {
    this.#closed = true
    this.#values = []
    this.#head = 0
    this.#turnValve()
  }

  /** Whether the new value may come in. */
  #makeRoom(): boolean {
    const overflow = this.#overflow
    if (overflow === 'error') {
      throw new Error(
        `${this.#at}: ${this.#capacity} values wait already, its capacity: take a larger one, or overflow 'sliding', 'dropping' or a valve`,
      )
    }
    if (overflow === 'sliding') this.shift()
    if (overflow === 'sliding' || overflow === 'dropping') {
      this.dropped++
      report({ kind: 'dropped', at: this.#at, count: 1 })
      return overflow === 'sliding'
    }
    if (this.size < this.#capacity + inHand) return true
    throw new Error(
      `${this.#at}: ${this.size} values wait, and more come through the closed valve: give the same valve to the source, and only to one that can wait, as dvsFile can`,
    )
  }

  #turnValve(): void {
    const valve = this.#overflow
    if (typeof valve === 'string') return
    const full = this.size >= this.#capacity
    if (full === this.#holding) return
    this.#holding = full
    if (full) closeValve(valve)
    else openValve(valve)
  }
}
