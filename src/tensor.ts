/** Dense float32 values with a shape, and optionally a place in time. What neurons, layers and frames are made of. */

import { ShapeError } from './errors.ts'

/** Sizes of the axes, outermost first. `[]` is a single number. */
export type Shape = readonly number[]
/** Numbers in nested arrays. */
export type Nested = number | readonly Nested[]

/** Where a tensor stands in time. */
export interface TimeStep {
  /** End of this time step, microseconds in the source's time. */
  readonly t?: number | undefined
  /** Length of this time step, seconds. */
  readonly dt?: number | undefined
}

/** The elements of a tensor that are not 0, by their row-major indices. An index may come twice, with the same value. */
export interface Sparse {
  readonly indices: Uint32Array
  readonly values: Float32Array
}

const nothing = new Float32Array(0)

/**
 * A tensor that is mostly zeros: the same to its receivers, but `data` is made when it is first looked at, and layers take the list.
 * A frame of a large sensor, or the spikes of a large layer, then costs what happens in it. @internal
 */
export let sparseTensor: (shape: Shape, sparse: Sparse, time?: TimeStep) => Tensor
/** The list, where a tensor was made from one. @internal */
export let sparseOf: (x: Tensor) => Sparse | undefined

/**
 * Dense float32 values, row-major. An emitted tensor never changes: not by the producer, not by a receiver. So any RxJS
 * operator may hold it (`pairwise`, `bufferCount`, `delay`, `shareReplay`, `concatMap`).
 */
export class Tensor implements Iterable<number> {
  readonly shape: Shape
  /** Row-major values. Its buffer may hold other tensors too: do not transfer it, copy with `data.slice()`. */
  readonly data: Float32Array
  #sparse: Sparse | undefined
  /** End of this time step, microseconds in the source's time. Absent for values outside time. */
  declare readonly t?: number
  /** Length of this time step, seconds. Neurons integrate over it unless told otherwise. */
  declare readonly dt?: number

  /**
   * Takes `data` as it is, without a copy. `tensor(...)` copies.
   * @throws ShapeError where `data` has another number of elements than `shape`.
   */
  constructor(shape: Shape, data: Float32Array, time?: TimeStep) {
    if (sizeOf(shape) !== data.length) throw new ShapeError('Tensor', `with ${data.length} elements`, shape)
    this.shape = shape
    this.data = data
    if (time?.t !== undefined) this.t = time.t
    if (time?.dt !== undefined) this.dt = time.dt
  }

  static {
    sparseTensor = (shape, sparse, time) => {
      const lazy = new Tensor([0], nothing, time)
      lazy.#sparse = sparse
      Object.assign(lazy, { shape })
      const set = (value: Float32Array) =>
        Object.defineProperty(lazy, 'data', { value, enumerable: true, configurable: true, writable: true })
      Object.defineProperty(lazy, 'data', {
        enumerable: true,
        configurable: true,
        get: () => {
          const data = new Float32Array(sizeOf(shape))
          const { indices, values } = sparse
          for (let k = 0; k < indices.length; k++) data[indices[k] as number] = values[k] as number
          set(data)
          return data
        },
      })
      return lazy
    }
    sparseOf = (x) => x.#sparse
  }

  /** The element at these indices, one per axis. @throws RangeError outside the shape. */
  at(...indices: number[]): number {
    const { shape } = this
    if (indices.length !== shape.length) {
      throw new RangeError(`Tensor.at: ${indices.length} indices for shape [${shape.join(', ')}]: one per axis is needed`)
    }
    let offset = 0
    for (let axis = 0; axis < shape.length; axis++) {
      const index = indices[axis] as number
      const size = shape[axis] as number
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new RangeError(`Tensor.at: index ${index} on axis ${axis} of shape [${shape.join(', ')}]: 0 to ${size - 1} are allowed`)
      }
      offset = offset * size + index
    }
    return this.data[offset] as number
  }

  /** The same shape and time, every element replaced by `f(value, index)`; `index` counts row-major. */
  map(f: (value: number, index: number) => number): Tensor {
    const result = new Float32Array(this.data.length)
    for (let k = 0; k < result.length; k++) result[k] = f(this.data[k] as number, k)
    return new Tensor(this.shape, result, this)
  }

  /** The same values under another shape; at most one size may be -1 and is then inferred. @throws ShapeError where the count differs. */
  reshape(...shape: number[]): Tensor {
    const free = shape.indexOf(-1)
    const known = shape.reduce((product, size, axis) => (axis === free ? product : product * size), 1)
    const full = free < 0 ? shape : shape.with(free, known === 0 ? 0 : this.data.length / known)
    if (!full.every(isSize) || sizeOf(full) !== this.data.length) {
      throw new ShapeError('Tensor.reshape', `with ${this.data.length} elements`, shape)
    }
    return new Tensor(full, this.data, this)
  }

  /** Nested arrays, as PyTorch's `tolist`. */
  toArray(): Nested {
    return nest(this.data, this.shape, 0, 0)
  }

  [Symbol.iterator](): Iterator<number> {
    return this.data[Symbol.iterator]()
  }

  /** For people: `tensor([[0, 1]], t=1000, dt=0.001)`, each value by the fewest digits that tell it apart; of a large tensor, how much is in it. */
  toString(): string {
    const { shape, data, t, dt } = this
    const active = () => data.reduce((count, value) => (value === 0 ? count : count + 1), 0)
    const values = data.length > MOST_SHOWN ? `shape [${shape.join(', ')}], ${active()} of ${data.length} not 0` : show(this.toArray())
    return `tensor(${values}${t === undefined ? '' : `, t=${t}`}${dt === undefined ? '' : `, dt=${dt}`})`
  }
}

/** Elements of a tensor that are shown one by one. */
const MOST_SHOWN = 1000

const show = (nested: Nested): string => (typeof nested === 'number' ? shortestFloat32(nested) : `[${nested.map(show).join(', ')}]`)

/** The fewest decimal digits that tell a float32 apart from all others. @internal */
export function shortestFloat32(value: number): string {
  if (Object.is(value, -0)) return '-0'
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return String(value)
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  return String(Number(value.toPrecision(9)))
}

/** Whether a value is a tensor. */
export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor

const isSize = (size: number) => Number.isInteger(size) && size >= 0

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)

/** Whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, axis) => size === b[axis])

function nest(data: Float32Array, shape: Shape, axis: number, offset: number): Nested {
  if (axis === shape.length) return data[offset] as number
  const stride = sizeOf(shape.slice(axis + 1))
  return Array.from({ length: shape[axis] as number }, (_, k) => nest(data, shape, axis + 1, offset + k * stride))
}

/**
 * A tensor from nested arrays, or from a flat array and a shape. Values are rounded to float32 and copied.
 * @throws ShapeError where nested arrays are ragged or the count does not fit `shape`.
 */
export function tensor(values: Nested | ArrayLike<number>, shape?: Shape): Tensor {
  const found: number[] = []
  for (let level: unknown = values; isArray(level); level = level[0]) {
    found.push(level.length)
    if (level.length === 0) break
  }
  const flat = new Float32Array(sizeOf(found))
  fill(flat, values, found, 0, 0)
  if (shape !== undefined) checkShape('tensor', shape)
  return new Tensor(shape ?? found, flat)
}

const isArray = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as ArrayLike<unknown>).length === 'number'

function fill(into: Float32Array, values: unknown, shape: Shape, axis: number, offset: number): void {
  if (axis === shape.length) {
    if (typeof values !== 'number')
      throw new TypeError(
        `tensor: expected numbers at depth ${axis}, got ${isArray(values) ? 'an array: the nesting is ragged' : String(values)}`,
      )
    into[offset] = values
    return
  }
  const size = shape[axis] as number
  if (!isArray(values) || values.length !== size) {
    throw new TypeError(
      `tensor: the nesting is ragged: expected ${size} elements at depth ${axis}, got ${isArray(values) ? values.length : String(values)}`,
    )
  }
  const stride = sizeOf(shape.slice(axis + 1))
  for (let k = 0; k < size; k++) fill(into, values[k], shape, axis + 1, offset + k * stride)
}

/** @throws RangeError where `shape` is not a list of sizes. */
export function checkShape(at: string, shape: Shape): void {
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new RangeError(`${at}: shape [${String(shape)}] is not a list of non-negative integers`)
  }
}

/** All zeros. */
export const zeros = (...shape: number[]): Tensor => full(shape, 0)
/** All ones. */
export const ones = (...shape: number[]): Tensor => full(shape, 1)

/** The same value everywhere. @throws RangeError where `shape` is not a list of sizes. */
export function full(shape: Shape, value: number): Tensor {
  checkShape('full', shape)
  return new Tensor([...shape], new Float32Array(sizeOf(shape)).fill(value))
}

/**
 * Tensors of one shape, joined along a new axis (0: the outermost).
 * The result carries no time. @throws ShapeError where shapes differ, RangeError for an axis that the result has not.
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0]
  if (first === undefined) throw new RangeError('stack: no tensors were given; the shape of the result is unknown')
  for (const each of tensors) {
    if (!sameShape(each.shape, first.shape)) throw new ShapeError('stack', `[${first.shape.join(', ')}] like the first`, each.shape)
  }
  if (!Number.isInteger(axis) || axis < 0 || axis > first.shape.length) {
    throw new RangeError(`stack: axis ${axis} for tensors of ${first.shape.length} axes: 0 to ${first.shape.length} are allowed`)
  }
  const inner = sizeOf(first.shape.slice(axis))
  const outer = sizeOf(first.shape.slice(0, axis))
  const result = new Float32Array(first.data.length * tensors.length)
  for (let row = 0; row < outer; row++) {
    tensors.forEach((each, k) => result.set(each.data.subarray(row * inner, (row + 1) * inner), (row * tensors.length + k) * inner))
  }
  return new Tensor(first.shape.toSpliced(axis, 0, tensors.length), result)
}

/** Index of the largest element along the last axis, the first of equals; NaN counts as the largest, as in PyTorch. */
export function argmax(x: Tensor): Tensor {
  const width = x.shape.at(-1)
  if (width === undefined || width === 0) throw new ShapeError('argmax', '[..., n] with n > 0', x.shape)
  const result = new Float32Array(x.data.length / width)
  for (let row = 0; row < result.length; row++) {
    let best = 0
    for (let k = 1; k < width; k++) {
      const value = x.data[row * width + k] as number
      const champion = x.data[row * width + best] as number
      if (value > champion || (Number.isNaN(value) && !Number.isNaN(champion))) best = k
    }
    result[row] = best
  }
  return new Tensor(x.shape.slice(0, -1), result, x)
}

/** Same shape and the same 32 bits in every element; NaN equals NaN, 0 differs from -0. A comparator for `sequenceEqual`. */
export function sameBits(a: Tensor, b: Tensor): boolean {
  if (!sameShape(a.shape, b.shape)) return false
  for (let k = 0; k < a.data.length; k++) if (!Object.is(a.data[k], b.data[k])) return false
  return true
}
