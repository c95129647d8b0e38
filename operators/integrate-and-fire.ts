import { integrateAndFire as definition } from '../src/neurons/integrate-and-fire.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** The `IF` of NIR: integrate-and-fire neuron without leak whose input is a rate. Equations, units and defaults: `integrateAndFire.definition`. */
export const integrateAndFire: NeuronModel<'r' | 'vTh' | 'vReset', 'v'> = defineNeuron(definition)
