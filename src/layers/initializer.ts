/** How weights begin: descriptions as data, and the drawing of values from them. */

import { ShapeError } from '../errors.ts'
import { randomKey, randomNormal, randomUniform } from '../random.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'

/** How weights begin. Made by `uniform`, `normal`, `kaimingUniform`; wherever one is taken, a Tensor gives the values themselves. */
export interface Initializer {
  readonly kind: string
}

type Known =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | { readonly kind: 'kaimingUniform' }

const known = (description: Known): Initializer => Object.freeze(description)

/** Evenly distributed between `low` and `high`. @throws RangeError unless both are finite and low <= high. */
export function uniform(low: number, high: number): Initializer {
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new RangeError(`uniform: low ${low} and high ${high} must be finite, low not above high`)
  }
  return known({ kind: 'uniform', low, high })
}

/** Gaussian with this mean and standard deviation. @throws RangeError unless both are finite and std >= 0. */
export function normal(mean: number, std: number): Initializer {
  if (!Number.isFinite(mean) || !Number.isFinite(std) || std < 0) {
    throw new RangeError(`normal: mean ${mean} must be finite, std ${std} finite and not negative`)
  }
  return known({ kind: 'normal', mean, std })
}

/**
 * U(-b, b) with b = 1 / sqrt(fanIn), fanIn the number of inputs that one output sums: what PyTorch's Linear and Conv2d begin
 * with, weights and biases alike (`kaiming_uniform_(a=sqrt(5))`). The default.
 */
export const kaimingUniform = (): Initializer => known({ kind: 'kaimingUniform' })

/**
 * The values an initializer stands for: a pure function of its arguments, float32.
 * @param fanIn inputs summed by one output
 * @throws TypeError for an initializer of unknown kind, ShapeError for a tensor of another shape
 */
export function initialize(initializer: Initializer | Tensor, shape: Shape, fanIn: number, seed: number): Tensor {
  if (initializer instanceof Tensor) {
    if (!sameShape(initializer.shape, shape)) throw new ShapeError('initialize', `[${shape.join(', ')}]`, initializer.shape)
    return initializer
  }
  const draw = drawing(initializer, fanIn, seed)
  const data = new Float32Array(sizeOf(shape))
  for (let k = 0; k < data.length; k++) data[k] = draw(k)
  return new Tensor([...shape], data)
}

function drawing(initializer: Initializer, fanIn: number, seed: number): (element: number) => number {
  const key = randomKey(seed, 0)
  const between = (low: number, high: number) => (element: number) => low + (high - low) * randomUniform(key, element)
  const description = initializer as Known
  switch (description.kind) {
    case 'uniform':
      return between(description.low, description.high)
    case 'normal':
      return (element) => description.mean + description.std * randomNormal(key, element)
    case 'kaimingUniform': {
      const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0
      return between(-bound, bound)
    }
    default:
      throw new TypeError(
        `initialize: '${String(initializer.kind)}' is no kind of initializer: uniform, normal, kaimingUniform, or a Tensor`,
      )
  }
}
