import { signedPoissonEncoder as definition } from '../src/neurons/signed-poisson-encoder.ts'
import { defineNeuron, type NeuronModel } from '../src/stream/neuron.ts'

/** As `poissonEncoder` for inputs from -1 to 1: the magnitude sets the rate, and a spike is 1 or -1 as its input. */
export const signedPoissonEncoder: NeuronModel<'fMax', never> = defineNeuron(definition)
