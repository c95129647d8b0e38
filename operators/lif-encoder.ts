import { lifEncoder as definition } from '../src/neurons/lif-encoder.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Turns currents into spikes: a leaky integrate-and-fire neuron without synapse. Equations, units and defaults: `lifEncoder.definition`. */
export const lifEncoder: NeuronModel<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset', 'v'> = defineNeuron(definition)
