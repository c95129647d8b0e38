import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * The `IF` of NIR: an integrator that emits 1 where it passes `vTh`, and then starts again from `vReset`: `dv/dt = r x`.
 * Voltages dimensionless, `r` in voltage per second and unit of input (1). The input is a rate and acts in its own step
 * (`synapticDelay` plays no part); the neuron whose inputs are amounts is `iaf`: with `r = 1/dt` the two are the same.
 * Lapicque 1907, without leak; Pedersen et al., Neuromorphic intermediate representation, Nature Communications 15 (2024).
 */
export const integrateAndFire: NeuronDefinition<'r' | 'vTh' | 'vReset', 'v'> = {
  name: 'integrateAndFire',
  params: { r: 1, vTh: 1, vReset: 0 },
  state: { v: 0 },
  step: `
    v = v + dt*r*x
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
