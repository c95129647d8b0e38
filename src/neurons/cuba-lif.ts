import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * The `CubaLIF` of NIR: leaky integrate-and-fire with a synapse that is itself a leaky integrator:
 * `di/dt = tauSynInv (wIn x - i)`, `dv/dt = tauMemInv ((vLeak - v) + r i)`, 1 where `v` passes `vTh`, then again from `vReset`.
 * Rates in 1/s (time constants 10 and 5 ms), voltages dimensionless. In NIR's terms: `tauSynInv = 1/tau_syn`, `tauMemInv = 1/tau_mem`,
 * `vTh = v_threshold`, `wIn = w_in`. The input acts in its own step: `synapticDelay` plays no part.
 *
 * `lif` adds its input to the current whole, this one scales it by `dt tauSynInv`: with `wIn = 1 / (dt tauSynInv)` (5 by default) it spikes
 * as `lif` with `synapticDelay` 0 does; its `i` is then that of `lif` before the decay.
 * Pedersen et al., Neuromorphic intermediate representation, Nature Communications 15 (2024).
 */
export const cubaLif: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'r' | 'vLeak' | 'vTh' | 'vReset' | 'wIn', 'v' | 'i'> = {
  name: 'cubaLif',
  params: { tauSynInv: 200, tauMemInv: 100, r: 1, vLeak: 0, vTh: 1, vReset: 0, wIn: 1 },
  state: { v: 'vLeak', i: 0 },
  step: `
    i = i + dt*tauSynInv*(wIn*x - i)
    v = v + dt*tauMemInv*((vLeak - v) + r*i)
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
