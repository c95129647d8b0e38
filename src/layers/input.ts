/** How a tensor comes into an arena. */

import { BLOCK, type Arena, type Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { blockMap } from '../kernel/layers/block-map.ts'
import type { Sparse } from '../tensor.ts'

/** From this many elements on it pays to know which blocks are empty. */
export const LARGE = 16384

export class Input {
  readonly x: Region
  readonly #arena: Arena
  #view: Float32Array = new Float32Array(0)
  #map: Uint8Array | undefined
  #mark: (() => void) | undefined
  /** What was written last; undefined: everything. */
  #last: Sparse | undefined

  constructor(arena: Arena, length: number) {
    this.#arena = arena
    this.x = length >= LARGE ? arena.reserveMapped(length) : arena.reserve(length)
  }

  start(): void {
    const { x } = this
    this.#view = this.#arena.floats(x)
    if (x.map === undefined) return
    const { map, length, offset } = x
    const { mark } = link(this.#arena, blockMap)
    this.#map = this.#arena.bytes(map)
    this.#mark = () => mark(offset, length, map.offset)
  }

  dense(data: Float32Array): void {
    this.#view.set(data)
    this.#last = undefined
    this.#mark?.()
  }

  sparse(sparse: Sparse): void {
    const { indices, values } = sparse
    const view = this.#view
    this.#clear()
    for (let k = 0; k < indices.length; k++) view[indices[k] as number] = values[k] as number
    const map = this.#map
    if (map !== undefined) for (let k = 0; k < indices.length; k++) map[((indices[k] as number) / BLOCK) | 0] = 1
    this.#last = sparse
  }

  #clear(): void {
    const last = this.#last
    if (last === undefined) {
      this.#view.fill(0)
      this.#map?.fill(0)
      return
    }
    const { indices } = last
    const view = this.#view
    for (let k = 0; k < indices.length; k++) view[indices[k] as number] = 0
    const map = this.#map
    if (map !== undefined) for (let k = 0; k < indices.length; k++) map[((indices[k] as number) / BLOCK) | 0] = 0
  }
}
