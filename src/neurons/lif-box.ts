import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrate-and-fire without a synapse: `liBox` that emits 1 where its voltage passes `vTh`. Then it starts again from `vReset`,
 * or, where `subtract` is 1, from what it had above the threshold: `v - vTh`, so that no input is lost at a spike (soft reset).
 * The input reaches `v` in its own step: `synapticDelay` plays no part.
 * Rates in 1/s (time constant 10 ms), voltages dimensionless; `r` is the gain of the input alone (1); `subtract` 0 or 1 (0).
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1. Numbers as in Norse (`LIFBoxCell`, `reset_value` and
 * `reset_subtract`), where `r` is 1; with `tauMemInv = 1/tau` the `LIF` of NIR (Pedersen et al., Nature Communications 15, 2024).
 */
export const lifBox: NeuronDefinition<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'r' | 'subtract', 'v'> = {
  name: 'lifBox',
  params: { tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, r: 1, subtract: 0 },
  state: { v: 'vLeak' },
  step: `
    v = v + dt*tauMemInv*((r*x + vLeak) - v)
    z = spike(v - vTh)
    start = subtract ? v - vTh : vReset
    v = z ? start : v`,
  output: 'z',
}
