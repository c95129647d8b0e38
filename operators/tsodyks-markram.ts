import { tsodyksMarkram as definition } from '../src/neurons/tsodyks-markram.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Short-term plasticity: a spike leaves as the share of resources that it uses. Equations, units and defaults: `tsodyksMarkram.definition`. */
export const tsodyksMarkram: NeuronModel<'tauFInv' | 'tauDInv' | 'U', 'u' | 'r'> = defineNeuron(definition)
