import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** As `poissonEncoder` for inputs from -1 to 1: the magnitude sets the probability, and spikes have the input's sign. `fMax` in 1/s. */
export const signedPoissonEncoder: NeuronDefinition<'fMax', never> = {
  name: 'signedPoissonEncoder',
  params: { fMax: 100 },
  state: {},
  step: 'z = uniform() < dt*fMax*abs(x) ? (x < 0 ? -1 : 1) : 0',
  output: 'z',
}
