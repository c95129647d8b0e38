import { threshold as definition } from '../src/neurons/threshold.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** 1 where the input is above `vTh`, without memory. The `Threshold` of NIR. Equations, units and defaults: `threshold.definition`. */
export const threshold: NeuronModel<'vTh', never> = defineNeuron(definition)
