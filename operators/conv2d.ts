import type { Observable } from 'rxjs'
import { type Conv2dOptions, conv2dNode } from '../src/layers/conv2d.ts'
import { deferredNode } from '../src/layers/deferred.ts'
import { isStream } from '../src/layers/node.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { type Affine, affineOptions, runOptions, type SynapseOptions } from '../src/stream/synapse.ts'
import { isTensor, type Tensor } from '../src/tensor.ts'

export interface ConvOptions {
  /** pixels between two places of the kernel (1) */
  stride?: number
  /** rows and columns of zeros around the image (0) */
  padding?: number
  /** pixels between two taps of the kernel (1) */
  dilation?: number
  /** channels are divided into so many groups that do not see one another (1) */
  groups?: number
}

/**
 * Cross-correlation over the last three axes, channel, y, x, as PyTorch's Conv2d:
 * [..., inChannels, h, w] -> [..., outChannels, h', w'] with h' = floor((h + 2 padding - dilation (k - 1) - 1) / stride) + 1.
 * Weights: `weight` [out, in / groups, k, k], `bias` [out], both U(-b, b) with b = 1/sqrt(in / groups * k * k) unless options say otherwise.
 *
 * Few active pixels are scattered, many are gathered; inputs are added in the same order either way, so the bits are the same.
 * @throws RangeError at the call for sizes that do not fit one another; ShapeError for an input that does not fit
 */
export function conv2d(
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  options?: ConvOptions & SynapseOptions<Affine>,
): Layer<{}, Affine>
/** The same with given weights [out, in / groups, k, k], or a stream of them; then without a bias unless `options.bias` says otherwise. */
export function conv2d(weight: Tensor | Observable<Tensor>, options?: ConvOptions & SynapseOptions<Affine>): Layer<{}, Affine>
export function conv2d(first: number | Tensor | Observable<Tensor>, ...rest: readonly unknown[]): Layer<{}, Affine> {
  if (typeof first === 'number') {
    const [outChannels, kernelSize, options = {}] = rest as [number, number, (ConvOptions & SynapseOptions<Affine>)?]
    return makeLayer(conv2dNode({ inChannels: first, outChannels, kernelSize, ...nodeOptions(options) }), runOptions(options))
  }
  const [options = {}] = rest as [(ConvOptions & SynapseOptions<Affine>)?]
  const node = nodeOptions(options)
  if (isTensor(first)) return makeLayer(conv2dNode({ ...node, weight: first }), runOptions(options))
  if (!isStream(first)) {
    throw new TypeError(
      `conv2d: expected (inChannels, outChannels, kernelSize), a weight Tensor [out, in, k, k] or an Observable of them, got ${String(first)}`,
    )
  }
  return makeLayer(
    deferredNode('conv2d', first, (weight) => conv2dNode({ ...node, weight, stream: first })),
    runOptions(options),
  )
}

function nodeOptions(options: ConvOptions & SynapseOptions<Affine>): Conv2dOptions {
  const { stride, padding, dilation, groups } = options
  return {
    ...affineOptions('conv2d', options, ['stride', 'padding', 'dilation', 'groups']),
    ...(stride !== undefined && { stride }),
    ...(padding !== undefined && { padding }),
    ...(dilation !== undefined && { dilation }),
    ...(groups !== undefined && { groups }),
  }
}
