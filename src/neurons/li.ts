import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrator with an exponential synapse: a low-pass filter of spikes, emitting its voltage. Forward Euler of
 * `dv/dt = tauMemInv ((vLeak - v) + i)`, `di/dt = -tauSynInv i`. Rates in 1/s (time constants 10 and 5 ms), voltages dimensionless.
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1, without threshold. Numbers as in Norse (`LICell`).
 */
export const li: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak', 'v' | 'i'> = {
  name: 'li',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0 },
  state: { v: 'vLeak', i: 0 },
  input: 'i',
  step: `
    v = v + dt*tauMemInv*((vLeak - v) + i)
    i = i - dt*tauSynInv*i`,
  output: 'v',
}
