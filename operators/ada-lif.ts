import { adaLif as definition } from '../src/neurons/ada-lif.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron with an adaptation current that grows with its spikes. Equations, units and defaults: `adaLif.definition`. */
export const adaLif: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'tauAdaptInv' | 'beta', 'v' | 'i' | 'b'> =
  defineNeuron(definition)
