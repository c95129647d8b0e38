import { lifEx as definition } from '../src/neurons/lif-ex.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Exponential integrate-and-fire neuron with synaptic current. Equations, units and defaults: `lifEx.definition`. */
export const lifEx: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'deltaT', 'v' | 'i'> = defineNeuron(definition)
