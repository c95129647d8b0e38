import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Spikes at random, 1 with the probability dt * fMax * x, independent of all others: an input from 0 to 1 is a share of the rate
 * `fMax`, 1/s. The default is Norse's for whole sequences; its single step has 1000 (at dt 1 ms the input is then the probability).
 */
export const poissonEncoder: NeuronDefinition<'fMax', never> = {
  name: 'poissonEncoder',
  params: { fMax: 100 },
  state: {},
  step: 'z = uniform() < dt*fMax*x',
  output: 'z',
}
