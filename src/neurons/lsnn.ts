import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrate-and-fire with an adaptive threshold and an exponential synapse, the neuron of LSNNs: the threshold `b` grows by `beta`
 * at each spike and relaxes to `vTh`: `db/dt = tauAdaptInv (vTh - b)`. The rest as `lif`.
 * Rates in 1/s (time constants 10 and 5 ms; that of the threshold, Norse's 1/800, is 800 s: for 800 ms give 1.25), voltages dimensionless.
 * Bellec et al., Long short-term memory and learning-to-learn in networks of spiking neurons, NeurIPS 31 (2018).
 * Numbers as in Norse (`LSNNCell`), all versions with `synapticDelay` 1, the default.
 */
export const lsnn: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'tauAdaptInv' | 'beta', 'v' | 'i' | 'b'> = {
  name: 'lsnn',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, tauAdaptInv: 1 / 800, beta: 1.8 },
  state: { v: 'vLeak', i: 0, b: 'vTh' },
  input: 'i',
  step: `
    v = v + dt*tauMemInv*((vLeak - v) + i)
    i = i - dt*tauSynInv*i
    b = b + dt*tauAdaptInv*(vTh - b)
    z = spike(v - b)
    v = z ? vReset : v
    b = b + z*beta`,
  output: 'z',
}
