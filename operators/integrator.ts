import { integrator as definition } from '../src/neurons/integrator.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** The `I` of NIR: the integral of the input over time. Equations, units and defaults: `integrator.definition`. */
export const integrator: NeuronModel<'r', 'v'> = defineNeuron(definition)
