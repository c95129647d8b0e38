/** Oriented edge detectors for event cameras, as weights of a `conv2d`. */

import { Tensor } from '../tensor.ts'

/**
 * Two edge detectors, [2, 1, size, size]: channel 0 answers to vertical edges, channel 1 (its transpose) to horizontal ones.
 *
 * Channel 0 is the derivative of a Gaussian along x, with sigma = size / 6 and (x, y) counted from the kernel's centre:
 *
 *     w(y, x) = x exp(-(x^2 + y^2) / (2 sigma^2)) / sum of |w|
 *
 * So it is negative left of the centre and positive right of it, antisymmetric in x, its sum is 0 (an even image gives
 * nothing) and its absolute values sum to 1 (spikes on one side of an edge and none on the other give 1/2).
 *
 * @throws RangeError unless `size` is an integer of at least 2
 */
export function edgeKernels(size: number): Tensor {
  if (!Number.isInteger(size) || size < 2) throw new RangeError(`edgeKernels: size ${size} must be an integer of at least 2`)
  const centre = (size - 1) / 2
  const spread = 2 * (size / 6) ** 2
  const raw = Float64Array.from({ length: size * size }, (_, k) => {
    const x = (k % size) - centre
    const y = Math.floor(k / size) - centre
    return x * Math.exp(-(x * x + y * y) / spread)
  })
  const total = raw.reduce((sum, value) => sum + Math.abs(value), 0)
  const data = new Float32Array(2 * size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const value = (raw[y * size + x] as number) / total
      data[y * size + x] = value
      data[size * size + x * size + y] = value
    }
  }
  return new Tensor([2, 1, size, size], data)
}
