import type { AdexParam } from '../src/neurons/adex.ts'
import { adexEncoder as definition } from '../src/neurons/adex-encoder.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Turns currents into spikes that adapt: an adaptive exponential integrate-and-fire neuron without synapse. Equations, units and defaults: `adexEncoder.definition`. */
export const adexEncoder: NeuronModel<Exclude<AdexParam, 'tauSynInv'>, 'v' | 'a'> = defineNeuron(definition)
