/** Parameters that training may change. */

import { Tensor } from '../tensor.ts'
import { checkValue, type Value } from './broadcast.ts'
import { type Initializer, initialize } from './initializer.ts'
import type { Learnable } from './options.ts'

interface Marked extends Learnable {
  readonly initial: number | Tensor | Initializer
}

/**
 * A parameter that `train` may change; it appears among the layer's weights.
 * @param initial a number, one value per neuron, or an initializer, which draws one number for the whole layer
 */
export function learnable(initial: number | Tensor | Initializer): Learnable {
  if (typeof initial !== 'object' || initial instanceof Tensor) checkValue('learnable', initial)
  const marked: Marked = { kind: 'learnable', initial }
  return marked
}

export const isLearnable = (value: unknown): value is Learnable =>
  typeof value === 'object' && value !== null && (value as { readonly kind?: unknown }).kind === 'learnable'

/** What training starts from. */
export function learnableStart(learnable: Learnable, seed: number): Value {
  const { initial } = learnable as Marked
  if (typeof initial === 'number' || initial instanceof Tensor) return initial
  return initialize(initial, [1], 1, seed).data[0] as number
}
