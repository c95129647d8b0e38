import type { Tensor } from '../src/tensor.ts'
import { recurrentNode } from '../src/layers/recurrent.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * The neuron's output of `delay` steps ago, through the synapse, is added to its input:
 * z(k) = neuron(x(k) + synapse(z(k - delay))), with z = 0 before the first step.
 *
 * State: `neuron`, and `past`, the outputs that are still on their way: [delay, ...shape of z], oldest first.
 * @param options.delay steps, a positive integer (1)
 * @throws RangeError for another delay; ShapeError where the synapse's output has not the shape of the neuron's input
 */
export function recurrent<S, W, F>(
  neuron: Layer<S, W>,
  synapse: Layer<unknown, F>,
  options: { readonly delay?: number } = {},
): Layer<{ readonly neuron: S; readonly past: Tensor }, { readonly neuron: W; readonly synapse: F }> {
  return makeLayer(recurrentNode(neuron, synapse, options.delay ?? 1))
}
