import { cobaLif as definition, type CobaLifParam } from '../src/neurons/coba-lif.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron with conductance-based synapses: positive inputs excite, negative ones inhibit. Equations, units and defaults: `cobaLif.definition`. */
export const cobaLif: NeuronModel<CobaLifParam, 'v' | 'gE' | 'gI'> = defineNeuron(definition)
