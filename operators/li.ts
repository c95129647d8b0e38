import { li as definition } from '../src/neurons/li.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrator with synaptic current: the output is the membrane v. Equations, units and defaults: `li.definition`. */
export const li: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak', 'v' | 'i'> = defineNeuron(definition)
