/** Values as times: only the first spike counts. */

import { ShapeError } from '../errors.ts'
import { checkTensor } from '../layers/cell.ts'
import { sizeOf, Tensor } from '../tensor.ts'
import { constantCurrentEncode, type ConstantCurrentOptions } from './constant-current.ts'

/**
 * Keeps the first spike of each neuron, and clears all after it. [steps, ...] -> [steps, ...]. Streaming: `firstSpike`.
 * @throws ShapeError for a tensor without a time axis
 */
export function spikeLatencyEncode(spikes: Tensor): Tensor {
  checkTensor('spikeLatencyEncode', spikes)
  const [steps, ...shape] = spikes.shape
  if (steps === undefined) throw new ShapeError('spikeLatencyEncode', '[time, ...]', spikes.shape)
  const size = sizeOf(shape)
  const result = new Float32Array(steps * size)
  for (let n = 0; n < size; n++) {
    for (let k = n; k < result.length; k += size) {
      if (spikes.data[k] === 0) continue
      result[k] = spikes.data[k] as number
      break
    }
  }
  return new Tensor(spikes.shape, result, spikes)
}

/**
 * Values as the time of one spike: `constantCurrentEncode`, first spikes only. The larger the value, the earlier; one that never
 * reaches the threshold has none. [...] -> [steps, ...]; `spikesToTimes` gives the times.
 */
export const spikeLatencyLifEncode = (x: Tensor, options: ConstantCurrentOptions): Tensor =>
  spikeLatencyEncode(constantCurrentEncode(x, options))
