import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Exponential integrate-and-fire with an exponential synapse: as `lif`, and near the threshold a current of its own drives the spike:
 * `dv/dt = tauMemInv ((vLeak - v) + deltaT exp((v - vTh) / deltaT) + i)`. Rates in 1/s (time constants 10 and 5 ms), voltages dimensionless.
 * `deltaT`, the sharpness of the spike's start, is a voltage above 0 (0.5); 0 gives NaN at the threshold.
 * Fourcaud-Trocmé, Hansel, van Vreeswijk & Brunel, J. Neurosci. 23 (2003). Numbers as in Norse (`LIFExCell`).
 */
export const lifEx: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'deltaT', 'v' | 'i'> = {
  name: 'lifEx',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, deltaT: 0.5 },
  state: { v: 'vLeak', i: 0 },
  input: 'i',
  step: `
    e = deltaT*exp((v - vTh)/deltaT)
    v = v + dt*tauMemInv*(((vLeak - v) + e) + i)
    i = i - dt*tauSynInv*i
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
