import { layerNormNode } from '../src/layers/norm.ts'
import type { RunOptions } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Shape, Tensor } from '../src/tensor.ts'

/** Weights of a normalisation; none where it is not affine. */
export type Norm = { readonly weight?: Tensor; readonly bias?: Tensor }

export interface NormLayerOptions extends Pick<RunOptions<{}, Norm>, 'device' | 'weights'> {
  /** added to the variance (1e-5) */
  epsilon?: number
  /** whether a gain and an offset follow (true), at first 1 and 0: the weights `weight` and `bias` */
  affine?: boolean
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis, or over all last axes of the given shape, as PyTorch's
 * LayerNorm. Each step and each row of the batch is normalised by itself; nothing is remembered.
 * @param features size of the last axis, or sizes of the last axes
 * @throws RangeError at the call for sizes or an epsilon that there are not; ShapeError for an input with other last axes
 */
export function layerNorm(features: number | Shape, { epsilon, affine, ...run }: NormLayerOptions = {}): Layer<{}, Norm> {
  return makeLayer<{}, Norm>(
    layerNormNode(features, { ...(epsilon !== undefined && { epsilon }), ...(affine !== undefined && { affine }) }),
    run,
  )
}
