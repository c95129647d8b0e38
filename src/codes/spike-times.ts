/** Spike trains as times. */

import { ShapeError } from '../errors.ts'
import { checkTensor } from '../layers/cell.ts'
import { checkDt } from '../layers/options.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'

export interface SpikeTimesOptions {
  /** How many spikes of each neuron (1); 0 gives an empty tensor. */
  readonly count?: number
  /** Length of a step, seconds; `dt: 1` counts in steps. Default: that of `z`, else 1e-3. */
  readonly dt?: number
}

/**
 * Times of the first `count` spikes of each neuron, ascending, Infinity for those that it has not. A spike in step k, counted from 0,
 * is at k dt. [steps, ...] -> [count, ...]; anything but 0 is a spike.
 * @throws RangeError for a bad count or dt, ShapeError for a tensor without a time axis
 */
export function spikesToTimes(z: Tensor, options: SpikeTimesOptions = {}): Tensor {
  const { count, dt, shape } = checked('spikesToTimes', z, options)
  const result = new Float32Array(count * sizeOf(shape)).fill(Infinity)
  firstSpikes(z, count, (spike, step) => (result[spike] = step * dt))
  return new Tensor([count, ...shape], result)
}

/**
 * The gradient of a loss by the spikes, from its gradient by their times: -dt times that of its time at each spike that `spikesToTimes`
 * gives, 0 elsewhere, so descent that wants a spike later takes from it where it is. A spike that is missing has none.
 * @param byTimes [count, ...]
 * @returns [steps, ...]
 * @throws ShapeError where `byTimes` is not shaped as the times
 */
export function spikesToTimesGradient(z: Tensor, byTimes: Tensor, options: SpikeTimesOptions = {}): Tensor {
  const { count, dt, shape } = checked('spikesToTimesGradient', z, options)
  checkTensor('spikesToTimesGradient', byTimes)
  const expected: Shape = [count, ...shape]
  if (!sameShape(byTimes.shape, expected)) throw new ShapeError('spikesToTimesGradient', `[${expected.join(', ')}]`, byTimes.shape)
  const result = new Float32Array(z.data.length)
  const size = sizeOf(shape)
  firstSpikes(z, count, (spike, step) => (result[step * size + (spike % size)] = -dt * (byTimes.data[spike] as number)))
  return new Tensor(z.shape, result)
}

function checked(at: string, z: Tensor, options: SpikeTimesOptions) {
  checkTensor(at, z)
  const { count = 1, dt = z.dt ?? 1e-3 } = options
  if (z.shape.length === 0) throw new ShapeError(at, '[time, ...]', z.shape)
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`${at}: count ${String(count)}: a whole number from 0 is needed`)
  checkDt(at, dt)
  return { count, dt, shape: z.shape.slice(1) }
}

/** `found` gets the place of a spike in [count, ...] and its step. */
function firstSpikes(z: Tensor, count: number, found: (spike: number, step: number) => void): void {
  const [steps = 0, ...shape] = z.shape
  const size = sizeOf(shape)
  for (let n = 0; n < size; n++) {
    for (let step = 0, seen = 0; step < steps && seen < count; step++) {
      if (z.data[step * size + n] !== 0) found(seen++ * size + n, step)
    }
  }
}
