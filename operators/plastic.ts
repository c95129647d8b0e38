import { plasticNode } from '../src/layers/plastic/plastic.ts'
import type { Rule } from '../src/layers/plastic/rule.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Affine } from '../src/stream/synapse.ts'
import type { Tensor } from '../src/tensor.ts'

/**
 * Synapses whose weights a rule changes while they run: y = neuron(synapse(x)), then the rule, with x as `pre` and y as `post`.
 * The rule needs both sides, so this layer holds the synapse, `linear` or `conv2d`, and the neuron, any layer that keeps the shape.
 *
 * State: `neuron`, and `traces` of the rule: of `pre` in the shape of x, of `post` in the shape of y, of `synapse` [..., out, in].
 * Weights: those of the synapse; `reset` leaves them. Rows of a batch, and places of a convolution, share them: the increments
 * of all are computed from the same weight and added, rows in order, then places.
 *
 * A subscription begins with the layer's weights and learns from there; `probe(...)` shows them. A pure `step` begins with the
 * layer's weights every time and a `sequence` once: what they learn is not kept.
 *
 * What cannot change is left out: with `stdp` silent inputs cost nothing where no neuron spikes.
 * @throws TypeError for another synapse, for what is no rule, and for a rule with traces per synapse on conv2d; ShapeError where the
 * neuron's output has not the shape of the synapse's
 */
export function plastic<S, W, V extends string>(
  synapse: Layer<unknown, Affine>,
  neuron: Layer<S, W>,
  rule: Rule<V>,
): Layer<{ readonly neuron: S; readonly traces: { readonly [K in V]: Tensor } }, Affine & { readonly neuron?: W }> {
  return makeLayer(plasticNode(synapse, neuron, rule))
}
