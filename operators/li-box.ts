import { liBox as definition } from '../src/neurons/li-box.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrator without synapse: the output is the membrane v. The `LI` of NIR. Equations, units and defaults: `liBox.definition`. */
export const liBox: NeuronModel<'tauMemInv' | 'vLeak' | 'r', 'v'> = defineNeuron(definition)
