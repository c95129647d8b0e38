/** Fully connected synapses. */

import { ShapeError } from '../errors.ts'
import type { Arena, Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { ActiveList } from '../kernel/layers/active-scan.ts'
import { columnsFor, linear } from '../kernel/layers/linear.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { Affine, type AffineOptions, type Path } from './affine.ts'
import type { Node, Site, Slot } from './node.ts'
import { offerWeights, type PackedWeights } from './packed-weights.ts'

export interface LinearOptions extends AffineOptions {
  /** Default: from `weight`, [outFeatures, inFeatures], which must then be a Tensor. */
  readonly inFeatures?: number
  readonly outFeatures?: number
}

/**
 * y = x W^T + b over the last axis: [..., inFeatures] -> [..., outFeatures]; weights { weight: [out, in], bias?: [out] }.
 * Each output is bias + its inputs in ascending order. Inputs that are 0 are skipped where that is faster: the bits are the
 * same. (Where a weight is not finite nothing is skipped, as 0 times it is NaN.)
 * @throws RangeError at the call for sizes that are not positive integers, ShapeError for a Tensor of another shape
 */
export function linearNode(options: LinearOptions): Node {
  const [outFeatures, inFeatures] = sizes(options)
  const affine = new Affine('linear', [outFeatures, inFeatures], options)
  const outputShape = (input: Shape, path: string): Shape => {
    if (input.at(-1) !== inFeatures) throw new ShapeError(path, `[..., ${inFeatures}]`, input)
    return [...input.slice(0, -1), outFeatures]
  }
  return {
    kind: 'linear',
    description: { kind: 'linear', inFeatures, outFeatures, bias: affine.hasBias },
    outputShape,
    initialState: () => ({}),
    initialWeights: (place) => affine.initial(place),
    ports: (place) => affine.ports(place),
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const matrix = new Matrix(site, inFeatures, outFeatures, sizeOf(shape.slice(0, -1)), options.force)
      const slots = affine.slots(matrix.weight, matrix.bias)
      offerWeights(slots.weight, matrix.packed)
      const start = (): void => {
        matrix.start()
        affine.load(slots, site.weights, site.path)
      }
      const controls = affine.controls(site.path, slots.weight)
      return { shape, y: matrix.y, state: {}, weights: slots, controls, start, run: () => matrix.run() }
    },
  }
}

function sizes({ inFeatures, outFeatures, weight }: LinearOptions): readonly [number, number] {
  if (weight instanceof Tensor && weight.shape.length !== 2)
    throw new ShapeError('linear.weight', '[outFeatures, inFeatures]', weight.shape)
  const [rows, columns] = weight instanceof Tensor ? weight.shape : []
  const found = { inFeatures: inFeatures ?? columns, outFeatures: outFeatures ?? rows }
  for (const [name, value] of Object.entries(found)) {
    if (!Number.isInteger(value) || (value as number) < 1) throw new RangeError(`linear: ${name} ${value} must be a positive integer`)
  }
  return [found.outFeatures as number, found.inFeatures as number]
}

/** Above this share of active inputs a pass over all of them is faster than finding and following the list. */
const DENSE = 0.9
/** A row that was dense is taken for dense, without looking, this many times. */
const TRUST = 15
/** Inputs transposed at a time. */
const STRIP = 16

/** One running instance: rows of inputs, transposed and padded weights, rows of outputs. */
class Matrix {
  readonly y: Region
  readonly weight: Pick<Slot, 'read' | 'write'>
  readonly bias: Pick<Slot, 'read' | 'write'>
  readonly packed: PackedWeights
  readonly #arena: Arena
  readonly #x: Region
  readonly #inFeatures: number
  readonly #outFeatures: number
  readonly #columns: number
  readonly #rows: number
  readonly #list: ActiveList
  readonly #force: Path | undefined
  #finite = true
  #trust = 0
  #kernels: ReturnType<typeof link<'listed' | 'all'>> | undefined
  readonly #weightRegion: Region
  readonly #biasRegion: Region

  constructor({ arena, x }: Site, inFeatures: number, outFeatures: number, rows: number, force: Path | undefined) {
    this.#arena = arena
    this.#x = x
    this.#inFeatures = inFeatures
    this.#outFeatures = outFeatures
    this.#rows = rows
    this.#force = force
    this.#columns = columnsFor(outFeatures)
    this.y = arena.reserve(rows * outFeatures)
    this.#list = new ActiveList(arena, inFeatures)
    this.#weightRegion = arena.reserve(inFeatures * this.#columns)
    this.#biasRegion = arena.reserve(this.#columns)
    this.weight = {
      read: () => unpack(arena.floats(this.#weightRegion), outFeatures, this.#columns),
      write: (data) => {
        this.#finite = pack(data, outFeatures, this.#columns, arena.floats(this.#weightRegion))
      },
    }
    this.packed = {
      region: this.#weightRegion,
      columns: this.#columns,
      setFinite: (finite) => {
        this.#finite = finite
      },
    }
    this.bias = {
      read: () => arena.floats(this.#biasRegion).slice(0, outFeatures),
      write: (data) => arena.floats(this.#biasRegion).set(data),
    }
  }

  start(): void {
    this.#kernels = link(this.#arena, linear(this.#columns))
    this.#list.start()
  }

  run(): void {
    const kernels = this.#kernels
    if (kernels === undefined) throw new Error('linear: run before start')
    const list = this.#list.region.offset
    // Ascending: a row of outputs is written in whole vectors, whose rest the next row overwrites.
    for (let row = 0; row < this.#rows; row++) {
      const x = this.#x.offset + row * this.#inFeatures * 4
      const y = this.y.offset + row * this.#outFeatures * 4
      const assumed = this.#isDense()
      const count = assumed ? this.#inFeatures : this.#list.find(x)
      const sparse = !assumed && (this.#force === 'sparse' || count < this.#inFeatures * DENSE)
      if (!sparse && this.#trust === 0) this.#trust = TRUST
      const kernel = sparse ? kernels.listed : kernels.all
      kernel(x, list, sparse ? count : this.#inFeatures, y, this.#weightRegion.offset, this.#biasRegion.offset)
    }
  }

  /** Whether this row is taken for dense without looking. */
  #isDense(): boolean {
    if (!this.#finite) return true
    if (this.#force !== undefined) return this.#force === 'dense'
    if (this.#trust === 0) return false
    this.#trust--
    return this.#trust > 0
  }
}

/** From [out, in] to [in][columns]; whether all values are finite. */
function pack(values: Float32Array, outFeatures: number, columns: number, into: Float32Array): boolean {
  const inFeatures = values.length / outFeatures
  let suspect = 0
  // In strips, so that what is read and what is written stays in the cache.
  for (let first = 0; first < inFeatures; first += STRIP) {
    const end = Math.min(first + STRIP, inFeatures)
    for (let o = 0; o < outFeatures; o++) {
      for (let i = first; i < end; i++) {
        const value = values[o * inFeatures + i] as number
        into[i * columns + o] = value
        suspect += value * 0
      }
    }
  }
  return suspect === 0
}

/** From [in][columns] to [out, in]. */
function unpack(packed: Float32Array, outFeatures: number, columns: number): Float32Array {
  const inFeatures = packed.length / columns
  const values = new Float32Array(inFeatures * outFeatures)
  for (let first = 0; first < inFeatures; first += STRIP) {
    const end = Math.min(first + STRIP, inFeatures)
    for (let o = 0; o < outFeatures; o++) {
      for (let i = first; i < end; i++) values[o * inFeatures + i] = packed[i * columns + o] as number
    }
  }
  return values
}
