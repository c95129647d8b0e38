import { describe, expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { edgeKernels } from '../../src/layers/edge-kernels.ts'
import { initialize, kaimingUniform, normal, uniform } from '../../src/layers/initializer.ts'
import { type Tensor, tensor } from '../../src/tensor.ts'

const mean = ({ data }: Tensor): number => data.reduce((sum, value) => sum + value, 0) / data.length
const deviation = (x: Tensor): number => {
  const middle = mean(x)
  return Math.sqrt(mean(x.map((value) => (value - middle) ** 2)))
}

describe('initializers', () => {
  test('uniform fills its interval evenly', () => {
    const x = initialize(uniform(-1, 3), [100, 100], 1, 7)
    expect(x.shape).toEqual([100, 100])
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(...x)).toBeLessThanOrEqual(3)
    expect(mean(x)).toBeCloseTo(1, 1)
    expect(deviation(x)).toBeCloseTo(4 / Math.sqrt(12), 1)
  })

  test('normal has its mean and deviation', () => {
    const x = initialize(normal(2, 0.5), [10_000], 1, 7)
    expect(mean(x)).toBeCloseTo(2, 1)
    expect(deviation(x)).toBeCloseTo(0.5, 1)
    expect([...initialize(normal(2, 0), [3], 1, 7)]).toEqual([2, 2, 2])
  })

  test('kaimingUniform is bounded by 1 / sqrt(fanIn)', () => {
    const x = initialize(kaimingUniform(), [4, 1000], 1000, 7)
    const bound = 1 / Math.sqrt(1000)
    expect(Math.max(...x.data.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound))
    expect(Math.max(...x.data.map(Math.abs))).toBeGreaterThan(0.99 * bound)
    expect([...initialize(kaimingUniform(), [2], 0, 7)].map(Math.abs)).toEqual([0, 0])
  })

  test('is a function of the seed', () => {
    const draw = (seed: number) => initialize(kaimingUniform(), [50], 50, seed)
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  test('a tensor is its own values', () => {
    const values = tensor([[1, 2]])
    expect(initialize(values, [1, 2], 2, 0)).toBe(values)
    expect(() => initialize(values, [2, 1], 2, 0)).toThrow(ShapeError)
  })

  test('is data', () => {
    expect(uniform(-1, 1)).toEqual({ kind: 'uniform', low: -1, high: 1 })
    expect(normal(0, 2)).toEqual({ kind: 'normal', mean: 0, std: 2 })
    expect(kaimingUniform()).toEqual({ kind: 'kaimingUniform' })
  })

  test('refuses what it cannot draw from', () => {
    expect(() => uniform(1, 0)).toThrow(RangeError)
    expect(() => uniform(0, Number.POSITIVE_INFINITY)).toThrow(RangeError)
    expect(() => normal(0, -1)).toThrow(RangeError)
    expect(() => normal(Number.NaN, 1)).toThrow(RangeError)
    expect(() => initialize({ kind: 'xavier' }, [1], 1, 0)).toThrow("'xavier'")
  })
})

describe('edgeKernels', () => {
  test.each([2, 3, 4, 9, 10])('size %i: antisymmetric, balanced, normalised, the second the transpose of the first', (size) => {
    const kernels = edgeKernels(size)
    expect(kernels.shape).toEqual([2, 1, size, size])
    let absolute = 0
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const value = kernels.at(0, 0, y, x)
        absolute += Math.abs(value)
        expect(value + kernels.at(0, 0, y, size - 1 - x)).toBe(0)
        expect(kernels.at(0, 0, size - 1 - y, x)).toBe(value)
        expect(kernels.at(1, 0, x, y)).toBe(value)
        expect(Math.sign(value)).toBe(Math.sign(x - (size - 1) / 2))
      }
    }
    expect(absolute).toBeCloseTo(1, 5)
  })

  test('a size without two sides is refused', () => {
    expect(() => edgeKernels(1)).toThrow(RangeError)
    expect(() => edgeKernels(2.5)).toThrow(RangeError)
  })
})
