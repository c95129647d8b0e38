import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * The `I` of NIR: the integral of its input over time, `dv/dt = r x`, emitted with the input of its own step in it (`synapticDelay` plays
 * no part). `r` in units of `v` per second and unit of input (1).
 * Pedersen et al., Neuromorphic intermediate representation, Nature Communications 15 (2024).
 */
export const integrator: NeuronDefinition<'r', 'v'> = {
  name: 'integrator',
  params: { r: 1 },
  state: { v: 0 },
  step: 'v = v + dt*r*x',
  output: 'v',
}
