/** One value per neuron, for a whole batch: shapes align at the last axis, as in PyTorch. */

import { ShapeError } from '../errors.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'

/** A value that a parameter or an initial state can have. */
export type Value = number | readonly number[] | Tensor

/** @throws TypeError, RangeError naming `at` where something is not a number or a set of numbers. */
export function checkValue(at: string, value: unknown): asserts value is Value {
  const numbers = typeof value === 'number' ? [value] : value instanceof Tensor ? value.data : value
  if (!Array.isArray(numbers) && !(numbers instanceof Float32Array)) {
    throw new TypeError(`${at}: expected a number, one per neuron (an array or a Tensor) or an Observable of these, got ${String(value)}`)
  }
  const wrong = numbers.findIndex((each: unknown) => typeof each !== 'number' || Number.isNaN(each))
  if (wrong >= 0) throw new RangeError(`${at}: ${String(numbers[wrong])} is not a number that a parameter can have`)
}

const shapeOf = (value: Value): Shape => (typeof value === 'number' ? [] : value instanceof Tensor ? value.shape : [value.length])

/** @throws ShapeError unless `value` broadcasts to `shape`. */
export function checkBroadcast(at: string, value: Value, shape: Shape): void {
  const own = shapeOf(value)
  const offset = shape.length - own.length
  if (own.some((size, axis) => size !== 1 && size !== shape[axis + offset])) {
    throw new ShapeError(at, `that broadcasts to [${shape.join(', ')}]`, own)
  }
}

/** Writes a value to every element of `into`, whose shape is `shape`. The value fits: see `checkBroadcast`. */
export function broadcast(value: Value, into: Float32Array, shape: Shape): void {
  if (typeof value === 'number') {
    into.fill(value)
    return
  }
  const data = value instanceof Tensor ? value.data : value
  const own = shapeOf(value)
  let strides: number[] = []
  let stride = 1
  for (let axis = own.length - 1; axis >= 0; axis--) {
    strides.unshift(own[axis] === 1 ? 0 : stride)
    stride *= own[axis] as number
  }
  strides = [...Array.from({ length: shape.length - own.length }, () => 0), ...strides]
  const index = shape.map(() => 0)
  let from = 0
  for (let k = 0; k < into.length; k++) {
    into[k] = data[from] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1
      from += strides[axis] as number
      if ((index[axis] as number) < (shape[axis] as number)) break
      from -= (strides[axis] as number) * (shape[axis] as number)
      index[axis] = 0
    }
  }
}

/** The same as a tensor of its own. */
export function broadcastTo(value: Value, shape: Shape): Tensor {
  const data = new Float32Array(sizeOf(shape))
  broadcast(value, data, shape)
  return new Tensor([...shape], data)
}
