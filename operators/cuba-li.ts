import { cubaLi as definition } from '../src/neurons/cuba-li.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** The `CubaLI` of NIR: two leaky integrators in a row, the output is the voltage of the second. Equations, units and defaults: `cubaLi.definition`. */
export const cubaLi: NeuronModel<'tauSynInv' | 'tauMemInv' | 'r' | 'vLeak' | 'wIn', 'v' | 'i'> = defineNeuron(definition)
