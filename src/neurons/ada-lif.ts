import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrate-and-fire with an adaptation current and an exponential synapse: `b` grows by `beta` at each spike, decays, and works
 * against the voltage: `dv/dt = tauMemInv ((vLeak - v) + i - b)`, `db/dt = -tauAdaptInv b`. A spike takes `vTh - vReset` from the voltage:
 * what was above the threshold stays. Rates in 1/s (time constants 10 and 5 ms; that of the adaptation, Norse's 1/800, is 800 s: for
 * 800 ms give 1.25), voltages dimensionless.
 * Gerstner, Kistler, Naud & Paninski, Neuronal Dynamics (2014), section 6.1, without the exponential.
 * Numbers as in Norse (`ada_lif_step`), all versions with `synapticDelay` 1, the default.
 */
export const adaLif: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'tauAdaptInv' | 'beta', 'v' | 'i' | 'b'> = {
  name: 'adaLif',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, tauAdaptInv: 1 / 800, beta: 1.8 },
  state: { v: 'vLeak', i: 0, b: 0 },
  input: 'i',
  step: `
    v = v + dt*tauMemInv*(((vLeak - v) + i) - b)
    i = i - dt*tauSynInv*i
    b = b - dt*tauAdaptInv*b
    z = spike(v - vTh)
    v = v - z*(vTh - vReset)
    b = b + z*beta`,
  output: 'z',
}
