import { type Accumulator, spikeAccumulator } from '../src/codes/regularize.ts'
import { regularizedNode } from '../src/codes/regularized.ts'
import type { Tree } from '../src/layers/node.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Tensor } from '../src/tensor.ts'

/**
 * The same layer, which also adds up what it does: the state is `layer`, its own, and `accumulated`, from 0 at a reset on. A loss adds
 * a share of it, `probe(...).watch('accumulated')` shows it. It is one account for a whole batch: `resetRows` leaves it as it is.
 *
 * @example
 * const hidden = regularized(lif())
 * const [z, { accumulated }] = hidden.sequence(x) // accumulated: all spikes of all neurons
 * @param accumulator pure, `spikeAccumulator` by default; `voltageAccumulator` for layers with a state `v`. Its result for zeros tells
 * the shape.
 * @throws TypeError for something that is not a layer, or an accumulator that is no function
 */
export const regularized = <S, W>(
  layer: Layer<S, W>,
  accumulator: Accumulator<S> = spikeAccumulator,
): Layer<{ readonly layer: S; readonly accumulated: Tensor }, { readonly layer: W }> =>
  makeLayer(regularizedNode(layer, accumulator as unknown as Accumulator<Tree>))
