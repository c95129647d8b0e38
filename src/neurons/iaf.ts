import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Integrate-and-fire without leak and synapse: sums its input, emits 1 where the sum passes `vTh`, and starts again from `vReset`.
 * Voltages dimensionless; each input is an amount, not a rate, so `dt` plays no part and there is no synapse that could be late.
 * Lapicque 1907, without leak. Numbers as in Norse (`IAFCell`).
 */
export const iaf: NeuronDefinition<'vTh' | 'vReset', 'v'> = {
  name: 'iaf',
  params: { vTh: 1, vReset: 0 },
  state: { v: 'vReset' },
  step: `
    v = v + x
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
