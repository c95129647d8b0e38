import { lif as definition } from '../src/neurons/lif.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron with synaptic current: the output is 1 where it spikes. Equations, units and defaults: `lif.definition`. */
export const lif: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset', 'v' | 'i'> = defineNeuron(definition)
