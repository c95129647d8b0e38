import { expFilter as definition } from '../src/neurons/exp-filter.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/**
 * Exponential filter of spikes, y = exp(-dt tauFilterInv) y + x: a running trace, as a decoder of rates. Norse's `ExpFilter(in, out)` is
 * `sequential(linear(in, out), expFilter())`.
 */
export const expFilter: NeuronModel<'tauFilterInv', 'y'> = defineNeuron(definition)
