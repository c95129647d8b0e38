import { coupledNode } from '../src/layers/coupled.ts'
import { checkOwnOptions } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * Neurons of several compartments: in every step the compartments' voltages pull at one another, v = v + dt * coupling(v), and then
 * each compartment makes its step as a neuron of the model does. With coupling[j][k] = g for the conductance between two compartments and
 * minus the row's sum on the diagonal, current flows from the higher to the lower voltage.
 *
 * @example
 * const G = tensor([[-50, 50], [50, -50]]) // 1/s: two compartments, one conductance
 * const neuron = coupled(lif(), linear(G))
 *
 * `coupling` is a layer without state whose output has the shape of its input: `linear(tensor [n, n])`, or a `conv2d` along a cable.
 * Any model will do that has the state variable, also one of your own; refractory compartments are coupled like others. Batch axes as in the coupling.
 *
 * State: `neuron`. Weights: `neuron`, `coupling`. In a recurrent network: `recurrent(coupled(lif(), linear(G)), linear(n, n))`.
 * @param options.state the state variable that is coupled ('v')
 * @param options.after couple after the neuron's step, spike and reset, instead of before it; the output is that of the step (false)
 * @throws TypeError for a neuron without this state variable, or a coupling with state of its own; ShapeError where the coupling's output
 *   has not the shape of the state variable
 */
export function coupled<S, W, F>(
  neuron: Layer<S, W>,
  coupling: Layer<unknown, F>,
  options: { readonly state?: keyof S & string; readonly after?: boolean } = {},
): Layer<{ readonly neuron: S }, { readonly neuron: W; readonly coupling: F }> {
  checkOwnOptions('coupled', options, ['state', 'after'])
  return makeLayer(coupledNode(neuron, coupling, { state: options.state ?? 'v', after: options.after ?? false }))
}
