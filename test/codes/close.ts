/** Closeness as the reference vectors state it: they were written with 8 digits from float32. */

import { expect } from 'vitest'
import type { Nested, Tensor } from '../../src/tensor.ts'

/** Same shape, every element within 1e-6 + 1e-5 times its magnitude; infinities are equal. */
export function expectClose(actual: Tensor, expected: Nested): void {
  const wanted = flat(expected)
  expect(actual.shape).toEqual(shapeOf(expected))
  wanted.forEach((value, k) => {
    const found = actual.data[k] as number
    const near = found === value || Math.abs(found - value) <= 1e-6 + 1e-5 * Math.abs(value)
    expect(near, `element ${k}: ${found}, expected ${value}`).toBe(true)
  })
}

const flat = (values: Nested): readonly number[] => (typeof values === 'number' ? [values] : values.flatMap(flat))

const shapeOf = (values: Nested): readonly number[] =>
  typeof values === 'number' ? [] : [values.length, ...(values.length === 0 ? [] : shapeOf(values[0] as Nested))]
