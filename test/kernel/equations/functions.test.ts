import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { drawKey } from '../../../src/kernel/equations/draw.ts'
import { exp32 } from '../../../src/kernel/equations/exp.ts'
import { compileModel } from '../../../src/kernel/equations/model.ts'
import { randomKey, randomUniform } from '../../../src/random.ts'
import { lif } from '../../../src/neurons/lif.ts'
import { backends, populate } from './population.ts'
import { float } from './programs.ts'

/** One unit in the last place of the float32 nearest to a positive number. */
const ulp = (value: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(value))) - 23)
const bits = new Float32Array(1)
const words = new Uint32Array(bits.buffer)
const nextUp = (value: number, steps: number) => {
  bits[0] = value
  words[0] = (words[0] as number) + steps
  return bits[0] as number
}

describe('exp', () => {
  test('is within 1 ulp', () => {
    let worst = 0
    for (let x = -87.3365; x < 88.722; x += 0.00137) {
      const value = Math.fround(x)
      worst = Math.max(worst, Math.abs(exp32(value) - Math.exp(value)) / ulp(Math.exp(value)))
    }
    expect(worst).toBeLessThan(1)
  })

  test('at its ends', () => {
    const [high, low] = [Math.fround(88.72283172607422), Math.fround(-87.33654022216797)]
    expect([0, -0, Infinity, -Infinity, NaN, 1000, -1000].map(exp32)).toEqual([1, 1, Infinity, 0, NaN, Infinity, 0])
    expect([exp32(high), exp32(nextUp(high, 1))]).toEqual([expect.toSatisfy((y: number) => y > 3.4e38 && y < 3.41e38), Infinity])
    expect([exp32(low), exp32(nextUp(low, 1))]).toEqual([expect.toSatisfy((y: number) => y >= 2 ** -126), 0])
  })

  test('has the same bits on every back end', () => {
    const model = { name: 'exp', params: {}, state: { large: 0 }, step: 'large = exp(x)*1e25; y = exp(x)', output: 'y' }
    const run = (x: readonly number[]) =>
      backends.map((backend) => {
        const population = populate(model, { backend, count: x.length })
        return [[...population.step(x)], [...population.state('large')]]
      })
    const same = (x: readonly number[]) => {
      const [a, b, c] = run(x)
      expect(b).toEqual(a)
      expect(c).toEqual(a)
    }
    same(Array.from({ length: 20_000 }, (_, k) => Math.fround(-90 + k * 0.009)))
    fc.assert(fc.property(fc.array(float, { minLength: 1, maxLength: 100 }), same))
  })
})

describe.each(backends)('random numbers, %s', (backend) => {
  const count = backend === 'webassembly' ? 2 ** 18 : 2 ** 14
  const model = { name: 'noise', params: {}, state: { u: 0, w: 0 }, step: 'u = uniform(); w = uniform(); z = normal()', output: 'z' }
  /** Sums of n values with this standard deviation stay within 4.5 of theirs. */
  const within = (sum: number, deviation: number) => expect(Math.abs(sum)).toBeLessThan(4.5 * deviation * Math.sqrt(count))

  test('have the moments that they should', () => {
    const population = populate(model, { backend, count, seed: 3 })
    for (let k = 0; k < 3; k++) {
      const z = population.step(0)
      const u = population.state('u').map((value) => value - 0.5)
      const w = population.state('w').map((value) => value - 0.5)
      const sum = (values: Float32Array, f: (value: number, k: number) => number) =>
        values.reduce((total, value, n) => total + f(value, n), 0)
      within(
        sum(z, (value) => value),
        1,
      )
      within(
        sum(z, (value) => value ** 2 - 1),
        Math.sqrt(2),
      )
      within(
        sum(z, (value) => value ** 3),
        Math.sqrt(15),
      )
      within(
        sum(z, (value) => value ** 4 - 3),
        Math.sqrt(96),
      )
      within(
        sum(u, (value) => value),
        Math.sqrt(1 / 12),
      )
      within(
        sum(u, (value) => value ** 2 - 1 / 12),
        Math.sqrt(1 / 180),
      )
      within(
        sum(u, (value, n) => value * (w[n] as number)),
        1 / 12,
      )
      within(
        sum(u, (value, n) => value * (u[n + 1] ?? 0)),
        1 / 12,
      )
      within(
        sum(z, (value, n) => value * (z[n + 1] ?? 0)),
        1,
      )
      expect(u.every((value) => value >= -0.5 && value < 0.5)).toBe(true)
    }
  })

  test('are those of random.ts, element by element; a normal one is right to 1e-6', () => {
    const population = populate(model, { backend, count: 1000, seed: 11 })
    for (let step = 0; step < 3; step++) {
      const z = population.step(0)
      const key = randomKey(11, step)
      const draw = (number: number, element: number) => randomUniform(drawKey(key, number), element)
      expect([...population.state('u')]).toEqual(Array.from({ length: 1000 }, (_, k) => randomUniform(key, k)))
      expect([...population.state('w')]).toEqual(Array.from({ length: 1000 }, (_, k) => draw(1, k)))
      z.forEach((value, k) => {
        const exact = Math.sqrt(-2 * Math.log(draw(2, k) + 2 ** -24)) * Math.cos(2 * Math.PI * draw(3, k))
        expect(Math.abs(value - exact)).toBeLessThan(1e-6)
      })
    }
  })

  test('of a neuron do not depend on how many others there are, and repeat', () => {
    const [few, many, again] = [7, 40, 7].map((n) => populate(model, { backend, count: n, seed: 5 }))
    for (let k = 0; k < 4; k++) {
      const z = [...(few?.step(0) ?? [])]
      expect([...(many?.step(0) ?? [])].slice(0, 7)).toEqual(z)
      expect([...(again?.step(0) ?? [])]).toEqual(z)
      expect(new Set(z).size).toBe(7)
    }
  })
})

describe('compileModel', () => {
  test('gives one model for one definition, one kernel for one variant', () => {
    const model = compileModel(lif)
    expect(compileModel(lif)).toBe(model)
    expect(model.kernel({ arrays: ['vTh', 'vReset'], synapticDelay: 1 })).toBe(
      model.kernel({ arrays: ['vReset', 'vTh'], synapticDelay: 1 }),
    )
    const keys = [
      model.kernel({ arrays: [], synapticDelay: 1 }),
      model.kernel({ arrays: [], synapticDelay: 0 }),
      model.kernel({ arrays: ['vTh'], synapticDelay: 1 }),
      compileModel({ ...lif, step: `${lif.step} ` }).kernel({ arrays: [], synapticDelay: 1 }),
    ].map(({ key }) => key)
    expect(new Set(keys).size).toBe(4)
    expect(compileModel({ ...lif }).kernel({ arrays: [], synapticDelay: 1 }).key).toBe(keys[0])
  })

  test('describes the model, and keeps it when the definition is changed', () => {
    const definition = {
      name: 'own',
      params: { p: 1 },
      state: { v: 'p', w: 2 },
      input: 'v',
      step: 'w = w + normal()',
      output: 'w',
    } as const
    const mutable: { params: { p: number } } = definition
    const model = compileModel(definition)
    mutable.params.p = 9
    expect(model).toMatchObject({
      name: 'own',
      params: ['p'],
      defaults: { p: 1 },
      state: ['v', 'w'],
      initial: { v: 'p', w: 2 },
      input: 'v',
      output: 'w',
      random: true,
    })
    expect(compileModel(lif).random).toBe(false)
  })

  test('interprets where a policy forbids code generation', () => {
    vi.stubGlobal(
      'Function',
      class {
        constructor() {
          throw new EvalError('Code generation from strings disallowed for this context')
        }
      },
    )
    try {
      const population = populate({ ...lif, name: 'forbidden' }, { backend: 'javascript', count: 3, synapticDelay: 0 })
      expect(Array.from({ length: 9 }, () => population.step(1)[2])).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 1])
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

test('a quiet neuron comes to rest at exactly 0', () => {
  for (const backend of backends) {
    const population = populate(lif, { backend, count: 9, state: { v: 0.9, i: 1e-3 } })
    for (let k = 0; k < 2000; k++) population.step(0)
    expect([...population.state('v'), ...population.state('i')]).toEqual(Array<number>(18).fill(0))
  }
})
