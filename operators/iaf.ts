import { iaf as definition } from '../src/neurons/iaf.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Integrate-and-fire neuron without leak: the input is added to the membrane. Equations, units and defaults: `iaf.definition`. */
export const iaf: NeuronModel<'vTh' | 'vReset', 'v'> = defineNeuron(definition)
