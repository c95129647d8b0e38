/** One step of an exponential filter, as a pure function. */

import { ShapeError } from '../errors.ts'
import { checkTensor } from '../layers/cell.ts'
import { sameShape, type Tensor } from '../tensor.ts'
import { checkFinite } from './check.ts'

/**
 * p past + x, elementwise: a trace that decays by the factor p in each step, p = exp(-dt / time constant). Streaming: `expFilter`.
 * @throws ShapeError where shapes differ, RangeError for a factor that is not finite
 */
export function expFilterStep(past: Tensor, x: Tensor, p: number): Tensor {
  checkTensor('expFilterStep', past)
  checkTensor('expFilterStep', x)
  checkFinite('expFilterStep: p', p)
  if (!sameShape(past.shape, x.shape)) throw new ShapeError('expFilterStep', `[${past.shape.join(', ')}] like the past`, x.shape)
  return x.map((value, k) => p * (past.data[k] as number) + value)
}
