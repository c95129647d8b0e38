import { lifRefrac as definition } from '../src/neurons/lif-refrac.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Leaky integrate-and-fire neuron with an absolute refractory period of `rhoReset` steps. Equations, units and defaults: `lifRefrac.definition`. */
export const lifRefrac: NeuronModel<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'rhoReset', 'v' | 'i' | 'rho'> =
  defineNeuron(definition)
