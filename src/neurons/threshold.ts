import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * 1 where the input is above `vTh` (1), else 0: nothing is remembered. In training it has the surrogate gradient of every spike.
 * The `Threshold` of NIR (Pedersen et al., Nature Communications 15, 2024); of `x - vTh` the function `threshold` of Norse.
 */
export const threshold: NeuronDefinition<'vTh', never> = {
  name: 'threshold',
  params: { vTh: 1 },
  state: {},
  step: 'z = spike(x - vTh)',
  output: 'z',
}
