/** How a tensor comes into an arena. */

import { type Arena, BLOCK, type BlockMap, type Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { blockMap } from '../kernel/layers/block-map.ts'
import type { Sparse } from '../tensor.ts'

/** From this many elements on it pays to know which blocks are empty. */
export const LARGE = 16384

/** Above this share of active blocks looking for the others costs more than it saves. */
export const CROWDED: number = 1 / 2
/** Dense inputs that were crowded are looked at again after so many. */
const PATIENCE = 32

export class Input {
  readonly x: Region
  readonly #arena: Arena
  readonly #map: BlockMap | undefined
  readonly #blocks: number
  #view: Float32Array = new Float32Array(0)
  #bytes: Uint8Array = new Uint8Array(0)
  #mark: () => number = () => 0
  #wait = 0
  /** What was written last; undefined: everything. */
  #last: Sparse | undefined

  constructor(arena: Arena, length: number) {
    this.#arena = arena
    this.#blocks = Math.ceil(length / BLOCK)
    this.x = length >= LARGE ? arena.reserveMapped(length) : arena.reserve(length)
    this.#map = this.x.map
  }

  start(): void {
    const { offset, length } = this.x
    this.#view = this.#arena.floats(this.x)
    const map = this.#map
    if (map === undefined) return
    const { mark } = link(this.#arena, blockMap)
    this.#bytes = this.#arena.bytes(map)
    this.#mark = () => mark(offset, length, map.offset)
  }

  dense(data: Float32Array): void {
    this.#view.set(data)
    this.#last = undefined
    if (this.#map === undefined || this.#wait-- > 0) return
    this.#map.crowded = this.#mark() > this.#blocks * CROWDED
    this.#wait = this.#map.crowded ? PATIENCE : 0
  }

  sparse(sparse: Sparse): void {
    const { indices, values } = sparse
    const view = this.#view
    this.#clear()
    for (let k = 0; k < indices.length; k++) view[indices[k] as number] = values[k] as number
    this.#last = sparse
    const map = this.#map
    if (map === undefined) return
    const bytes = this.#bytes
    for (let k = 0; k < indices.length; k++) bytes[((indices[k] as number) / BLOCK) | 0] = 1
    map.crowded = false
    this.#wait = 0
  }

  #clear(): void {
    const last = this.#last
    if (last === undefined) {
      this.#view.fill(0)
      this.#bytes.fill(0)
      return
    }
    const { indices } = last
    const view = this.#view
    const bytes = this.#bytes
    for (let k = 0; k < indices.length; k++) view[indices[k] as number] = 0
    if (this.#map !== undefined) for (let k = 0; k < indices.length; k++) bytes[((indices[k] as number) / BLOCK) | 0] = 0
  }
}
