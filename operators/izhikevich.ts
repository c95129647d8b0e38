import { izhikevich as definition, type IzhikevichParam } from '../src/neurons/izhikevich.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Izhikevich's neuron: two equations, many firing patterns (`izhikevichPresets`). Equations, units and defaults: `izhikevich.definition`. */
export const izhikevich: NeuronModel<IzhikevichParam, 'v' | 'u'> = defineNeuron(definition)
