/** Logic on spikes: tensors of 0 and 1, elementwise. */

import { ShapeError } from '../errors.ts'
import { checkTensor } from '../layers/cell.ts'
import { sameShape, type Tensor } from '../tensor.ts'

/** 1 where both are. @throws ShapeError where shapes differ */
export const spikeAnd = (a: Tensor, b: Tensor): Tensor => elementwise('spikeAnd', [a, b], (p, q) => p * q)

/** 1 where one of them is, or both. @throws ShapeError where shapes differ */
export const spikeOr = (a: Tensor, b: Tensor): Tensor => elementwise('spikeOr', [a, b], (p, q) => (p + q > 0 ? 1 : 0))

/** 1 where one of them is, and not the other. @throws ShapeError where shapes differ */
export const spikeXor = (a: Tensor, b: Tensor): Tensor => elementwise('spikeXor', [a, b], (p, q) => Math.abs(p - q))

/**
 * Muller's C-element: the inputs where they agree, else the output of the step before, `past`. Joins two signals that are to wait for
 * one another. In a stream: `scan` over the pairs.
 * @throws ShapeError where shapes differ
 */
export const mullerC = (past: Tensor, a: Tensor, b: Tensor): Tensor =>
  elementwise('mullerC', [a, b, past], (p, q, y) => (p * q + (p + q) * y > 0 ? 1 : 0))

/** 1 where `z` is and `past`, the step before, was not. Streaming: `positiveEdge`. @throws ShapeError where shapes differ */
export const spikeEdge = (z: Tensor, past: Tensor): Tensor => elementwise('spikeEdge', [z, past], (now, before) => (1 - before) * now)

/** The result has the time of the first. */
function elementwise(
  at: string,
  tensors: readonly [Tensor, Tensor] | readonly [Tensor, Tensor, Tensor],
  f: (a: number, b: number, c: number) => number,
): Tensor {
  for (const each of tensors) checkTensor(at, each)
  const [a, b] = tensors
  const c = tensors.length === 3 ? tensors[2] : a
  for (const each of [b, c])
    if (!sameShape(each.shape, a.shape)) throw new ShapeError(at, `[${a.shape.join(', ')}] like the others`, each.shape)
  return a.map((value, k) => f(value, b.data[k] as number, c.data[k] as number))
}
