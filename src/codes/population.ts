/** Values as bumps of activity over a population. */

import { checkTensor } from '../layers/cell.ts'
import { type Shape, Tensor } from '../tensor.ts'
import { expectOptions } from './check.ts'

export interface PopulationOptions {
  /** Neurons for each value. */
  readonly size: number
  /** Activity as a function of the distance times `scale`. Default: exp(-d / 2). */
  readonly kernel?: (distance: number) => number
  /** Of a value from a centre. Default: (x - centre)^2. */
  readonly distance?: (x: number, centre: number) => number
}

/**
 * Population code: neuron k of `size` stands for the centre c = k scale / (size - 1), and is the more active the closer the value:
 * kernel(distance(x, c) scale), by default exp(-(x - c)^2 scale / 2), as in Norse. [...] -> [..., size], from 0 to 1.
 * @param options.scale The last centre; the first is 0. Default: the largest value of `x`; give it where codes of several tensors are
 * to mean the same. The default kernel narrows with it.
 * @throws RangeError for a bad size or scale, or where the largest value is not positive
 */
export function populationEncode(x: Tensor, options: PopulationOptions & { readonly scale?: number }): Tensor {
  checkTensor('populationEncode', x)
  expectOptions('populationEncode', options, '{ size }')
  const { size, kernel = gaussian, distance = squaredDistance } = options
  const scale = options.scale ?? x.data.reduce((most, value) => Math.max(most, value), -Infinity)
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`populationEncode: size ${String(size)}: a positive whole number is needed`)
  if (!(typeof scale === 'number' && scale > 0 && scale < Infinity)) {
    const whose = options.scale === undefined ? 'the largest value is' : 'scale'
    throw new RangeError(`populationEncode: ${whose} ${String(scale)}: a positive scale is needed, the range of the values`)
  }
  const centres = Float32Array.from({ length: size }, (_, k) => (size === 1 ? 0 : (k * scale) / (size - 1)))
  const result = new Float32Array(x.data.length * size)
  for (let k = 0; k < result.length; k++) {
    const d = distance(x.data[Math.floor(k / size)] as number, centres[k % size] as number)
    result[k] = kernel(d * scale)
  }
  const shape: Shape = [...x.shape, size]
  return new Tensor(shape, result, x)
}

const gaussian = (distance: number) => Math.exp(-distance / 2)
const squaredDistance = (x: number, centre: number) => (x - centre) ** 2
