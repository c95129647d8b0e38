import type { Observable } from 'rxjs'
import { deferredNode } from '../src/layers/deferred.ts'
import { linearNode } from '../src/layers/linear.ts'
import { isStream } from '../src/layers/node.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { type Affine, affineOptions, runOptions, type SynapseOptions } from '../src/stream/synapse.ts'
import { isTensor, type Tensor } from '../src/tensor.ts'

/**
 * y = x W^T + b over the last axis: [..., inFeatures] -> [..., outFeatures]. Weights: `weight` [out, in], `bias` [out], both
 * U(-1/sqrt(in), 1/sqrt(in)) unless options say otherwise, as in PyTorch.
 *
 * Inputs are added in ascending order, zeros are skipped where that is faster: silence costs next to nothing, and the bits are the same.
 * @throws RangeError at the call for sizes that are not positive integers; ShapeError for an input with another last axis
 */
export function linear(inFeatures: number, outFeatures: number, options?: SynapseOptions<Affine>): Layer<{}, Affine>
/** The same with given weights [out, in], or a stream of them; then without a bias unless `options.bias` says otherwise. */
export function linear(weight: Tensor | Observable<Tensor>, options?: SynapseOptions<Affine>): Layer<{}, Affine>
export function linear(
  first: number | Tensor | Observable<Tensor>,
  second?: number | SynapseOptions<Affine>,
  third: SynapseOptions<Affine> = {},
): Layer<{}, Affine> {
  if (typeof first === 'number') {
    return makeLayer(linearNode({ inFeatures: first, outFeatures: second as number, ...affineOptions('linear', third) }), runOptions(third))
  }
  const options = (second ?? {}) as SynapseOptions<Affine>
  const rest = affineOptions('linear', options)
  if (isTensor(first)) return makeLayer(linearNode({ ...rest, weight: first }), runOptions(options))
  if (!isStream(first))
    throw new TypeError(
      `linear: expected (inFeatures, outFeatures), a weight Tensor [out, in] or an Observable of them, got ${String(first)}`,
    )
  return makeLayer(
    deferredNode('linear', first, (weight) => linearNode({ ...rest, weight, stream: first })),
    runOptions(options),
  )
}
