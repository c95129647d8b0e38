import { positiveEdge as definition } from '../src/neurons/positive-edge.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** 1 in the step in which a 0/1 input goes from 0 to 1: of spikes that follow one another the first. One step, pure: `spikeEdge`. */
export const positiveEdge: NeuronModel<never, 'past'> = defineNeuron(definition)
