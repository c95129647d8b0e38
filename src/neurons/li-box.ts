import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Leaky integrator without a synapse: a low-pass filter of its input, emitting its voltage. Forward Euler of
 * `dv/dt = tauMemInv ((vLeak - v) + r x)`. The input reaches `v` in its own step: `synapticDelay` plays no part.
 * Rates in 1/s (time constant 10 ms), voltages dimensionless; `r` is the gain of the input alone, in voltage per unit of input (1).
 * Gerstner & Kistler, Spiking Neuron Models (2002), section 4.1, without threshold. Numbers as in Norse (`LIBoxCell`), where `r` is 1;
 * with `tauMemInv = 1/tau` the `LI` of NIR (Pedersen et al., Nature Communications 15, 2024).
 */
export const liBox: NeuronDefinition<'tauMemInv' | 'vLeak' | 'r', 'v'> = {
  name: 'liBox',
  params: { tauMemInv: 100, vLeak: 0, r: 1 },
  state: { v: 'vLeak' },
  step: 'v = v + dt*tauMemInv*((vLeak - v) + r*x)',
  output: 'v',
}
