import type { Observable } from 'rxjs'
import type { AffineOptions } from '../src/layers/affine.ts'
import { deferredNode } from '../src/layers/deferred.ts'
import { delayedLinearNode } from '../src/layers/delayed-linear.ts'
import type { Initializer } from '../src/layers/initializer.ts'
import { isStream } from '../src/layers/node.ts'
import type { RunOptions } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Affine, SynapseOptions } from '../src/stream/synapse.ts'
import { isTensor, type Tensor } from '../src/tensor.ts'

/** The last inputs, oldest first: [longest delay in steps, ..., in]. */
export type PastState = { readonly past: Tensor }

export interface DelayedLinearOptions extends RunOptions<PastState, Affine>, Pick<SynapseOptions<Affine>, 'weight' | 'bias'> {
  /** Seconds, not negative, rounded to whole steps: one for all, one for each synapse [outFeatures, inFeatures], or drawn: `uniform(0, 0.02)`. */
  delays: number | Tensor | Initializer
  /** Seconds. As everywhere; and the shortest step that there is room for (1e-3): with shorter ones the delays would be more steps. */
  dt?: number
}

/**
 * Synapses with a delay each: y[o](t) = b[o] + sum over i of w[o, i] x[i](t - delays[o, i]), over the last axis:
 * [..., inFeatures] -> [..., outFeatures]. Weights: `weight` [out, in], `bias` [out], as `linear`'s. Inputs before the first are 0.
 *
 * State: the past inputs, not what they will add. So the weights of the moment count, a snapshot holds no sums, and each output adds its
 * inputs in ascending order, like `linear`. Only active inputs cost. Where `dt` changes, delays are counted anew in steps of that length.
 * @throws RangeError at the call for sizes that are not positive integers and delays that are negative or not finite, and in the stream
 * where steps are shorter than there is room for; ShapeError for delays of another shape, or an input with another last axis
 */
export function delayedLinear(inFeatures: number, outFeatures: number, options: DelayedLinearOptions): Layer<PastState, Affine>
/** The same with given weights [out, in], or a stream of them; then without a bias unless `options.bias` says otherwise. */
export function delayedLinear(weight: Tensor | Observable<Tensor>, options: DelayedLinearOptions): Layer<PastState, Affine>
export function delayedLinear(
  first: number | Tensor | Observable<Tensor>,
  second: number | DelayedLinearOptions,
  third?: DelayedLinearOptions,
): Layer<PastState, Affine> {
  const options = (typeof first === 'number' ? third : second) as DelayedLinearOptions | undefined
  if (options?.delays === undefined)
    throw new TypeError('delayedLinear: the option delays is missing: seconds, for example { delays: 0.005 }')
  const { delays, weight, bias, ...run } = options
  const own = {
    delays,
    ...(weight !== undefined && { weight }),
    ...(bias !== undefined && { bias }),
    ...(run.dt !== undefined && { dt: run.dt }),
  }
  const make = (more: AffineOptions) => delayedLinearNode({ ...own, ...more })
  if (typeof first === 'number')
    return makeLayer<PastState, Affine>(delayedLinearNode({ ...own, inFeatures: first, outFeatures: second as number }), run)
  if (isTensor(first)) return makeLayer<PastState, Affine>(make({ weight: first }), run)
  if (!isStream(first))
    throw new TypeError(
      `delayedLinear: expected (inFeatures, outFeatures), a weight Tensor [out, in] or an Observable of them, got ${String(first)}`,
    )
  return makeLayer<PastState, Affine>(
    deferredNode('delayedLinear', first, (value) => make({ weight: value, stream: first })),
    run,
  )
}
