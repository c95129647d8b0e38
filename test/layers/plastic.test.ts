/** Weights that a rule changes: the same on every way, within bounds, row by row. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conv2d, linear } from '../../operators/index.ts'
import type { Rule } from '../../src/layers/plastic/rule.ts'
import type { StdpKind } from '../../src/plasticity/stdp.ts'
import { defineRule } from '../../src/stream/rule.ts'
import { stdp } from '../../src/stream/learning-rules.ts'
import { type Shape, sizeOf, Tensor } from '../../src/tensor.ts'
import { drive } from '../plasticity/driver.ts'
import { bitsOf } from './run-node.ts'

const F = Math.fround
const RUNS = { seed: 20240607, numRuns: 20 }
/** What a step leaves of a value. */
const flushed = (value: number) => (Math.abs(value) < 2 ** -100 ? 0 : value)

/** Both sides of some steps: mostly silence, sometimes values that overflow. */
const activity = (pre: Shape, post: Shape, strange = false): fc.Arbitrary<readonly (readonly [Tensor, Tensor])[]> => {
  const value = strange ? fc.constantFrom(1, 1, 1, -2.5, 1e30, Infinity, NaN, 1e-40, -0) : fc.constantFrom(1, 1, 1, -2.5, 0.3)
  const side = (shape: Shape) =>
    fc.integer({ min: 0, max: 3 }).chain((active) =>
      fc
        .array(fc.oneof({ weight: 6 - 2 * active + 1, arbitrary: fc.constant(0) }, { weight: active, arbitrary: value }), {
          minLength: sizeOf(shape),
          maxLength: sizeOf(shape),
        })
        .map((values) => new Tensor(shape, Float32Array.from(values))),
    )
  return fc.array(fc.tuple(side(pre), side(post)), { minLength: 1, maxLength: 6 })
}
const weightsOf = (shape: Shape) =>
  fc
    .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values) => new Tensor(shape, Float32Array.from(values)))

const texts: Readonly<Record<string, string>> = {
  hebb: 'w = w + eta*pre*post',
  pair: 'a = a + dt*20*(pre - a); b = b + dt*20*(post - b); w = w + eta*(post*a) - eta*(b*pre)',
  gated: 'a = a + 0.1*(pre - a); w = w + eta*post*(a - w)',
  presynaptic: 'b = b + post; w = w - eta*pre*w*b',
  ratio: 'a = a + pre; w = w + eta*pre*post/(a + 1)',
  choice: 'w = (pre != 0 && post > 0) ? w + eta : w',
  product: 'a = a + pre*1e25; b = b + post*1e25; w = w + eta*pre*(a*b)*post',
  clipped: 'w = min(w + eta*pre*post, 0.7)',
  decay: 'w = w - dt*10*w',
  late: 'w = w + eta*a*post; w = w - eta*b*pre; a = pre; b = post',
  power: 'w = w + eta*pow(max(1 - w, 0), 0.5)*pre*post',
}
const traces = { a: 'pre', b: 'post' } as const
const params = { eta: 0.125 }
const made = new Map<string, Rule>()
const once = (name: string, make: () => Rule): Rule => {
  const rule = made.get(name) ?? make()
  made.set(name, rule)
  return rule
}
const ruleOf = (step: string): Rule => once(step, () => defineRule({ name: 'sparse', params, traces, step })())
/** The same, with something that every synapse must do in every step. */
const denseOf = (step: string): Rule =>
  once(`dense ${step}`, () =>
    defineRule({ name: 'dense', params, traces: { ...traces, all: 'synapse' }, step: `${step}\nall = pre + post` })(),
  )

describe.each(Object.entries(texts))('%s', (_, step) => {
  const sizes = fc.record({
    inputs: fc.integer({ min: 1, max: 9 }),
    outputs: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(33, 40)),
    rows: fc.constantFrom<readonly number[]>([], [1], [3], [2, 2]),
  })
  const cases = sizes.chain(({ inputs, outputs, rows }) =>
    fc.tuple(weightsOf([outputs, inputs]), activity([...rows, inputs], [...rows, outputs], true)),
  )

  test('leaves out only what changes nothing, to the bit', () =>
    fc.assert(
      fc.property(cases, ([weight, steps]) => {
        const [sparse, dense] = [drive(linear(weight), ruleOf(step)), drive(linear(weight), denseOf(step))]
        for (const [pre, post] of steps) {
          sparse.step(pre, post)
          dense.step(pre, post)
          expect(bitsOf(sparse.weight())).toEqual(bitsOf(dense.weight()))
          expect(bitsOf(sparse.trace('a'))).toEqual(bitsOf(dense.trace('a')))
        }
      }),
      RUNS,
    ))

  test('gives the same bits on every back end', () =>
    fc.assert(
      fc.property(cases, ([weight, steps]) => {
        const runs = (['webassembly', 'javascript', 'interpreter'] as const).map((backend) =>
          [ruleOf(step), denseOf(step)].map((rule) => drive(linear(weight), rule, { backend })),
        )
        for (const [pre, post] of steps) {
          for (const run of runs.flat()) run.step(pre, post)
          const [first, ...others] = runs.map(([sparse, dense]) => [
            bitsOf(sparse?.weight() as Float32Array),
            bitsOf(dense?.trace('all') as Tensor),
            bitsOf(dense?.trace('b') as Tensor),
          ])
          for (const other of others) expect(other).toEqual(first)
        }
      }),
      { ...RUNS, numRuns: 8 },
    ))
})

describe('stdp', () => {
  const kinds: readonly StdpKind[] = ['additive', 'additiveStep', 'multiplicativePow', 'multiplicativeRelu']
  const rule = (kind: StdpKind) =>
    stdp({ etaPlus: 2, etaMinus: 3, wMin: 0.25, wMax: 0.75, rule: kind, ...(kind === 'multiplicativePow' && { mu: 0.5 }) })

  test('keeps weights within their bounds, whatever spikes come', () =>
    fc.assert(
      fc.property(fc.constantFrom(...kinds), weightsOf([5, 4]), activity([2, 4], [2, 5]), (kind, weight, steps) => {
        const run = drive(linear(weight), rule(kind))
        for (const [pre, post] of steps) {
          run.step(pre, post)
          for (const w of run.weight()) expect(w >= 0.25 && w <= 0.75).toBe(true)
        }
      }),
      RUNS,
    ))

  test('changes nothing without spikes', () => {
    for (const kind of kinds) {
      const weight = new Tensor([3, 2], Float32Array.of(0.25, 0.3, 0.5, 0.6, 0.7, 0.75))
      const run = drive(linear(weight), rule(kind))
      for (let k = 0; k < 5; k++) run.step(new Tensor([2], new Float32Array(2)), new Tensor([3], new Float32Array(3)))
      expect([...run.weight()]).toEqual([...weight.data])
    }
  })

  test('of one row is the text, to the bit', () =>
    fc.assert(
      fc.property(weightsOf([5, 4]), activity([4], [5]), (weight, steps) => {
        const run = drive(linear(weight), stdp({ etaPlus: 0.5, etaMinus: 0.25 }))
        const w = weight.data.slice()
        const [tPre, tPost] = [new Float32Array(4), new Float32Array(5)]
        const rate = F(F(1e-3) * 20)
        for (const [pre, post] of steps) {
          run.step(pre, post, 1e-3)
          pre.data.forEach((z, i) => (tPre[i] = F(F((tPre[i] as number) - F(rate * (tPre[i] as number))) + z)))
          post.data.forEach((y, o) => (tPost[o] = F(F((tPost[o] as number) - F(rate * (tPost[o] as number))) + y)))
          w.forEach((old, k) => {
            const [o, i] = [Math.floor(k / 4), k % 4]
            const plus = F(0.5 * F((post.data[o] as number) * (tPre[i] as number)))
            const minus = F(0.25 * F((tPost[o] as number) * (pre.data[i] as number)))
            w[k] = Math.min(1, Math.max(0, F(F(old + plus) - minus)))
          })
          expect([...run.weight()]).toEqual([...w].map(flushed))
        }
      }),
      RUNS,
    ))

  test('of a batch adds what the rows say, in their order; their traces do not see one another', () =>
    fc.assert(
      fc.property(weightsOf([5, 4]), activity([3, 4], [3, 5]), (weight, steps) => {
        const run = drive(linear(weight), stdp({ etaPlus: 0.5, etaMinus: 0.25 }))
        const singles = [0, 1, 2].map(() => drive(linear(weight), stdp({ etaPlus: 0.5, etaMinus: 0.25 })))
        const w = weight.data.slice()
        for (const [pre, post] of steps) {
          run.step(pre, post)
          const sum = new Float32Array(20)
          for (const [row, single] of singles.entries()) {
            const [x, z] = [pre.data.subarray(4 * row, 4 * row + 4), post.data.subarray(5 * row, 5 * row + 5)]
            single.step(new Tensor([4], x.slice()), new Tensor([5], z.slice()))
            const [tPre, tPost] = [single.trace('pre').data, single.trace('post').data]
            expect([...run.trace('pre').data.subarray(4 * row, 4 * row + 4)]).toEqual([...tPre])
            expect([...run.trace('post').data.subarray(5 * row, 5 * row + 5)]).toEqual([...tPost])
            sum.forEach((old, k) => {
              const [o, i] = [Math.floor(k / 4), k % 4]
              const plus = F(0.5 * F((z[o] as number) * (tPre[i] as number)))
              sum[k] = old + F(plus - F(0.25 * F((tPost[o] as number) * (x[i] as number))))
            })
          }
          w.forEach((old, k) => (w[k] = Math.min(1, Math.max(0, F(old + (sum[k] as number))))))
          expect([...run.weight()]).toEqual([...w].map(flushed))
        }
      }),
      RUNS,
    ))
})

describe('conv2d', () => {
  const geometries = [
    { stride: 1, padding: 0, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 2 },
    { stride: 1, padding: 2, dilation: 2, groups: 1 },
  ]
  const [inChannels, outChannels, kernel, height, width] = [2, 6, 3, 5, 6]

  test.each(geometries)('adds what all places say: %j', (geometry) => {
    const { stride, padding, dilation, groups } = geometry
    const [outHeight, outWidth] = [height, width].map((n) => Math.floor((n + 2 * padding - dilation * 2 - 1) / stride) + 1) as [
      number,
      number,
    ]
    const shape = [outChannels, inChannels / groups, kernel, kernel]
    const perGroup = { inputs: inChannels / groups, outputs: outChannels / groups }
    fc.assert(
      fc.property(weightsOf(shape), activity([2, inChannels, height, width], [2, outChannels, outHeight, outWidth]), (weight, steps) => {
        const run = drive(conv2d(weight, geometry), stdp({ etaPlus: 0.5, etaMinus: 0.25 }))
        const javascript = drive(conv2d(weight, geometry), stdp({ etaPlus: 0.5, etaMinus: 0.25 }), { backend: 'javascript' })
        const w = weight.data.slice()
        for (const [pre, post] of steps) {
          run.step(pre, post)
          javascript.step(pre, post)
          const [tPre, tPost] = [run.trace('pre'), run.trace('post')]
          for (let k = 0; k < w.length; k++) {
            const [o, c, ky, kx] = [k / (perGroup.inputs * 9), (k / 9) % perGroup.inputs, (k / 3) % 3, k % 3].map(Math.floor) as [
              number,
              number,
              number,
              number,
            ]
            const channel = Math.floor(o / perGroup.outputs) * perGroup.inputs + c
            let sum = 0
            for (let row = 0; row < 2; row++) {
              for (let v = 0; v < outHeight; v++) {
                for (let u = 0; u < outWidth; u++) {
                  const [y, x] = [v * stride + ky * dilation - padding, u * stride + kx * dilation - padding]
                  if (y < 0 || y >= height || x < 0 || x >= width) continue
                  const plus = F(0.5 * F(post.at(row, o, v, u) * tPre.at(row, channel, y, x)))
                  sum = F(sum + F(plus - F(0.25 * F(tPost.at(row, o, v, u) * pre.at(row, channel, y, x)))))
                }
              }
            }
            w[k] = Math.min(1, Math.max(0, F((w[k] as number) + sum)))
          }
          expect([...run.weight()]).toEqual([...w].map(flushed))
          expect(bitsOf(javascript.weight())).toEqual(bitsOf(run.weight()))
        }
      }),
      { ...RUNS, numRuns: 4 },
    )
  })

  test('gives the same bits whatever strange values come', () =>
    fc.assert(
      fc.property(
        weightsOf([3, 2, 2, 2]),
        activity([2, 3, 3], [3, 2, 2], true),
        fc.constantFrom('pair', 'gated', 'product'),
        (weight, steps, name) => {
          const step = texts[name] as string
          const runs = [
            drive(conv2d(weight), ruleOf(step)),
            drive(conv2d(weight), ruleOf(step), { backend: 'javascript' }),
            drive(conv2d(weight), ruleOf(step), { backend: 'interpreter' }),
          ]
          for (const [pre, post] of steps) {
            for (const run of runs) run.step(pre, post)
            for (const run of runs) expect(bitsOf(run.weight())).toEqual(bitsOf(runs[0]?.weight() as Float32Array))
          }
        },
      ),
      { ...RUNS, numRuns: 10 },
    ))
})
