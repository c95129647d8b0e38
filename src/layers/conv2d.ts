/** Convolutional synapses. */

import { ShapeError } from '../errors.ts'
import type { Arena, BlockMap, Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { ActiveList } from '../kernel/layers/active-scan.ts'
import { prefersScatter } from '../kernel/layers/conv2d-cost.ts'
import { blockName, blocks, conv2dDense, packBlocks, packedLength, packedOffset, paddedPlane } from '../kernel/layers/conv2d-dense.ts'
import { type Conv2dGeometry, outLength } from '../kernel/layers/conv2d-geometry.ts'
import { Touched } from '../kernel/layers/conv2d-touched.ts'
import { columnTable, conv2dScatter, rowsLength, rowTable, storeRows } from '../kernel/layers/conv2d-scatter.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { Affine, type AffineOptions, type Path } from './affine.ts'
import { LARGE } from './input.ts'
import type { Node, Site, Slot } from './node.ts'

export interface Conv2dOptions extends AffineOptions {
  /** These three by default from `weight`, [outChannels, inChannels / groups, kernelSize, kernelSize], which must then be a Tensor. */
  readonly inChannels?: number
  readonly outChannels?: number
  readonly kernelSize?: number
  /** Default 1. */
  readonly stride?: number
  /** Zeros around the image; default 0. */
  readonly padding?: number
  /** Distance of neighbouring taps; default 1. */
  readonly dilation?: number
  /** Output channels of a group see the input channels of that group only; default 1. */
  readonly groups?: number
}

/**
 * Cross-correlation with square kernels over the last three axes, as PyTorch's Conv2d:
 *
 *     y[o, v, u] = b[o] + sum over c, ky, kx of w[o, c, ky, kx] x[c, v stride + ky dilation - padding, u stride + kx dilation - padding]
 *
 * [..., inChannels, y, x] -> [..., outChannels, y', x'] with y' = floor((y + 2 padding - dilation (kernelSize - 1) - 1) / stride) + 1;
 * weights { weight: [out, in / groups, k, k], bias?: [out] }. Terms are added in the order written, channel, ky, kx ascending.
 * Few active pixels are scattered, many are convolved densely: the bits are the same. (Where a weight is not finite all is
 * dense, and the zeros of the border count like those of the image: 0 times it is NaN.)
 *
 * @throws RangeError at the call for sizes that are out of range, ShapeError for a Tensor of another shape
 */
export function conv2dNode(options: Conv2dOptions): Node {
  const sizes = sizesOf(options)
  const { inChannels, outChannels, kernel, stride, padding, dilation, groups } = sizes
  const affine = new Affine('conv2d', [outChannels, inChannels / groups, kernel, kernel], options)
  const geometryOf = (input: Shape, path: string): Conv2dGeometry => {
    const [channels, inHeight, inWidth] = input.slice(-3)
    if (channels !== inChannels || !inHeight || !inWidth) throw new ShapeError(path, `[..., ${inChannels}, y, x]`, input)
    const [outHeight, outWidth] = [inHeight, inWidth].map((length) => outLength(length, kernel, stride, padding, dilation)) as [
      number,
      number,
    ]
    if (outHeight < 1 || outWidth < 1) {
      const least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding)
      throw new ShapeError(
        path,
        `[..., ${inChannels}, y, x] with y and x at least ${least}`,
        input,
        'the kernel is larger than the padded image',
      )
    }
    return { ...sizes, inHeight, inWidth, outHeight, outWidth }
  }
  const outputShape = (input: Shape, path: string): Shape => {
    const { outHeight, outWidth } = geometryOf(input, path)
    return [...input.slice(0, -3), outChannels, outHeight, outWidth]
  }
  return {
    kind: 'conv2d',
    description: { kind: 'conv2d', ...sizes, bias: affine.hasBias },
    outputShape,
    initialState: () => ({}),
    initialWeights: (place) => affine.initial(place),
    ports: (place) => affine.ports(place),
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const images = sizeOf(shape.slice(0, -3))
      const convolution = new Convolution(site, geometryOf(site.shape, site.path), images, affine.hasBias, options.force)
      const slots = affine.slots(convolution.weight, convolution.bias)
      const start = (): void => {
        convolution.start()
        affine.load(slots, site.weights, site.path)
      }
      const controls = affine.controls(site.path, slots.weight)
      return { shape, y: convolution.y, state: {}, weights: slots, controls, start, run: () => convolution.run() }
    },
  }
}

type Sizes = Omit<Conv2dGeometry, 'inHeight' | 'inWidth' | 'outHeight' | 'outWidth'>

function sizesOf({ weight, inChannels, outChannels, kernelSize, stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv2dOptions): Sizes {
  const given = weight instanceof Tensor ? weight.shape : undefined
  if (given !== undefined && (given.length !== 4 || given[2] !== given[3])) {
    throw new ShapeError('conv2d.weight', '[outChannels, inChannels / groups, k, k]', given)
  }
  const found = {
    stride,
    dilation,
    groups,
    inChannels: inChannels ?? (given?.[1] ?? Number.NaN) * groups,
    outChannels: outChannels ?? given?.[0] ?? Number.NaN,
    kernelSize: kernelSize ?? given?.[2] ?? Number.NaN,
  }
  for (const [name, value] of Object.entries(found)) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`conv2d: ${name} ${value} must be a positive integer`)
  }
  if (!Number.isInteger(padding) || padding < 0) throw new RangeError(`conv2d: padding ${padding} must be an integer and not negative`)
  for (const name of ['inChannels', 'outChannels'] as const) {
    if (found[name] % groups !== 0) throw new RangeError(`conv2d: ${name} ${found[name]} must be a multiple of groups ${groups}`)
  }
  return { inChannels: found.inChannels, outChannels: found.outChannels, kernel: found.kernelSize, stride, padding, dilation, groups }
}

/** One running instance: weights in the three orders that its kernels want, tables, images. */
class Convolution {
  readonly y: Region
  readonly weight: Pick<Slot, 'read' | 'write'>
  readonly bias: Pick<Slot, 'read' | 'write'>
  readonly #arena: Arena
  readonly #x: Region
  readonly #geometry: Conv2dGeometry
  readonly #images: number
  readonly #hasBias: boolean
  readonly #force: Path | undefined
  readonly #list: ActiveList
  readonly #regions: Readonly<Record<'weight' | 'rows' | 'packed' | 'bias' | 'padded' | 'rowTable' | 'columnTable', Region>>
  readonly #mapped: (Region & { readonly map: BlockMap }) | undefined
  #touched: Touched | undefined
  #finite = true
  #scatter: ((x: number, y: number, count: number) => void) | undefined
  #dense: ((x: number, y: number) => void) | undefined

  constructor({ arena, x }: Site, geometry: Conv2dGeometry, images: number, hasBias: boolean, force: Path | undefined) {
    const { inChannels, outChannels, kernel, groups, inHeight, inWidth, outHeight, outWidth, padding } = geometry
    this.#arena = arena
    this.#x = x
    this.#geometry = geometry
    this.#images = images
    this.#hasBias = hasBias
    this.#force = force
    const length = images * outChannels * outHeight * outWidth
    this.#mapped = images === 1 && !hasBias && x.map !== undefined && length >= LARGE ? arena.reserveMapped(length) : undefined
    this.y = this.#mapped ?? arena.reserve(length)
    this.#list = new ActiveList(arena, inChannels * inHeight * inWidth)
    const regions = {
      weight: arena.reserve(outChannels * (inChannels / groups) * kernel * kernel),
      rows: arena.reserve(rowsLength(geometry)),
      packed: arena.reserve(packedLength(geometry)),
      bias: arena.reserve(outChannels),
      padded: arena.reserve(padding === 0 ? 0 : inChannels * paddedPlane(geometry)),
      rowTable: arena.reserve(inChannels * inHeight * 4),
      columnTable: arena.reserve(inWidth * 4),
    }
    this.#regions = regions
    this.weight = {
      read: () => arena.floats(regions.weight).slice(),
      write: (data) => {
        arena.floats(regions.weight).set(data)
        storeRows(geometry, data, arena.floats(regions.rows))
        packBlocks(geometry, data, arena.floats(regions.packed))
        this.#finite = data.every(Number.isFinite)
      },
    }
    this.bias = {
      read: () => arena.floats(regions.bias).slice(),
      write: (data) => arena.floats(regions.bias).set(data),
    }
  }

  start(): void {
    const { padded, rows, packed, bias, ...tables } = this.#regions
    for (const region of [padded, rows, packed, bias]) this.#arena.floats(region).fill(0)
    this.#arena.ints(tables.rowTable).set(rowTable(this.#geometry))
    this.#arena.ints(tables.columnTable).set(columnTable(this.#geometry))
    this.#list.start()
    if (this.#mapped !== undefined) this.#touched = new Touched(this.#arena, this.#geometry, this.#mapped)
  }

  run(): void {
    const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth } = this.#geometry
    // Ascending: the last vector of an image may reach into the next one, which is written later.
    for (let image = 0; image < this.#images; image++) {
      const x = this.#x.offset + image * inChannels * inHeight * inWidth * 4
      const y = this.y.offset + image * outChannels * outHeight * outWidth * 4
      const count = this.#force === 'dense' || !this.#finite ? -1 : this.#list.find(x, this.#images === 1 ? this.#x.map : undefined)
      if (count >= 0 && (this.#force === 'sparse' || prefersScatter(this.#geometry, this.#arena.backend, count))) {
        this.#scatter ??= this.#linkScatter()
        this.#scatter(x, y, count)
      } else {
        this.#dense ??= this.#linkDense()
        this.#dense(x, y)
        this.#touched?.all()
      }
    }
  }

  #linkScatter(): (x: number, y: number, count: number) => void {
    const { clear, fill, scatter } = link(this.#arena, conv2dScatter(this.#geometry))
    const { rows, weight, bias, rowTable, columnTable } = this.#regions
    const list = this.#list.region
    const touched = this.#touched
    const indices = this.#arena.ints(list)
    return (x, y, count) => {
      if (touched !== undefined) {
        touched.clear()
        touched.mark(indices, count)
      } else if (this.#hasBias) fill(y, bias.offset)
      else clear(y)
      scatter(x, list.offset, count, y, rows.offset, weight.offset, rowTable.offset, columnTable.offset)
    }
  }

  #linkDense(): (x: number, y: number) => void {
    const geometry = this.#geometry
    const { packed, bias, padded } = this.#regions
    const kernels = link(this.#arena, conv2dDense(geometry))
    const group = (firstChannel: number) => Math.floor((firstChannel * geometry.groups) / geometry.outChannels)
    const jobs = blocks(geometry).map((block) => ({
      compute: kernels[blockName(block)],
      from: group(block.firstChannel) * (geometry.inChannels / geometry.groups) * paddedPlane(geometry) * 4,
      to: block.firstChannel * geometry.outHeight * geometry.outWidth * 4,
      weights: packed.offset + packedOffset(geometry, block) * 4,
      bias: bias.offset + block.firstChannel * 4,
    }))
    return (x, y) => {
      if (geometry.padding > 0) kernels.pad(x, padded.offset)
      const image = geometry.padding > 0 ? padded.offset : x
      for (const { compute, from, to, weights, bias } of jobs) compute(image + from, y + to, weights, bias)
    }
  }
}
