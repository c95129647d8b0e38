/** Random models with random numbers, from a grammar that reaches every part of the language. */

import * as fc from 'fast-check'
import type { AnyDefinition } from '../../../src/kernel/equations/definition.ts'

/** Every float32 by its bits, and often those where arithmetic is odd. */
export const float: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 2, arbitrary: fc.float() },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        0,
        -0,
        1,
        -1,
        0.5,
        NaN,
        Infinity,
        -Infinity,
        2 ** -149,
        -(2 ** -149),
        2 ** -126,
        2 ** -100,
        -(2 ** -101),
        88.7228,
        -87.3366,
        1e38,
        2 ** 24,
      )
      .map(Math.fround),
  },
)

const literal = fc.oneof(fc.constantFrom('0', '1', '2', '.5', '1e-3', '0.1', '1e-40', '3E38', '100.'), fc.nat(1000).map(String))
const name = fc.constantFrom('p', 'q', 'a', 'b', 't', 'x', 'dt')
const binary = fc.constantFrom('+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!=', '&&', '||')

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    name,
    literal,
    fc.tuple(tie('expression'), binary, tie('expression')).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/'), tie('expression'), tie('expression'))
      .map(([operator, a, b]) => `(${a} ${operator} ${b})`),
    fc.tuple(fc.constantFrom('-', '!'), tie('expression')).map(([operator, a]) => `${operator}${a}`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(fc.constantFrom('exp', 'abs', 'sqrt', 'spike', 'detach'), tie('expression')).map(([f, a]) => `${f}(${a})`),
    fc.tuple(fc.constantFrom('min', 'max'), tie('expression'), tie('expression')).map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.constantFrom('uniform()', 'normal()'),
  ),
}))

const assignment = fc.tuple(fc.constantFrom('a', 'b', 't'), expression).map(([target, value]) => `${target} = ${value}`)

/** Parameters p and q, state a and b, a temporary t. */
export const definition: fc.Arbitrary<AnyDefinition> = fc.record(
  {
    name: fc.constant('random'),
    params: fc.constant({ p: 0, q: 0 }),
    state: fc.constant({ a: 0, b: 0 }),
    input: fc.constantFrom('a', 'b'),
    step: fc
      .tuple(expression, fc.array(assignment, { minLength: 1, maxLength: 6 }))
      .map(([first, rest]) => [`t = 0*x + p`, `t = ${first.replaceAll(/\bt\b/g, 'a')}`, ...rest].join('\n')),
    output: fc.constantFrom('a', 'b', 't'),
  },
  { requiredKeys: ['name', 'params', 'state', 'step', 'output'] },
)

export interface Run {
  readonly count: number
  readonly synapticDelay: 0 | 1
  readonly dt: number
  readonly seed: number
  readonly params: { readonly p: number | readonly number[]; readonly q: number | readonly number[] }
  readonly state: { readonly a: readonly number[]; readonly b: readonly number[] }
  readonly inputs: readonly (readonly number[])[]
}

/** Numbers for a few steps of 1 to 40 neurons: tails of every length. */
export const run: fc.Arbitrary<Run> = fc.integer({ min: 1, max: 40 }).chain((count) => {
  const row = fc.array(float, { minLength: count, maxLength: count })
  return fc.record({
    count: fc.constant(count),
    synapticDelay: fc.constantFrom(0 as const, 1 as const),
    dt: fc.oneof(fc.constant(1e-3), float),
    seed: fc.maxSafeInteger(),
    params: fc.record({ p: fc.oneof(float, row), q: fc.oneof(float, row) }),
    state: fc.record({ a: row, b: row }),
    inputs: fc.array(row, { minLength: 1, maxLength: 4 }),
  })
})
