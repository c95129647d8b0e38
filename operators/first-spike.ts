import { firstSpike as definition } from '../src/neurons/first-spike.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** Lets the first spike of each neuron since the last reset through: spike latency code. Whole trains: `spikeLatencyEncode`. */
export const firstSpike: NeuronModel<never, 'fired'> = defineNeuron(definition)
