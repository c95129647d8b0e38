import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * The `CubaLI` of NIR: two leaky integrators in a row, emitting the voltage of the second:
 * `di/dt = tauSynInv (wIn x - i)`, `dv/dt = tauMemInv ((vLeak - v) + r i)`. Rates in 1/s (time constants 10 and 5 ms), voltages
 * dimensionless; names as in `cubaLif`. The input acts in its own step: `synapticDelay` plays no part.
 * Pedersen et al., Neuromorphic intermediate representation, Nature Communications 15 (2024).
 */
export const cubaLi: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'r' | 'vLeak' | 'wIn', 'v' | 'i'> = {
  name: 'cubaLi',
  params: { tauSynInv: 200, tauMemInv: 100, r: 1, vLeak: 0, wIn: 1 },
  state: { v: 'vLeak', i: 0 },
  step: `
    i = i + dt*tauSynInv*(wIn*x - i)
    v = v + dt*tauMemInv*((vLeak - v) + r*i)`,
  output: 'v',
}
