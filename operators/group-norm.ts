import { groupNormNode } from '../src/layers/norm.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Norm, NormLayerOptions } from './layer-norm.ts'

/**
 * y = (x - mean) / sqrt(variance + epsilon) * weight + bias with mean and variance of a group of neighbouring channels, over the last
 * three axes, channel, y, x, as PyTorch's GroupNorm. `weight` and `bias` are [channels]. Each step and each row of the batch is
 * normalised by itself; nothing is remembered.
 * @throws RangeError at the call for sizes or an epsilon that there are not; ShapeError for an input with other channels
 */
export function groupNorm(groups: number, channels: number, { epsilon, affine, ...run }: NormLayerOptions = {}): Layer<{}, Norm> {
  const own = { ...(epsilon !== undefined && { epsilon }), ...(affine !== undefined && { affine }) }
  return makeLayer<{}, Norm>(groupNormNode(groups, channels, own), run)
}
