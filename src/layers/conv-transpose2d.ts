/** Convolutional synapses that make images larger. */

import { ShapeError } from '../errors.ts'
import { seedOf } from '../random.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { Affine, type AffineOptions } from './affine.ts'
import { initialize, kaimingUniform } from './initializer.ts'
import type { ConvolutionSizes } from './description.ts'
import type { Node } from './node.ts'
import { Scattered, type ScatterPlan } from './scattered.ts'

export interface ConvTranspose2dOptions extends AffineOptions {
  /** These three by default from `weight`, [inChannels, outChannels / groups, kernelSize, kernelSize], which must then be a Tensor. */
  readonly inChannels?: number
  readonly outChannels?: number
  readonly kernelSize?: number
  /** Outputs between those of two neighbouring inputs; default 1. */
  readonly stride?: number
  /** Rows and columns of the output that are left out at each edge; default 0. */
  readonly padding?: number
  /** More rows and columns of the output, at the lower and right edge; less than `stride` or `dilation`; default 0. */
  readonly outputPadding?: number
  /** Distance of neighbouring taps; default 1. */
  readonly dilation?: number
  /** Input channels of a group reach the output channels of that group only; default 1. */
  readonly groups?: number
}

/**
 * Each input adds its kernel to the output, as PyTorch's ConvTranspose2d, with square kernels:
 *
 *     y[o, v, u] = b[o] + sum over c, y, x of w[c, o, ky, kx] x[c, y, x]   where v = y stride + ky dilation - padding, u alike
 *
 * [..., inChannels, y, x] -> [..., outChannels, y', x'] with y' = (y - 1) stride - 2 padding + dilation (kernelSize - 1) +
 * outputPadding + 1; weights { weight: [in, out / groups, k, k], bias?: [out] }. Terms are added in the order written: inputs in
 * ascending order. Inputs that are 0 are skipped (not where a weight is not finite: 0 times it is NaN).
 *
 * @throws RangeError at the call for sizes that are out of range, ShapeError for a Tensor of another shape
 */
export function convTranspose2dNode(options: ConvTranspose2dOptions): Node {
  const sizes = sizesOf(options)
  const { inChannels, outChannels, kernel, groups } = sizes
  // The weight's first axis are the inputs here, so the bias, of the outputs, stands beside it.
  const weights = new Affine('convTranspose2d', [inChannels, outChannels / groups, kernel, kernel], { ...options, bias: false })
  const bias = options.bias ?? (options.weight instanceof Tensor ? false : kaimingUniform())
  if (bias instanceof Tensor && !sameShape(bias.shape, [outChannels]))
    throw new ShapeError('convTranspose2d.bias', `[${outChannels}]`, bias.shape)
  const outputShape = (input: Shape, path: string): Shape => {
    const [channels, height, width] = input.slice(-3)
    if (channels !== inChannels || !height || !width) throw new ShapeError(path, `[..., ${inChannels}, y, x]`, input)
    const [outHeight, outWidth] = [outLength(height, sizes), outLength(width, sizes)]
    if (outHeight < 1 || outWidth < 1) throw new ShapeError(path, `[..., ${inChannels}, y, x]`, input, 'padding leaves no output')
    return [...input.slice(0, -3), outChannels, outHeight, outWidth]
  }
  return {
    kind: 'convTranspose2d',
    description: { kind: 'convTranspose2d', ...sizes, bias: bias !== false },
    outputShape,
    initialState: () => ({}),
    initialWeights: (place) => {
      const seed = seedOf('bias', options.seed ?? seedOf(place.path, place.seed))
      const fanIn = (outChannels / groups) * kernel * kernel
      return { ...weights.initial(place), ...(bias !== false && { bias: initialize(bias, [outChannels], fanIn, seed) }) }
    },
    ports: (place) => weights.ports(place),
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const scattered = new Scattered(site, planOf(sizes, site.shape.slice(-2), shape.slice(-2)), sizeOf(shape.slice(0, -3)))
      const { weight } = weights.slots(scattered.weight, scattered.bias)
      const slots = { weight, ...(bias !== false && { bias: { shape: [outChannels], ...scattered.bias } }) }
      const start = (): void => {
        scattered.start()
        weights.load(slots, site.weights, site.path)
      }
      const controls = weights.controls(site.path, weight)
      return { shape, y: scattered.y, state: {}, weights: slots, controls, start, run: () => scattered.run() }
    },
  }
}

type Sizes = Omit<ConvolutionSizes, 'bias'> & { readonly outputPadding: number }

function sizesOf(options: ConvTranspose2dOptions): Sizes {
  const { weight, inChannels, outChannels, kernelSize, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options
  const at = 'convTranspose2d'
  const given = weight instanceof Tensor ? weight.shape : undefined
  if (given !== undefined && (given.length !== 4 || given[2] !== given[3]))
    throw new ShapeError(`${at}.weight`, '[inChannels, outChannels / groups, k, k]', given)
  const found = {
    stride,
    dilation,
    groups,
    inChannels: inChannels ?? given?.[0] ?? Number.NaN,
    outChannels: outChannels ?? (given?.[1] ?? Number.NaN) * groups,
    kernelSize: kernelSize ?? given?.[2] ?? Number.NaN,
  }
  for (const [name, value] of Object.entries(found)) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${at}: ${name} ${value} must be a positive integer`)
  }
  for (const [name, value] of Object.entries({ padding, outputPadding })) {
    if (!Number.isInteger(value) || value < 0) throw new RangeError(`${at}: ${name} ${value} must be an integer and not negative`)
  }
  if (outputPadding >= Math.max(stride, dilation))
    throw new RangeError(`${at}: outputPadding ${outputPadding} must be less than stride ${stride} or dilation ${dilation}`)
  for (const name of ['inChannels', 'outChannels'] as const) {
    if (found[name] % groups !== 0) throw new RangeError(`${at}: ${name} ${found[name]} must be a multiple of groups ${groups}`)
  }
  const { inChannels: inputs, outChannels: outputs, kernelSize: kernel } = found
  return { inChannels: inputs, outChannels: outputs, kernel, stride, padding, outputPadding, dilation, groups }
}

const outLength = (length: number, { kernel, stride, padding, outputPadding, dilation }: Sizes): number =>
  (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1

/** For every position of an input axis how many taps stay inside the output, the first of them, and where it adds. */
const reaches = (inputs: number, outputs: number, { kernel, stride, padding, dilation }: Sizes): readonly (readonly number[])[] =>
  Array.from({ length: inputs }, (_, position) => {
    const at = position * stride - padding
    const first = Math.max(0, Math.ceil(-at / dilation))
    const last = Math.min(kernel - 1, Math.floor((outputs - 1 - at) / dilation))
    return [Math.max(0, last - first + 1), first, at + first * dilation]
  })

/** A line of inputs is a row of a channel; it meets some rows of taps of every output channel of its group. */
function planOf(sizes: Sizes, [height, width]: Shape, [outHeight, outWidth]: Shape): ScatterPlan {
  const { inChannels, outChannels, kernel, dilation, groups } = sizes
  const [inGroup, outGroup] = [inChannels / groups, outChannels / groups]
  const [down, across] = [outHeight as number, outWidth as number]
  const rows = reaches(height as number, down, sizes)
  const lines = Array.from({ length: inChannels }, (_, channel) => {
    const plane = Math.floor(channel / inGroup) * outGroup * down
    return rows.map(([count = 0, first = 0, out = 0]) => [count, channel * outGroup * kernel + first, (plane + out) * across])
  })
  return {
    geometry: {
      line: width as number,
      channels: outGroup,
      plane: down * across,
      kernel,
      channelRows: kernel,
      rowStep: dilation * across,
      tapStep: 1,
      outStep: dilation,
    },
    tables: {
      lines: Int32Array.from(lines.flat(2)),
      places: Int32Array.from(reaches(width as number, across, sizes).flat()),
    },
    inputs: inChannels * (height as number) * (width as number),
    channels: outChannels,
    weights: inChannels * outGroup * kernel * kernel,
  }
}
