import { lsnn as definition } from '../src/neurons/lsnn.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron whose threshold grows with its spikes, as in LSNNs. Equations, units and defaults: `lsnn.definition`. */
export const lsnn: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'tauAdaptInv' | 'beta', 'v' | 'i' | 'b'> =
  defineNeuron(definition)
