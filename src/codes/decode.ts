/** Spike trains, or voltages, as one value for each neuron. Time is axis 0. */

import { ShapeError } from '../errors.ts'
import { checkTensor } from '../layers/cell.ts'
import { sizeOf, Tensor } from '../tensor.ts'

/** The sum over time: spike counts. [steps, ...] -> [...]. Streaming: `sumOver`, `spikeCount`. @throws ShapeError without a time axis */
export const sumDecode = (z: Tensor): Tensor => decode('sumDecode', z, 0, (sum, value) => sum + value)

/** The mean over time. [steps, ...] -> [...], NaN for no steps. Streaming: `meanOver`. @throws ShapeError without a time axis */
export function meanDecode(z: Tensor): Tensor {
  const sums = decode('meanDecode', z, 0, (sum, value) => sum + value)
  return sums.map((sum) => sum / (z.shape[0] as number))
}

/** The maximum over time, for voltages. [steps, ...] -> [...], -Infinity for no steps. Streaming: `maxOver`. @throws ShapeError without a time axis */
export const maxDecode = (z: Tensor): Tensor => decode('maxDecode', z, -Infinity, (most, value) => Math.max(most, value))

/** In double precision, rounded at the end. */
function decode(at: string, z: Tensor, start: number, add: (so: number, value: number) => number): Tensor {
  checkTensor(at, z)
  const [steps, ...shape] = z.shape
  if (steps === undefined) throw new ShapeError(at, '[time, ...]', z.shape)
  const size = sizeOf(shape)
  const all = new Float64Array(size).fill(start)
  for (let step = 0, k = 0; step < steps; step++) {
    for (let n = 0; n < size; n++, k++) all[n] = add(all[n] as number, z.data[k] as number)
  }
  return new Tensor(shape, Float32Array.from(all))
}
