/** One step of an exponential filter, as a pure function. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Tensor } from '../tensor.ts'

/**
 * p past + x, elementwise: a trace that decays by the factor p in each step, p = exp(-dt / time constant). Streaming: `expFilter`.
 * @throws ShapeError where shapes differ
 */
export function expFilterStep(past: Tensor, x: Tensor, p: number): Tensor {
  if (!sameShape(past.shape, x.shape)) throw new ShapeError('expFilterStep', `[${past.shape.join(', ')}] like the past`, x.shape)
  return x.map((value, k) => p * (past.data[k] as number) + value)
}
