import type { NeuronDefinition } from '../kernel/equations/definition.ts'
import { adex, type AdexParam } from './adex.ts'

/**
 * Adaptive exponential integrate-and-fire with an absolute refractory period: as `adex`, and for `rhoReset` steps after a spike the
 * voltage stands still and no spike is emitted. Synapse and adaptation go on: where the voltage would have passed the threshold, `a`
 * grows although nothing is emitted. `rho` counts the steps that are left. Units and defaults as `adex`; `rhoReset` in steps (5).
 * Brette & Gerstner, J. Neurophysiol. 94 (2005). Numbers as in Norse (`LIFAdExRefracCell`).
 */
export const adexRefrac: NeuronDefinition<AdexParam | 'rhoReset', 'v' | 'i' | 'a' | 'rho'> = {
  name: 'adexRefrac',
  params: { ...adex.params, rhoReset: 5 },
  state: { v: 'vLeak', i: 0, a: 0, rho: 0 },
  input: 'i',
  step: `
    e = deltaT*exp((v - vTh)/deltaT)
    u = v + dt*tauMemInv*((((vLeak - v) + e) + i) - a)
    i = i - dt*tauSynInv*i
    a = a + dt*tauAdaInv*(adaptationCurrent*(v - vLeak) - a)
    s = spike(u - vTh)
    a = a + s*adaptationSpike
    resting = spike(rho)
    z = resting ? 0 : s
    v = resting ? v : s ? vReset : u
    rho = z ? rhoReset : rho > 1 ? rho - 1 : 0`,
  output: 'z',
}
