import type { NeuronDefinition } from '../kernel/equations/definition.ts'
import { adex, type AdexParam } from './adex.ts'

const { tauSynInv: _, ...params } = adex.params

/**
 * Turns currents into spikes that adapt: `adex` without its synapse. The input acts in its own step: `synapticDelay` plays no part.
 * Units and defaults as `adex`. Brette & Gerstner, J. Neurophysiol. 94 (2005).
 *
 * `a` takes a step of forward Euler, as in `adex`. Norse's `lif_adex_current_encoder` replaces `a` by its derivative instead of adding it
 * times `dt`, and diverges within ten steps: that is not copied.
 */
export const adexEncoder: NeuronDefinition<Exclude<AdexParam, 'tauSynInv'>, 'v' | 'a'> = {
  name: 'adexEncoder',
  params,
  state: { v: 'vLeak', a: 0 },
  step: `
    e = deltaT*exp((v - vTh)/deltaT)
    u = v + dt*tauMemInv*((((vLeak - v) + e) + x) - a)
    a = a + dt*tauAdaInv*(adaptationCurrent*(v - vLeak) - a)
    z = spike(u - vTh)
    v = z ? vReset : u
    a = a + z*adaptationSpike`,
  output: 'z',
}
