/** How a tensor leaves an arena: an emitted tensor never changes, so each step needs memory of its own. */

import type { Arena, Region } from '../kernel/arena.ts'
import { unfilledFloats } from '#platform'
import { ActiveList } from '../kernel/layers/active-scan.ts'
import { type Shape, sizeOf, sparseTensor, Tensor, type TimeStep } from '../tensor.ts'

/** Of a mapped output, at most this share of blocks is looked into, and this share of elements copied as a list. */
const FEW_BLOCKS = 1 / 4
const SPARSE = 1 / 16

export class Output {
  readonly #arena: Arena
  readonly #shape: Shape
  readonly #region: Region
  readonly #list: ActiveList | undefined
  #view: Float32Array = new Float32Array(0)
  #map: Uint8Array = new Uint8Array(0)

  constructor(arena: Arena, shape: Shape, region: Region) {
    this.#arena = arena
    this.#shape = shape
    this.#region = { ...region, length: sizeOf(shape) }
    if (region.map !== undefined) this.#list = new ActiveList(arena, sizeOf(shape))
  }

  /** The live output; the next step overwrites it. */
  start(): Float32Array {
    this.#list?.start()
    this.#view = this.#arena.floats(this.#region)
    if (this.#region.map !== undefined) this.#map = this.#arena.bytes(this.#region.map)
    return this.#view
  }

  #crowded(): boolean {
    if (this.#region.map?.crowded === true) return true
    let marked = 0
    for (let k = 0; k < this.#map.length; k++) marked += this.#map[k] as number
    return marked > this.#map.length * FEW_BLOCKS
  }

  copy(time: TimeStep): Tensor {
    const list = this.#list
    if (list === undefined || this.#crowded()) return new Tensor(this.#shape, copyOut(this.#view), time)
    const count = list.find(this.#region.offset, this.#region.map)
    if (count > this.#view.length * SPARSE) return new Tensor(this.#shape, copyOut(this.#view), time)
    const indices = new Uint32Array(this.#arena.ints(list.region).subarray(0, count))
    const values = new Float32Array(count)
    for (let k = 0; k < count; k++) values[k] = this.#view[indices[k] as number] as number
    return sparseTensor(this.#shape, { indices, values }, time)
  }
}

/**
 * Elements a block of small tensors has room for. `new Float32Array` costs 2 us whatever its size up to 1000 elements,
 * so that small tensors share blocks, as Node's Buffers do.
 */
const BLOCK = 16384
const SMALL = 4096

let block = new Float32Array(0)
let used = 0

/** The same values in memory that nothing else writes to. */
function copyOut(view: Float32Array): Float32Array {
  const { length } = view
  if (length > SMALL) {
    const copy = unfilledFloats(length)
    copy.set(view)
    return copy
  }
  if (used + length > block.length) {
    block = new Float32Array(BLOCK)
    used = 0
  }
  const copy = block.subarray(used, used + length)
  used += length
  copy.set(view)
  return copy
}
