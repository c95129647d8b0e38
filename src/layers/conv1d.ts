/** Convolutional synapses along one axis. */

import { ShapeError } from '../errors.ts'
import { outLength, outStep, reaches, tapStep } from '../kernel/layers/conv2d-geometry.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { Affine, type AffineOptions } from './affine.ts'
import type { ConvolutionSizes } from './description.ts'
import type { Node } from './node.ts'
import { Scattered, type ScatterPlan } from './scattered.ts'

export interface Conv1dOptions extends AffineOptions {
  /** These three by default from `weight`, [outChannels, inChannels / groups, kernelSize], which must then be a Tensor. */
  readonly inChannels?: number
  readonly outChannels?: number
  readonly kernelSize?: number
  /** Default 1. */
  readonly stride?: number
  /** Zeros at both ends; default 0. */
  readonly padding?: number
  /** Distance of neighbouring taps; default 1. */
  readonly dilation?: number
  /** Output channels of a group see the input channels of that group only; default 1. */
  readonly groups?: number
}

/**
 * Cross-correlation over the last two axes, as PyTorch's Conv1d:
 *
 *     y[o, u] = b[o] + sum over c, k of w[o, c, k] x[c, u stride + k dilation - padding]
 *
 * [..., inChannels, x] -> [..., outChannels, x'] with x' = floor((x + 2 padding - dilation (kernelSize - 1) - 1) / stride) + 1;
 * weights { weight: [out, in / groups, k], bias?: [out] }. Terms are added in the order written, channel, then k ascending; inputs
 * that are 0 are skipped (not where a weight is not finite: 0 times it is NaN). What lies beyond the ends adds nothing.
 *
 * @throws RangeError at the call for sizes that are out of range, ShapeError for a Tensor of another shape
 */
export function conv1dNode(options: Conv1dOptions): Node {
  const sizes = sizesOf(options)
  const { inChannels, outChannels, kernel, stride, padding, dilation, groups } = sizes
  const affine = new Affine('conv1d', [outChannels, inChannels / groups, kernel], options)
  const outputShape = (input: Shape, path: string): Shape => {
    const [channels, length] = input.slice(-2)
    const least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding)
    if (input.length < 2 || channels !== inChannels || length === undefined || length < least) {
      const hint = channels === inChannels ? 'the kernel is longer than the padded input' : ''
      throw new ShapeError(path, `[..., ${inChannels}, x]${least > 1 ? ` with x at least ${least}` : ''}`, input, hint)
    }
    return [...input.slice(0, -2), outChannels, outLength(length, kernel, stride, padding, dilation)]
  }
  return {
    kind: 'conv1d',
    description: { kind: 'conv1d', ...sizes, bias: affine.hasBias },
    outputShape,
    initialState: () => ({}),
    initialWeights: (place) => affine.initial(place),
    ports: (place) => affine.ports(place),
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const plan = planOf(sizes, site.shape.at(-1) as number, shape.at(-1) as number)
      const scattered = new Scattered(site, plan, sizeOf(shape.slice(0, -2)))
      const slots = affine.slots(scattered.weight, scattered.bias)
      const start = (): void => {
        scattered.start()
        affine.load(slots, site.weights, site.path)
      }
      const controls = affine.controls(site.path, slots.weight)
      return { shape, y: scattered.y, state: {}, weights: slots, controls, start, run: () => scattered.run() }
    },
  }
}

type Sizes = Omit<ConvolutionSizes, 'bias'>

function sizesOf({ weight, inChannels, outChannels, kernelSize, stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv1dOptions): Sizes {
  const given = weight instanceof Tensor ? weight.shape : undefined
  if (given !== undefined && given.length !== 3) throw new ShapeError('conv1d.weight', '[outChannels, inChannels / groups, k]', given)
  const found = {
    stride,
    dilation,
    groups,
    inChannels: inChannels ?? (given?.[1] ?? Number.NaN) * groups,
    outChannels: outChannels ?? given?.[0] ?? Number.NaN,
    kernelSize: kernelSize ?? given?.[2] ?? Number.NaN,
  }
  for (const [name, value] of Object.entries(found)) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`conv1d: ${name} ${value} must be a positive integer`)
  }
  if (!Number.isInteger(padding) || padding < 0) throw new RangeError(`conv1d: padding ${padding} must be an integer and not negative`)
  for (const name of ['inChannels', 'outChannels'] as const) {
    if (found[name] % groups !== 0) throw new RangeError(`conv1d: ${name} ${found[name]} must be a multiple of groups ${groups}`)
  }
  return { inChannels: found.inChannels, outChannels: found.outChannels, kernel: found.kernelSize, stride, padding, dilation, groups }
}

/** A line of inputs is a channel; it meets one row of taps of every output channel of its group. */
function planOf(sizes: Sizes, length: number, outputs: number): ScatterPlan {
  const { inChannels, outChannels, kernel, groups } = sizes
  const [inGroup, outGroup] = [inChannels / groups, outChannels / groups]
  const axis = { ...sizes, inHeight: 1, inWidth: length, outHeight: 1, outWidth: outputs }
  const lines = Array.from({ length: inChannels }, (_, channel) => {
    const firstOut = Math.floor(channel / inGroup) * outGroup
    return [1, firstOut * inGroup + (channel % inGroup), firstOut * outputs]
  })
  return {
    geometry: {
      line: length,
      channels: outGroup,
      plane: outputs,
      kernel,
      channelRows: inGroup,
      rowStep: 0,
      tapStep: tapStep(axis),
      outStep: -outStep(axis),
    },
    tables: {
      lines: Int32Array.from(lines.flat()),
      places: Int32Array.from(reaches(axis, length, outputs).flatMap(({ count, first, out }) => [count, first, out])),
    },
    inputs: inChannels * length,
    channels: outChannels,
    weights: outChannels * inGroup * kernel,
  }
}
