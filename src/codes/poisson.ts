/** Values as rates of random spikes. */

import type { Value } from '../layers/broadcast.ts'
import { poissonEncoder } from '../neurons/poisson-encoder.ts'
import { signedPoissonEncoder } from '../neurons/signed-poisson-encoder.ts'
import type { Tensor } from '../tensor.ts'
import { expectOptions } from './check.ts'
import { type ConstantInput, onConstantInput } from './constant-input.ts'

export interface PoissonOptions extends ConstantInput {
  /** Rate of an input of 1, spikes per second (100). */
  readonly fMax?: Value
  /** Any safe integer: the same gives the same spikes. Another one for each sample, or their noise is the same. */
  readonly seed: number
}

/**
 * Random spikes at rates set by the input: in each step 1 with the probability dt * fMax * x, independent of all others.
 * Inputs from 0 to 1; a probability beyond 1 is taken as 1. [...] -> [steps, ...]. Streaming: `poissonEncoder`, which gives the same
 * spikes for the same seed.
 * @throws RangeError, TypeError for bad options
 */
export const poissonEncode = (x: Tensor, options: PoissonOptions): Tensor => encode('poissonEncode', poissonEncoder, x, options)

/** The same for inputs from -1 to 1: the magnitude sets the rate, and a spike is 1 or -1 as its input. Streaming: `signedPoissonEncoder`. */
export const signedPoissonEncode = (x: Tensor, options: PoissonOptions): Tensor =>
  encode('signedPoissonEncode', signedPoissonEncoder, x, options)

function encode(at: string, neuron: typeof poissonEncoder, x: Tensor, options: PoissonOptions): Tensor {
  expectOptions(at, options, '{ steps, seed }')
  const { steps, dt, fMax, seed } = options
  if (seed === undefined) throw new TypeError(`${at}: a seed is needed, any safe integer: the same gives the same spikes`)
  return onConstantInput(at, neuron, x, { steps, ...(dt !== undefined && { dt }), params: { fMax }, seed })
}
