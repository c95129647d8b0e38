/** Which part of its output a scatter of few pixels reaches: only that is cleared before the next one, and looked at after it. */

import { type Arena, BLOCK, type BlockMap, type Region } from '../arena.ts'
import type { Conv2dGeometry } from './conv2d-geometry.ts'

/** Above this many pixels a row, following them costs more than it saves. */
const CROWDED = 4

/** Keeps the map of one image's output. */
export class Touched {
  readonly #geometry: Conv2dGeometry
  readonly #output: Float32Array
  readonly #map: Uint8Array
  /** Of each input row the first and the last active column; of each output row the first and the last one reached. */
  readonly #active: Span
  readonly #reached: Span

  /** After the arena was allocated. */
  constructor(arena: Arena, geometry: Conv2dGeometry, y: Region & { readonly map: BlockMap }) {
    this.#geometry = geometry
    this.#output = arena.floats(y)
    this.#map = arena.bytes(y.map).subarray(0, Math.ceil(y.length / BLOCK))
    this.#active = new Span(geometry.inHeight)
    this.#reached = new Span(geometry.outHeight)
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
    const { inHeight, inWidth, outChannels, outHeight, outWidth } = this.#geometry
    if (count > CROWDED * inHeight) {
      this.all()
      return
    }
    const active = this.#active.clear()
    const reached = this.#reached.clear()
    for (let k = 0; k < count; k++) {
      const index = list[k] as number
      const line = (index / inWidth) | 0
      const column = index - line * inWidth
      active.include(line % inHeight, column, column)
    }
    for (let row = 0; row < inHeight; row++) if (active.has(row)) this.#reach(row, active.first[row] as number, active.last[row] as number)
    for (let row = 0; row < outHeight; row++) {
      if (!reached.has(row)) continue
      for (let channel = 0; channel < outChannels; channel++) {
        const line = (channel * outHeight + row) * outWidth
        this.#map.fill(1, ((line + (reached.first[row] as number)) / BLOCK) | 0, (((line + (reached.last[row] as number)) / BLOCK) | 0) + 1)
      }
    }
  }

  #reach(row: number, first: number, last: number): void {
    const { kernel, stride, dilation, padding, outHeight, outWidth } = this.#geometry
    const left = Math.max(0, Math.ceil((first + padding - dilation * (kernel - 1)) / stride))
    const right = Math.min(outWidth - 1, Math.floor((last + padding) / stride))
    if (right < left) return
    for (let tap = 0; tap < kernel; tap++) {
      const below = row + padding - tap * dilation
      const v = below / stride
      if (below % stride === 0 && v >= 0 && v < outHeight) this.#reached.include(v, left, right)
    }
  }
}

/** For each of some rows, from where to where something is. */
class Span {
  readonly first: Int32Array
  readonly last: Int32Array

  constructor(rows: number) {
    this.first = new Int32Array(rows)
    this.last = new Int32Array(rows)
  }

  clear(): this {
    this.first.fill(0x7fffffff)
    this.last.fill(-1)
    return this
  }

  has(row: number): boolean {
    return (this.last[row] as number) >= 0
  }

  include(row: number, from: number, to: number): void {
    if (from < (this.first[row] as number)) this.first[row] = from
    if (to > (this.last[row] as number)) this.last[row] = to
  }
}
