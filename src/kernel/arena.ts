/** One block of memory for everything a running network touches: reserved piece by piece, then allocated at once. */

/** Where arithmetic runs on a CPU. The interpreter is the oracle, and the last resort where code generation is forbidden. */
export type Backend = 'webassembly' | 'javascript' | 'interpreter'

/** A place in an arena. */
export interface Region {
  /** byte offset, a multiple of 64 */
  readonly offset: number
  /** number of 4-byte elements in use; up to the next multiple of 16 the arena holds zeros or rubbish that nobody reads as data */
  readonly length: number
  /** Where most of it is zero, as frames and spikes are. */
  readonly map?: BlockMap
}

/** One byte for each 64 elements of a region, 0 where all of them are 0. Whoever writes the region keeps its map. */
export interface BlockMap extends Region {
  /** Most blocks hold something in this step: the bytes were not kept and mean nothing. */
  crowded: boolean
}

/** Elements that one byte of a region's map stands for: one cache line of bytes for 4096 elements. */
export const BLOCK = 64

/** The whole memory of an arena, in the views that JavaScript kernels index by `offset >> 2` or by byte. */
export interface Memory {
  readonly f32: Float32Array
  readonly i32: Int32Array
  readonly u8: Uint8Array
}

const ALIGN = 64
const PAGE = 65536
const MOST_PAGES = 65536

/**
 * Kernels may read and write whole vectors: every region is padded to 16 elements, and has 64 bytes of slack before and
 * after it that belong to no other region.
 */
export class Arena {
  readonly backend: Backend
  #size = ALIGN
  #memory: Memory | undefined
  #wasm: WebAssembly.Memory | undefined

  constructor(backend: Backend) {
    this.backend = backend
  }

  /** Sets `length` 4-byte elements aside. Only before `allocate`. */
  reserve(length: number): Region {
    if (this.#memory !== undefined) throw new Error('Arena: reserved after allocation')
    const region = { offset: this.#size, length }
    this.#size += Math.ceil((length * 4) / ALIGN) * ALIGN + ALIGN
    return region
  }

  /** The same with a map. */
  reserveMapped(length: number): Region & { readonly map: BlockMap } {
    const blocks = Math.ceil(length / BLOCK)
    return { ...this.reserve(blocks * BLOCK), length, map: { ...this.reserve(Math.ceil(blocks / 4)), crowded: false } }
  }

  /** All memory at once, zeroed. */
  allocate(): void {
    const pages = Math.max(1, Math.ceil(this.#size / PAGE))
    if (pages > MOST_PAGES) {
      throw new RangeError(
        `a network of this shape needs ${(this.#size / 2 ** 30).toFixed(1)} GiB, 4 GiB are the most: make its input or its batch smaller`,
      )
    }
    if (this.backend === 'webassembly') this.#wasm = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES })
    const buffer = this.#wasm?.buffer ?? new ArrayBuffer(pages * PAGE)
    this.#memory = { f32: new Float32Array(buffer), i32: new Int32Array(buffer), u8: new Uint8Array(buffer) }
  }

  /** The whole memory. Only after `allocate`. */
  get memory(): Memory {
    if (this.#memory === undefined) throw new Error('Arena: used before allocation')
    return this.#memory
  }

  /** For instances that import it; absent unless the back end is WebAssembly. */
  get wasm(): WebAssembly.Memory | undefined {
    return this.#wasm
  }

  /** A view of a region's elements. Only after `allocate`. */
  floats(region: Region): Float32Array {
    return new Float32Array(this.memory.f32.buffer, region.offset, region.length)
  }

  /** The bytes of a map. */
  bytes(region: Region): Uint8Array {
    return new Uint8Array(this.memory.f32.buffer, region.offset, region.length * 4)
  }

  /** The same as 32-bit integers. */
  ints(region: Region): Int32Array {
    return new Int32Array(this.memory.f32.buffer, region.offset, region.length)
  }
}
