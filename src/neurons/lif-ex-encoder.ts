import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Turns currents into spikes: `lifEx` without its synapse, `dv/dt = tauMemInv ((vLeak - v) + deltaT exp((v - vTh) / deltaT) + x)`. The input
 * acts in its own step: `synapticDelay` plays no part. Rate in 1/s (time constant 10 ms), voltages dimensionless, `deltaT` above 0.
 * Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel, J. Neurosci. 23 (2003). Numbers as in Norse (`lif_ex_current_encoder`).
 */
export const lifExEncoder: NeuronDefinition<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'deltaT', 'v'> = {
  name: 'lifExEncoder',
  params: { tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, deltaT: 0.5 },
  state: { v: 'vLeak' },
  step: `
    e = deltaT*exp((v - vTh)/deltaT)
    v = v + dt*tauMemInv*(((vLeak - v) + e) + x)
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
