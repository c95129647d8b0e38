import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** The parameters of the adaptive exponential neuron. */
export type AdexParam =
  | 'tauSynInv'
  | 'tauMemInv'
  | 'vLeak'
  | 'vTh'
  | 'vReset'
  | 'deltaT'
  | 'adaptationCurrent'
  | 'adaptationSpike'
  | 'tauAdaInv'

/**
 * Adaptive exponential integrate-and-fire with an exponential synapse: as `lifEx`, and a current `a` works against the voltage:
 * `dv/dt = tauMemInv ((vLeak - v) + deltaT exp((v - vTh) / deltaT) + i - a)`,
 * `da/dt = tauAdaInv (adaptationCurrent (v - vLeak) - a)`, and `a` grows by `adaptationSpike` at each spike.
 * Rates in 1/s (time constants 10, 5 and 500 ms), all else dimensionless; `deltaT` is above 0.
 * Brette & Gerstner, J. Neurophysiol. 94 (2005). Numbers as in Norse (`LIFAdExCell`).
 */
export const adex: NeuronDefinition<AdexParam, 'v' | 'i' | 'a'> = {
  name: 'adex',
  params: {
    tauSynInv: 200,
    tauMemInv: 100,
    vLeak: 0,
    vTh: 1,
    vReset: 0,
    deltaT: 0.5,
    adaptationCurrent: 4,
    adaptationSpike: 0.02,
    tauAdaInv: 2,
  },
  state: { v: 'vLeak', i: 0, a: 0 },
  input: 'i',
  step: `
    e = deltaT*exp((v - vTh)/deltaT)
    u = v + dt*tauMemInv*((((vLeak - v) + e) + i) - a)
    i = i - dt*tauSynInv*i
    a = a + dt*tauAdaInv*(adaptationCurrent*(v - vLeak) - a)
    z = spike(u - vTh)
    v = z ? vReset : u
    a = a + z*adaptationSpike`,
  output: 'z',
}
