import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrate-and-fire with an absolute refractory period: for `rhoReset` steps after a spike the voltage stands still and no
 * spike is emitted, while the synapse goes on. `rho` counts the steps that are left. The rest as `lif`.
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1. Numbers as in Norse (`LIFRefracCell`).
 */
export const lifRefrac: NeuronDefinition<'tauSynInv' | 'tauMemInv' | 'vLeak' | 'vTh' | 'vReset' | 'rhoReset', 'v' | 'i' | 'rho'> = {
  name: 'lifRefrac',
  params: { tauSynInv: 200, tauMemInv: 100, vLeak: 0, vTh: 1, vReset: 0, rhoReset: 5 },
  state: { v: 'vLeak', i: 0, rho: 0 },
  input: 'i',
  step: `
    u = v + dt*tauMemInv*((vLeak - v) + i)
    i = i - dt*tauSynInv*i
    s = spike(u - vTh)
    resting = spike(rho)
    z = resting ? 0 : s
    v = resting ? v : s ? vReset : u
    rho = z ? rhoReset : rho > 1 ? rho - 1 : 0`,
  output: 'z',
}
