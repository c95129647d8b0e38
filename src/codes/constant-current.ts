/** Values as rates: a leaky integrate-and-fire neuron on a constant current. */

import type { Value } from '../layers/broadcast.ts'
import { lifEncoder } from '../neurons/lif-encoder.ts'
import type { Tensor } from '../tensor.ts'
import { expectOptions } from './check.ts'
import { type ConstantInput, onConstantInput } from './constant-input.ts'

export interface ConstantCurrentOptions extends ConstantInput {
  /** 1/s (100) */
  readonly tauMemInv?: Value
  readonly vLeak?: Value
  readonly vTh?: Value
  readonly vReset?: Value
}

/**
 * Spike trains of `lifEncoder` neurons, one for each value, with the values as their constant currents: a current beyond
 * vTh - vLeak spikes, the larger the sooner and the more often. [...] -> [steps, ...], 0 and 1. Streaming: `lifEncoder`.
 * @throws RangeError, TypeError for bad options; ShapeError for a parameter that does not broadcast to `x`
 */
export function constantCurrentEncode(x: Tensor, options: ConstantCurrentOptions): Tensor {
  expectOptions('constantCurrentEncode', options, '{ steps }')
  const { steps, dt, tauMemInv, vLeak, vTh, vReset } = options
  const params = { tauMemInv, vLeak, vTh, vReset }
  return onConstantInput('constantCurrentEncode', lifEncoder, x, { steps, ...(dt !== undefined && { dt }), params })
}
