import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrate-and-fire with an exponential synapse: a leaky integrator that emits 1 where its voltage passes `vTh`, and then
 * starts again from `vReset`. Rates in 1/s (time constants 10 and 5 ms), voltages dimensionless.
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1. Numbers as in Norse (`LIFCell`).
 */
export const lif: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset', 'v' | 'i'> = {
  name: 'lif',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0 },
  state: { v: 'vLeak', i: 0 },
  input: 'i',
  step: `
    v = v + dt*tauMemInv*((vLeak - v) + i)
    i = i - dt*tauSynInv*i
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
