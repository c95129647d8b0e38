import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Turns currents into spikes: `lif` without its synapse, `dv/dt = tauMemInv ((vLeak - v) + x)`, emitting 1 where `v` passes `vTh`, and then
 * starting again from `vReset`. A constant x above `vTh` fires the faster the larger it is. The input acts in its own step:
 * `synapticDelay` plays no part. Rate in 1/s (time constant 10 ms), voltages dimensionless.
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1. Numbers as in Norse (`lif_current_encoder`).
 */
export const lifEncoder: NeuronDefinition<'tauMemInv' | 'vLeak' | 'vTh' | 'vReset', 'v'> = {
  name: 'lifEncoder',
  params: { tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0 },
  state: { v: 'vLeak' },
  step: `
    v = v + dt*tauMemInv*((vLeak - v) + x)
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
