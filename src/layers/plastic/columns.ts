/** Which outputs a pass over synapses looks at: lists of vectors of four. */

import type { Arena, Region } from '../../kernel/arena.ts'
import type { Need } from '../../plasticity/need.ts'
import { LIMIT } from '../../plasticity/synapse-kernel.ts'

/** Arguments 6 to 11 of a pass begin here: quiet, its count, active, its count, all, its count. */
const LISTS = 6

export class Columns {
  readonly #arena: Arena
  readonly #need: Need
  readonly #count: number
  readonly #all: Region
  readonly #active: Region
  #found: Int32Array = new Int32Array(0)

  /** @param columns elements of a row of weights, a multiple of 4 */
  constructor(arena: Arena, need: Need, columns: number) {
    this.#arena = arena
    this.#need = need
    this.#count = columns / 4
    this.#all = arena.reserve(this.#count)
    this.#active = arena.reserve(this.#count)
  }

  start(): void {
    this.#arena.ints(this.#all).forEach((_, k, all) => (all[k] = 16 * k))
    this.#found = this.#arena.ints(this.#active)
  }

  /** The six arguments of a pass over everything. */
  everything(): readonly number[] {
    const { offset } = this.#all
    return [offset, this.#count, offset, this.#count, offset, this.#count]
  }

  /** Looks at every synapse. */
  dense(args: number[]): void {
    args[LISTS] = args[LISTS + 2] = this.#all.offset
    args[LISTS + 1] = args[LISTS + 3] = this.#count
  }

  /** Looks where the weight can change; returns how many vectors of outputs are not silent. @param post of all columns */
  sparse(args: number[], post: Float32Array): number {
    const found = this.#found
    let count = 0
    for (let k = 0; k < post.length; k += 4) {
      if (post[k] !== 0 || post[k + 1] !== 0 || post[k + 2] !== 0 || post[k + 3] !== 0) found[count++] = 4 * k
    }
    args[LISTS] = this.#active.offset
    args[LISTS + 1] = this.#need.output ? count : 0
    args[LISTS + 2] = this.#need.input ? this.#all.offset : this.#active.offset
    args[LISTS + 3] = this.#need.input ? this.#count : count
    return count
  }
}

/** Whether no value is beyond what synapses may be left out with. */
export function isTame(values: Float32Array): boolean {
  for (let k = 0; k < values.length; k++) if (!(Math.abs(values[k] as number) <= LIMIT)) return false
  return true
}
