import type { AdexParam } from '../src/neurons/adex.ts'
import { adexRefrac as definition } from '../src/neurons/adex-refrac.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Adaptive exponential integrate-and-fire neuron with an absolute refractory period of `rhoReset` steps. Equations, units and defaults: `adexRefrac.definition`. */
export const adexRefrac: NeuronModel<AdexParam | 'rhoReset', 'v' | 'i' | 'a' | 'rho'> = defineNeuron(definition)
