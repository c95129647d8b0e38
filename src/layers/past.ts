/** The last inputs of a layer that delays, and how long a delay is. */

import { type Shape, sizeOf } from '../tensor.ts'
import type { Slot } from './node.ts'

/** Remembers the input of this step and of the `depth` steps before it. */
export class Past {
  /** The last `depth` inputs, oldest first: [depth, ...shape], wherever they lie. */
  readonly slot: Slot
  /** One input after another, see `offset`. */
  readonly values: Float32Array
  readonly #size: number
  readonly #rows: number
  /** Where the newest input is. */
  #row = 0

  /** @param written called after the slot was written */
  constructor(depth: number, shape: Shape, written: () => void = () => {}) {
    const size = sizeOf(shape)
    this.#size = size
    this.#rows = depth + 1
    this.values = new Float32Array(this.#rows * size)
    this.slot = {
      shape: [depth, ...shape],
      batchAxis: 1,
      read: () => {
        const data = new Float32Array(depth * size)
        for (let age = 0; age < depth; age++) {
          const from = this.offset(age)
          data.set(this.values.subarray(from, from + size), (depth - 1 - age) * size)
        }
        return data
      },
      write: (data) => {
        this.#row = 0
        for (let age = 0; age < depth; age++) {
          const from = (depth - 1 - age) * size
          this.values.set(data.subarray(from, from + size), this.offset(age))
        }
        written()
      },
    }
  }

  push(x: Float32Array): void {
    this.#row = (this.#row + 1) % this.#rows
    this.values.set(x, this.#row * this.#size)
  }

  /** Where the input of `age` steps ago begins; 0 is the one pushed last. */
  offset(age: number): number {
    return ((this.#row - age + this.#rows) % this.#rows) * this.#size
  }
}

/** No delay has more steps: beyond this, float32 does not hold every whole number. */
const MOST_STEPS = 2 ** 24

/** @throws RangeError unless all are lengths of time, or numbers of steps, that are not negative. */
export function checkDelays(at: string, delays: Iterable<number>, whole = false): void {
  for (const delay of delays) {
    if (!(delay >= 0 && delay < Infinity)) throw new RangeError(`${at} ${delay}: a delay is a finite number that is not negative`)
    if (whole && !Number.isInteger(delay)) throw new RangeError(`${at} ${delay}: a whole number of steps is needed`)
    if (whole && delay > MOST_STEPS) throw new RangeError(`${at} ${delay}: a delay has ${MOST_STEPS} steps at the most`)
  }
}

/** Whole steps of `dt` seconds, nearest to the delays in seconds. @throws RangeError where they are too many */
export function stepsOf(at: string, delays: Float32Array, dt: number): Int32Array {
  return Int32Array.from(delays, (delay) => {
    const steps = Math.round(delay / dt)
    if (steps > MOST_STEPS) throw new RangeError(`${at}: a delay of ${delay} s has ${steps} steps of ${dt} s, ${MOST_STEPS} are allowed`)
    return steps
  })
}

/** A loop: so many arguments as there are delays fit in no call. */
export function largest(values: Iterable<number>): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

/** @throws RangeError where delays have more steps than the state remembers. */
export function checkRoom(path: string, steps: number, room: number, dt: number): void {
  if (steps <= room) return
  throw new RangeError(
    `${path}: with steps of ${dt} s the longest delay is ${steps} steps, and there is room for ${room}: give the layer the option dt: ${dt}`,
  )
}
