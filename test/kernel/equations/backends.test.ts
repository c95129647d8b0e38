import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backends, populate } from './population.ts'
import { definition, run, type Run } from './programs.ts'
import type { AnyDefinition } from '../../../src/kernel/equations/definition.ts'
import type { Backend } from '../../../src/kernel/arena.ts'

/** All that a run leaves, as numbers: `toEqual` tells 0 from -0 and takes NaN for NaN. */
function trace(model: AnyDefinition, { count, synapticDelay, dt, seed, params, state, inputs }: Run, backend: Backend): readonly unknown[] {
  const population = populate(model, { backend, count, synapticDelay, dt, seed, params, state })
  return inputs.map((x) => [[...population.step(x)], [...population.state('a')], [...population.state('b')]])
}

const TINY = 2 ** -100
const small = (model: Pick<AnyDefinition, 'step'> & Partial<AnyDefinition>): AnyDefinition => ({
  name: 'small',
  params: { p: 0, q: 0 },
  state: { a: 0, b: 0 },
  output: 'a',
  ...model,
})

describe('back ends', () => {
  test(
    'give the same bits for any equations and any numbers',
    () =>
      fc.assert(
        fc.property(definition, run, (model, numbers) => {
          const expected = trace(model, numbers, 'interpreter')
          expect(trace(model, numbers, 'javascript')).toEqual(expected)
          expect(trace(model, numbers, 'webassembly')).toEqual(expected)
        }),
        { numRuns: 1000 },
      ),
    120_000,
  )

  test('leave nothing tiny in the state or the output', () =>
    fc.assert(
      fc.property(definition, run, (model, numbers) => {
        for (const value of trace(model, numbers, 'interpreter').flat(3) as number[]) {
          expect(Object.is(value, -0) || (value !== 0 && Math.abs(value) < TINY)).toBe(false)
        }
      }),
      { numRuns: 300 },
    ))
})

describe.each(backends)('%s', (backend) => {
  test('reads every state variable before it writes any', () => {
    const swap = populate(small({ step: 't = a; a = b; b = t' }), { backend, count: 3, state: { a: [1, 2, 3], b: [4, 5, 6] } })
    expect([...swap.step(0)]).toEqual([4, 5, 6])
    expect([...swap.state('b')]).toEqual([1, 2, 3])
  })

  test.each([
    ['-2*3 + 10/4', -3.5],
    ['2 - 3 - 4', -5],
    ['24/4/3*2', 4],
    ['1 + 2 < 4 == 1', undefined],
    ['(1 + 2 < 4) == 1', 1],
    ['0 ? 1 : 1 ? 2 : 3', 2],
    ['1 ? 0 ? 1 : 2 : 3', 2],
    ['1 || 0 && 0', 1],
    ['!3 + !0', 1],
    ['0/0 ? 1 : 2', 2],
    ['-0 ? 1 : 2', 2],
    ['1e-45 ? 1 : 2', 1],
    ['!(0/0)', 1],
    ['2 && 3', 1],
    ['0 || 5', 1],
    ['max(-0, 0) == 0', 1],
    ['min(1, 0/0) != min(1, 0/0)', 1],
    ['spike(0) + spike(1e-40) + spike(-1) + spike(0/0)', 1],
    ['exp(0) + abs(-2) + sqrt(9)', 6],
    ['0.1 + 0.2', Math.fround(Math.fround(0.1) + Math.fround(0.2))],
  ])('%s', (text, expected) => {
    // Behind x, which is 0, so that nothing is known before the run.
    for (const hidden of [text, text.replaceAll(/(?<![\w.-])(\d[\d.]*(?:e-\d+)?)/g, '($1 + x)')]) {
      const model = small({ step: `t = 0 + x\na = ${hidden}` })
      if (expected === undefined) expect(() => populate(model, { backend, count: 1 })).toThrow('comparisons do not chain')
      else expect(populate(model, { backend, count: 1 }).step(0)[0]).toBe(expected)
    }
  })

  test('a choice keeps the sign of zero', () => {
    for (const [text, expected] of [
      ['1/(x > 1 ? 1 : -0)', -Infinity],
      ['1/(x < 1 ? -0 : 1)', -Infinity],
      ['1/(x > 1 ? 1 : 0)', Infinity],
    ] as const) {
      expect(populate(small({ step: `a = ${text}` }), { backend, count: 1 }).step(0)[0]).toBe(expected)
    }
  })

  test('values that many others are made of are computed once, chains of any length work', () => {
    const doubling = Array.from({ length: 60 }, () => 't = t*0.5 + t*0.5').join('\n')
    const sum = Array.from({ length: 500 }, () => 'x').join(' + ')
    expect(populate(small({ step: `t = x\n${doubling}\na = t` }), { backend, count: 1 }).step(3)[0]).toBe(3)
    expect(populate(small({ step: `a = ${sum}` }), { backend, count: 1 }).step(2)[0]).toBe(1000)
    const choices = Array.from({ length: 60 }, () => 't = t > 0.5 ? t : (t < 0 ? t : 0)').join('\n')
    expect(populate(small({ step: `t = x > 1\n${choices}\na = t` }), { backend, count: 1 }).step(2)[0]).toBe(1)
  })

  test('the output is what the equations gave, before a delayed input', () => {
    const sum = populate(small({ step: 'a = a*2', input: 'a' }), { backend, count: 1 })
    expect([3, 5, 7].map((x) => sum.step(x)[0])).toEqual([0, 6, 22])
    expect(sum.state('a')[0]).toBe(29)
  })

  test('x may be read besides being an input, and is the same with both delays', () => {
    for (const synapticDelay of [0, 1] as const) {
      const model = populate(small({ step: 't = x*10', input: 'a', output: 't' }), { backend, count: 2, synapticDelay })
      expect([...model.step([1, 2])]).toEqual([10, 20])
      expect([...model.state('a')]).toEqual([1, 2])
    }
  })
})
