/** One side of a running rule: the traces of its inputs, or of its outputs, row by row of a batch. */

import type { Arena, Region } from '../../kernel/arena.ts'
import { type Kernel, link } from '../../kernel/kernel.ts'
import type { RuleSide } from '../../plasticity/rule.ts'
import type { Shape } from '../../tensor.ts'
import type { Slot } from '../node.ts'
import type { SharedValues } from './rule.ts'

/** Kernels compute eight elements at a time: rows begin at multiples. */
export const padded = (length: number): number => Math.ceil(length / 8) * 8

export class Side {
  readonly #arena: Arena
  readonly #side: RuleSide
  readonly #size: number
  readonly #rows: number
  readonly #states: readonly Region[]
  readonly #nothing: Region
  #args: readonly (readonly number[])[] = []
  #step: Kernel | undefined

  /** @param size elements of one row */
  constructor(arena: Arena, side: RuleSide, rows: number, size: number) {
    this.#arena = arena
    this.#side = side
    this.#size = size
    this.#rows = rows
    // Traces of all rows; of what is handed to the synapses one row at a time.
    this.#states = side.state.map((name) => arena.reserve(padded(size) * (isHanded(name) ? 1 : Math.max(1, rows))))
    this.#nothing = arena.reserve(side.kernel === undefined ? 0 : padded(size))
  }

  /** After the arena was allocated. @param spikes byte offset of each row's spikes */
  start(shared: SharedValues, spikes: readonly number[]): void {
    const { kernel, state } = this.#side
    if (kernel === undefined) return
    this.#step = link(this.#arena, kernel).step
    this.#args = spikes.map((from, row) => [
      this.#size,
      shared.dt.offset,
      from,
      this.#nothing.offset,
      0,
      0,
      ...state.map((name, k) => (this.#states[k] as Region).offset + (isHanded(name) ? 0 : 4 * row * padded(this.#size))),
      ...shared.offsets(row),
    ])
  }

  /** One step of a row. */
  run(row: number): void {
    this.#step?.(...(this.#args[row] as readonly number[]))
  }

  /** Where what this side hands to the synapses lies after `run`, where the row's spikes are at `spikes`. */
  handed(spikes: number): readonly number[] {
    return this.#side.handed.map(({ from }) =>
      from === undefined ? spikes : (this.#states[this.#side.state.indexOf(from)] as Region).offset,
    )
  }

  /** The trace of this name, all rows of it. */
  slot(name: string, shape: Shape): Slot {
    const region = this.#states[this.#side.state.indexOf(name)] as Region
    const [size, rows, stride] = [this.#size, this.#rows, padded(this.#size)]
    const view = () => this.#arena.floats(region)
    return {
      shape,
      batchAxis: 0,
      read: () => {
        const values = new Float32Array(rows * size)
        for (let row = 0; row < rows; row++) values.set(view().subarray(row * stride, row * stride + size), row * size)
        return values
      },
      write: (data) => {
        for (let row = 0; row < rows; row++) view().set(data.subarray(row * size, (row + 1) * size), row * stride)
      },
    }
  }
}

const isHanded = (name: string) => name.startsWith('$')
