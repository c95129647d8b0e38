import { cubaLif as definition } from '../src/neurons/cuba-lif.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** The `CubaLIF` of NIR: leaky integrate-and-fire neuron whose synapse is a leaky integrator. Equations, units and defaults: `cubaLif.definition`. */
export const cubaLif: NeuronModel<'tauSynInv' | 'tauMemInv' | 'r' | 'vLeak' | 'vTh' | 'vReset' | 'wIn', 'v' | 'i'> =
  defineNeuron(definition)
