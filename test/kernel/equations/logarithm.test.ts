import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backends, populate } from './population.ts'
import { float } from './programs.ts'

/** One unit in the last place of the float32 nearest to a number. */
const ulp = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value)))) - 23)
const model = (step: string) => ({ name: 'cell', params: {}, state: { b: 0 }, step, output: 'y' })

describe('log', () => {
  const run = (x: readonly number[], backend: (typeof backends)[number] = 'webassembly') =>
    populate(model('y = log(x)'), { backend, count: x.length }).step(x)

  test('is within 2 ulp, from the smallest denormal to the largest number', () => {
    const count = 300_000
    const words = Int32Array.from({ length: count }, (_, k) => Math.round(((k + 0.5) / count) * 0x7f7fffff))
    const near = Array.from({ length: 2000 }, (_, k) => Math.fround(1 + (k - 1000) * 2 ** -23))
    const x = [...new Float32Array(words.buffer), ...near, 2 ** -149, (2 - 2 ** -23) * 2 ** 127]
    const y = run(x)
    let worst = 0
    x.forEach((value, k) => {
      const exact = Math.log(value)
      if (exact !== 0) worst = Math.max(worst, Math.abs((y[k] as number) - exact) / ulp(exact))
    })
    expect(worst).toBeLessThan(2)
  })

  test('at its ends', () => {
    expect([...run([1, 0, -0, Infinity, -1, -Infinity, NaN])]).toEqual([0, -Infinity, -Infinity, Infinity, NaN, NaN, NaN])
  })

  test('has the same bits on every back end', () =>
    fc.assert(
      fc.property(fc.array(float, { minLength: 1, maxLength: 50 }), (x) => {
        const [a, b, c] = backends.map((backend) => [...run(x, backend)])
        expect(b).toEqual(a)
        expect(c).toEqual(a)
      }),
    ))
})

describe('pow', () => {
  const run = (a: readonly number[], b: readonly number[], backend: (typeof backends)[number] = 'webassembly') =>
    populate(model('y = pow(x, b)'), { backend, count: a.length, state: { b } }).step(a)

  test('is near the power: the error grows with |b ln a|', () => {
    const a = Array.from({ length: 5000 }, (_, k) => Math.fround(1e-6 + k * 0.013))
    for (const exponent of [0.5, 0.75, 1, 2, -1.5]) {
      const y = run(
        a,
        a.map(() => exponent),
      )
      a.forEach((base, k) => {
        const exact = base ** exponent
        expect(Math.abs((y[k] as number) - exact) / exact).toBeLessThan((1 + Math.abs(exponent * Math.log(base))) * 2 ** -23)
      })
    }
  })

  test('at its ends', () => {
    expect([...run([0, 0, 0, -1, -1, 1, NaN], [2, 0, -1, 2, 0, 1e30, 1])]).toEqual([0, 1, Infinity, NaN, 1, 1, NaN])
  })

  test('has the same bits on every back end', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(float, float), { minLength: 1, maxLength: 50 }), (pairs) => {
        const [a, b, c] = backends.map((backend) => [
          ...run(
            pairs.map(([x]) => x),
            pairs.map(([, y]) => y),
            backend,
          ),
        ])
        expect(b).toEqual(a)
        expect(c).toEqual(a)
      }),
    ))
})
