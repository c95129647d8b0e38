/** Arbitrary float32 values: often where arithmetic is odd, and shrinking to few and simple numbers. */

import { Arbitrary, type Random, Stream, Value } from 'fast-check'
import { shortestFloat32 } from '../tensor.ts'

/** How one element is drawn. */
export interface Draw {
  /** Inclusive. */
  readonly min: number
  readonly max: number
  /** Share of the elements that are not at rest; undefined: another one for each tensor. */
  readonly activity?: number | undefined
  /** An element that is not at rest, in the range. */
  element(random: Random): number
}

const odd = [-0, 1e-45, -1e-40, 1.1754943508222875e-38].map(Math.fround)
const shares = [1, 1, 0.3, 0.05, 0]
const FINE = 2 ** 24

/** Simple numbers, numbers from the whole range, its ends, and now and then a zero with a sign or a denormal. */
export function anyReal(min: number, max: number): Draw {
  const clamp = (value: number) => Math.fround(Math.min(max, Math.max(min, value)))
  const simple = [1, -1, 0.5, 2, min, max].map(clamp)
  const rare = odd.filter((value) => value >= min && value <= max)
  return {
    min,
    max,
    element: (random) => {
      const kind = random.nextInt(0, 9)
      if (kind < 3) return simple[random.nextInt(0, simple.length - 1)] as number
      if (kind === 3 && rare.length > 0) return rare[random.nextInt(0, rare.length - 1)] as number
      return clamp(min + (max - min) * (random.nextInt(0, FINE) / FINE))
    },
  }
}

/** Zeros and ones. */
export const spiking = (rate: number | undefined): Draw => ({ min: 0, max: 1, activity: rate, element: () => 1 })

/** So many values. They shrink to rest, which is the value of the range that is nearest to 0: many at once, then one by one. */
export class Values extends Arbitrary<Float32Array> {
  readonly #length: number
  readonly #draw: Draw
  readonly #rest: number

  constructor(length: number, draw: Draw) {
    super()
    this.#length = length
    this.#draw = draw
    this.#rest = Math.min(draw.max, Math.max(draw.min, 0))
  }

  override generate(random: Random): Value<Float32Array> {
    const { activity = shares[random.nextInt(0, shares.length - 1)] as number } = this.#draw
    const values = new Float32Array(this.#length).fill(this.#rest)
    for (let k = 0; k < values.length; k++) {
      if (random.nextInt(0, FINE - 1) / FINE < activity) values[k] = this.#draw.element(random)
    }
    return new Value(values, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Float32Array {
    return value instanceof Float32Array && value.length === this.#length
  }

  override shrink(value: Float32Array): Stream<Value<Float32Array>> {
    return new Stream(this.#smaller(value)).map((values) => new Value(values, undefined))
  }

  *#smaller(values: Float32Array): IterableIterator<Float32Array> {
    const awake = [...values.keys()].filter((k) => !Object.is(values[k], Math.fround(this.#rest)))
    for (let size = awake.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < awake.length; from += size) {
        const copy = values.slice()
        for (const k of awake.slice(from, from + size)) copy[k] = this.#rest
        yield copy
      }
    }
    for (const k of awake) {
      for (const simpler of this.#simpler(values[k] as number)) {
        const copy = values.slice()
        copy[k] = simpler
        yield copy
      }
    }
  }

  /** Numbers near by that take less to write. Spikes are as simple as they get. */
  #simpler(value: number): readonly number[] {
    const { min, max } = this.#draw
    const whole = Math.trunc(value)
    const shorter = [2, 10, 100].map((parts) => Math.trunc(value * parts) / parts)
    const candidates = [1, -1, Math.trunc(value / 2), whole, ...shorter, whole - Math.sign(value), whole + Math.sign(value)]
    return candidates.map(Math.fround).filter((each) => each >= min && each <= max && isSimpler(each, value))
  }
}

/** A well-founded order, so that shrinking ends. */
function isSimpler(a: number, b: number): boolean {
  const [lengthOfA, lengthOfB] = [a, b].map((each) => shortestFloat32(each).length) as [number, number]
  return lengthOfA < lengthOfB || (lengthOfA === lengthOfB && Math.abs(a) < Math.abs(b))
}
