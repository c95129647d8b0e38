import { lifBox as definition } from '../src/neurons/lif-box.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron without synapse; `subtract: 1` resets by subtraction. The `LIF` of NIR. Equations, units and defaults: `lifBox.definition`. */
export const lifBox: NeuronModel<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'r' | 'subtract', 'v'> = defineNeuron(definition)
