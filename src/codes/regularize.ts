/** What a network did over time, summed up: terms of a loss that keep activity in bounds. */

import { sameShape, Tensor } from '../tensor.ts'
import { ShapeError } from '../errors.ts'

/**
 * Adds what one step did to what went before. Pure; for inputs of one shape it gives sums of one shape.
 * @param z the step's output
 * @param state the state that it left
 * @param past absent at first: it counts as 0
 */
export type Accumulator<in S = unknown> = (z: Tensor, state: S, past?: Tensor) => Tensor

/** Spikes of all neurons together, over all steps: a single number, shape []. */
export const spikeAccumulator: Accumulator = (z, _state, past) =>
  new Tensor([], Float32Array.of(z.data.reduce((sum, value) => sum + value, past?.data[0] ?? 0)))

/** The voltage `v` of each neuron, summed over all steps: the shape of the state. @throws ShapeError where shapes differ */
export const voltageAccumulator: Accumulator<{ readonly v: Tensor }> = (_z, { v }, past) => {
  if (past !== undefined && !sameShape(past.shape, v.shape))
    throw new ShapeError('voltageAccumulator', `[${v.shape.join(', ')}] like the voltage`, past.shape)
  return new Tensor(
    v.shape,
    v.data.map((value, k) => value + (past?.data[k] ?? 0)),
  )
}

/**
 * Hands the output of a step on, beside what was accumulated with it: `weight * accumulated` is a term for a loss. In a stream:
 * `regularized`.
 *
 * @example
 * const [z, state] = cell.step(x, before)
 * const [output, spikes] = regularizeStep(z, state, spikeAccumulator, spikesBefore)
 * @param accumulator default `spikeAccumulator`
 */
export const regularizeStep = <S>(
  z: Tensor,
  state: S,
  accumulator: Accumulator<S> = spikeAccumulator,
  past?: Tensor,
): readonly [z: Tensor, accumulated: Tensor] => [z, accumulator(z, state, past)]
