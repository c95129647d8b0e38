import type { Observable } from 'rxjs'
import { type ConvTranspose2dOptions, convTranspose2dNode } from '../src/layers/conv-transpose2d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { type Affine, affineOptions, runOptions, type SynapseOptions } from '../src/stream/synapse.ts'
import { weightedLayer } from '../src/stream/weighted-layer.ts'
import type { Tensor } from '../src/tensor.ts'

export interface ConvTransposeOptions {
  /** pixels of the output between those of two neighbouring inputs (1) */
  stride?: number
  /** rows and columns of the output that are left out at each edge (0) */
  padding?: number
  /** more rows and columns of the output, at the lower and right edge (0): which of several sizes, where `stride` makes them all alike */
  outputPadding?: number
  /** pixels between two taps of the kernel (1) */
  dilation?: number
  /** channels are divided into so many groups that do not reach one another (1) */
  groups?: number
}

type Options = ConvTransposeOptions & SynapseOptions<Affine>

/**
 * Transposed convolution over the last three axes, channel, y, x, as PyTorch's ConvTranspose2d: each input adds its kernel to the output.
 * [..., inChannels, h, w] -> [..., outChannels, h', w'] with h' = (h - 1) stride - 2 padding + dilation (k - 1) + outputPadding + 1.
 * Weights: `weight` [in, out / groups, k, k], `bias` [out], both U(-b, b) with b = 1/sqrt(out / groups * k * k), as in PyTorch, unless
 * options say otherwise.
 *
 * Only active inputs cost.
 * @throws RangeError at the call for sizes that do not fit one another; ShapeError for an input that does not fit
 */
export function convTranspose2d(inChannels: number, outChannels: number, kernelSize: number, options?: Options): Layer<{}, Affine>
/** The same with given weights [in, out / groups, k, k], or a stream of them; then without a bias unless `options.bias` says otherwise. */
export function convTranspose2d(weight: Tensor | Observable<Tensor>, options?: Options): Layer<{}, Affine>
export function convTranspose2d(first: number | Tensor | Observable<Tensor>, ...rest: readonly unknown[]): Layer<{}, Affine> {
  if (typeof first === 'number') {
    const [outChannels, kernelSize, options = {}] = rest as [number, number, Options?]
    return makeLayer(convTranspose2dNode({ inChannels: first, outChannels, kernelSize, ...nodeOptions(options) }), runOptions(options))
  }
  const [options = {}] = rest as [Options?]
  const own = nodeOptions(options)
  const expected = '(inChannels, outChannels, kernelSize), a weight Tensor [in, out, k, k] or an Observable of them'
  return weightedLayer('convTranspose2d', expected, first, (weight) => convTranspose2dNode({ ...own, ...weight }), options)
}

function nodeOptions(options: Options): ConvTranspose2dOptions {
  const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options
  const more = ['stride', 'padding', 'outputPadding', 'dilation', 'groups']
  return { ...affineOptions('convTranspose2d', options, more), stride, padding, outputPadding, dilation, groups }
}
