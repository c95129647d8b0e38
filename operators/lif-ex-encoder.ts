import { lifExEncoder as definition } from '../src/neurons/lif-ex-encoder.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Turns currents into spikes: an exponential integrate-and-fire neuron without synapse. Equations, units and defaults: `lifExEncoder.definition`. */
export const lifExEncoder: NeuronModel<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'deltaT', 'v'> = defineNeuron(definition)
