import { poissonEncoder as definition } from '../src/neurons/poisson-encoder.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/**
 * Random spikes at rates set by the input, each step anew: 1 with the probability dt * fMax * x, so inputs run from 0 to 1 and `fMax`
 * (100/s) is the rate of 1. Repeats for the same `seed` option. Without an input, from ticks: `poisson`. Whole trains: `poissonEncode`.
 */
export const poissonEncoder: NeuronModel<'fMax', never> = defineNeuron(definition)
