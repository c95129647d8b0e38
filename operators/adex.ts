import { adex as definition, type AdexParam } from '../src/neurons/adex.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Adaptive exponential integrate-and-fire neuron with synaptic current. Equations, units and defaults: `adex.definition`. */
export const adex: NeuronModel<AdexParam, 'v' | 'i' | 'a'> = defineNeuron(definition)
