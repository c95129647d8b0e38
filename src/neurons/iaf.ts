import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Integrate-and-fire without leak and synapse: sums its input, emits 1 where the sum passes `vTh`, and starts again from `vReset`.
 * Voltages dimensionless; each input is an amount, not a rate, so `dt` plays no part. With
 * `synapticDelay` 0 an input is part of the sum that is tested in its own step (Norse, all versions), with 1 of the next.
 * Lapicque 1907, without leak. Numbers as in Norse (`IAFCell`).
 */
export const iaf: NeuronDefinition<'vTh' | 'vReset', 'v'> = {
  name: 'iaf',
  params: { vTh: 1, vReset: 0 },
  state: { v: 'vReset' },
  input: 'v',
  step: `
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
