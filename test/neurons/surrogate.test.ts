import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { heaviside, heavisideSign, surrogateDerivative, type SurrogateMethod, surrogateMethods } from '../../src/neurons/surrogate.ts'
import { tensor } from '../../src/tensor.ts'

/** G44: derivatives at these distances, by alpha. */
const at = [-1, -0.1, -0.01, 0, 0.01, 0.1, 1]
const golden: Readonly<Record<SurrogateMethod, Readonly<Record<number, readonly number[]>>>> = {
  superspike: {
    100: [9.80296e-5, 0.008264462, 0.25, 1, 0.25, 0.008264462, 9.80296e-5],
    10: [0.008264462, 0.25, 0.82644624, 1, 0.82644624, 0.25, 0.008264462],
    0.3: [0.59171605, 0.94259596, 0.9940269, 1, 0.9940269, 0.94259596, 0.59171605],
  },
  triangle: {
    100: [0, 90, 99, 100, 99, 90, 0],
    10: [0, 9, 9.9, 10, 9.9, 9, 0],
    0.3: [0, 0.27, 0.29700002, 0.3, 0.29700002, 0.27, 0],
  },
  tanh: {
    100: [0, 0, 0.41997433, 1, 0.41997433, 0, 0],
    10: [0, 0.41997433, 0.9900663, 1, 0.9900663, 0.41997433, 0],
    0.3: [0.91513693, 0.99910057, 0.999991, 1, 0.999991, 0.99910057, 0.91513693],
  },
  circ: {
    100: [0.99985003, 0.9999985, 1, 1, 1, 0.9999985, 0.99985003],
    10: [0.98518544, 0.99985003, 0.9999985, 1, 0.9999985, 0.99985003, 0.98518544],
    0.3: [0.02372598, 0.853815, 0.9983356, 1, 0.9983356, 0.853815, 0.02372598],
  },
  erfc: {
    100: [0, 4.2e-44, 0.41510746, 1.1283791, 0.41510746, 4.2e-44, 0],
    10: [4.2e-44, 0.41510746, 1.1171516, 1.1283791, 1.1171516, 0.41510746, 4.2e-44],
    0.3: [1.0312608, 1.127364, 1.1283689, 1.1283791, 1.1283689, 1.127364, 1.0312608],
  },
}

describe('surrogateDerivative', () => {
  it.each(surrogateMethods)('G44 %s', (method) => {
    for (const [alpha, expected] of Object.entries(golden[method])) {
      const derivative = surrogateDerivative({ method, alpha: Number(alpha) })
      at.forEach((u, k) => {
        const wanted = expected[k] as number
        const found = derivative(Math.fround(u))
        expect(Math.abs(found - wanted), `${alpha} at ${u}: ${found}, expected ${wanted}`).toBeLessThanOrEqual(1e-6 + 1e-5 * wanted)
      })
    }
  })

  it('A43 superspike at 1, exactly', () => {
    for (const alpha of [0.1, 1000]) expect(surrogateDerivative({ method: 'superspike', alpha })(1)).toBe(Math.fround(1 / (alpha + 1) ** 2))
  })

  it('A44 tanh and circ are positive at 1', () => {
    for (const method of ['tanh', 'circ'] as const) expect(surrogateDerivative({ method, alpha: 0.1 })(1)).toBeGreaterThan(0)
  })

  test.prop([fc.constantFrom(...surrogateMethods), fc.constantFrom(0.3, 1, 10, 100), fc.float({ min: -3, max: 3, noNaN: true })], {
    seed: 1,
    numRuns: 200,
  })('is even, largest at the threshold, and never negative', (method, alpha, u) => {
    const derivative = surrogateDerivative({ method, alpha })
    expect(derivative(u)).toBe(derivative(-u))
    expect(derivative(u)).toBeGreaterThanOrEqual(0)
    expect(derivative(u)).toBeLessThanOrEqual(derivative(0))
    expect(derivative(u)).toBe(Math.fround(derivative(u)))
  })

  it('has the steepness 100 unless told otherwise', () => {
    expect(surrogateDerivative({ method: 'superspike' })(0.01)).toBeCloseTo(0.25, 6)
  })

  it('A41 knows its methods', () => {
    // @ts-expect-error no such method
    expect(() => surrogateDerivative({ method: 'super' })).toThrow(/method 'super': superspike, triangle, tanh, circ, erfc are allowed/)
    expect(() => surrogateDerivative({ method: 'circ', alpha: 0 })).toThrow(/alpha 0: a positive number/)
  })
})

describe('heaviside', () => {
  it('A40, A41, A42 forward, whatever the surrogate', () => {
    expect(tensor([1, 0.1, -0.1, -1, 0]).map(heaviside).toArray()).toEqual([1, 1, 0, 0, 0])
    expect(tensor([1, 0.1, -0.1, 0]).map(heavisideSign).toArray()).toEqual([1, 1, -1, -1])
  })
})
