import type { Observable } from 'rxjs'
import { type Conv1dOptions, conv1dNode } from '../src/layers/conv1d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { type Affine, affineOptions, runOptions, type SynapseOptions } from '../src/stream/synapse.ts'
import { weightedLayer } from '../src/stream/weighted-layer.ts'
import type { Tensor } from '../src/tensor.ts'
import type { ConvOptions } from './conv2d.ts'

/**
 * Cross-correlation over the last two axes, channel and x, as PyTorch's Conv1d:
 * [..., inChannels, x] -> [..., outChannels, x'] with x' = floor((x + 2 padding - dilation (k - 1) - 1) / stride) + 1.
 * Weights: `weight` [out, in / groups, k], `bias` [out], both U(-b, b) with b = 1/sqrt(in / groups * k) unless options say otherwise.
 *
 * x is an axis of space: a step of time is one tensor. For kernels over time see `delayedLinear`.
 * @throws RangeError at the call for sizes that do not fit one another; ShapeError for an input that does not fit
 */
export function conv1d(
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  options?: ConvOptions & SynapseOptions<Affine>,
): Layer<{}, Affine>
/** The same with given weights [out, in / groups, k], or a stream of them; then without a bias unless `options.bias` says otherwise. */
export function conv1d(weight: Tensor | Observable<Tensor>, options?: ConvOptions & SynapseOptions<Affine>): Layer<{}, Affine>
export function conv1d(first: number | Tensor | Observable<Tensor>, ...rest: readonly unknown[]): Layer<{}, Affine> {
  if (typeof first === 'number') {
    const [outChannels, kernelSize, options = {}] = rest as [number, number, (ConvOptions & SynapseOptions<Affine>)?]
    return makeLayer(conv1dNode({ inChannels: first, outChannels, kernelSize, ...nodeOptions(options) }), runOptions(options))
  }
  const [options = {}] = rest as [(ConvOptions & SynapseOptions<Affine>)?]
  const own = nodeOptions(options)
  const expected = '(inChannels, outChannels, kernelSize), a weight Tensor [out, in, k] or an Observable of them'
  return weightedLayer('conv1d', expected, first, (weight) => conv1dNode({ ...own, ...weight }), options)
}

function nodeOptions(options: ConvOptions & SynapseOptions<Affine>): Conv1dOptions {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options
  return { ...affineOptions('conv1d', options, ['stride', 'padding', 'dilation', 'groups']), stride, padding, dilation, groups }
}
