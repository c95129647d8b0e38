import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Exponential filter: y = exp(-dt tauFilterInv) y + x. A spike adds 1, which decays with the time constant 1 / `tauFilterInv` (1 ms);
 * there is no gain 1 - p, so a constant input grows to x / (1 - p). Numbers as in Norse (`ExpFilter`, whose linear layer stands apart here).
 */
export const expFilter: NeuronDefinition<'tauFilterInv', 'y'> = {
  name: 'expFilter',
  params: { tauFilterInv: 1000 },
  state: { y: 0 },
  step: 'y = exp(-dt*tauFilterInv)*y + x',
  output: 'y',
}
