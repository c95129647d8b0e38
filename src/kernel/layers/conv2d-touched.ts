/** Which part of its output a scatter of few pixels reaches: only that is cleared before the next one, and looked at after it. */

import { type Arena, BLOCK, type BlockMap, type Region } from '../arena.ts'
import type { Conv2dGeometry } from './conv2d-geometry.ts'

/** Above this many pixels a row, following them costs more than it saves. */
const CROWDED = 16

/** Keeps the map of one image's output. */
export class Touched {
  readonly #geometry: Conv2dGeometry
  readonly #output: Float32Array
  readonly #map: Uint8Array
  /** Of each input row the first and the last active column. */
  readonly #first: Int32Array
  readonly #last: Int32Array

  /** After the arena was allocated. */
  constructor(arena: Arena, geometry: Conv2dGeometry, y: Region & { readonly map: BlockMap }) {
    this.#geometry = geometry
    this.#output = arena.floats(y)
    this.#map = arena.bytes(y.map).subarray(0, Math.ceil(y.length / BLOCK))
    this.#first = new Int32Array(geometry.inHeight)
    this.#last = new Int32Array(geometry.inHeight)
  }

  /** Zeros wherever the last step left something. */
  clear(): void {
    const map = this.#map
    for (let block = map.indexOf(1); block >= 0; ) {
      const gap = map.indexOf(0, block)
      const end = gap < 0 ? map.length : gap
      this.#output.fill(0, block * BLOCK, end * BLOCK)
      map.fill(0, block, end)
      block = map.indexOf(1, end)
    }
  }

  /** Everything may hold something. */
  all(): void {
    this.#map.fill(1)
  }

  /** What a scatter of these input pixels reaches. `clear` came before. */
  mark(list: Int32Array, count: number): void {
    const { inHeight, inWidth } = this.#geometry
    if (count > CROWDED * inHeight) {
      this.all()
      return
    }
    const first = this.#first.fill(inWidth)
    const last = this.#last.fill(-1)
    for (let k = 0; k < count; k++) {
      const index = list[k] as number
      const line = (index / inWidth) | 0
      const row = line % inHeight
      const column = index - line * inWidth
      if (column < (first[row] as number)) first[row] = column
      if (column > (last[row] as number)) last[row] = column
    }
    for (let row = 0; row < inHeight; row++) if ((last[row] as number) >= 0) this.#markRow(row, first[row] as number, last[row] as number)
  }

  #markRow(row: number, first: number, last: number): void {
    const { kernel, stride, dilation, padding, outChannels, outHeight, outWidth } = this.#geometry
    const reach = dilation * (kernel - 1)
    const left = Math.max(0, Math.ceil((first + padding - reach) / stride))
    const right = Math.min(outWidth - 1, Math.floor((last + padding) / stride))
    if (right < left) return
    for (let tap = 0; tap < kernel; tap++) {
      const below = row + padding - tap * dilation
      const v = below / stride
      if (below % stride !== 0 || v < 0 || v >= outHeight) continue
      for (let channel = 0; channel < outChannels; channel++) {
        const line = (channel * outHeight + v) * outWidth
        this.#map.fill(1, ((line + left) / BLOCK) | 0, (((line + right) / BLOCK) | 0) + 1)
      }
    }
  }
}
