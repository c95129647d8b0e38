/** The laws tell a broken layer from a sound one, and with a counterexample that can be read. */

import * as fc from 'fast-check'
import { map, type Observable } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { defineNeuron, type Layer, Tensor } from 'rxspike'
import { lif, linear } from 'rxspike/operators'
import { type Law, laws, type LawOptions } from 'rxspike/testing'
import { asCell, type Inside, insideOf } from '../../src/layers/cell.ts'
import { type Fault, leakySum } from './broken.ts'

const RUNS = { seed: 7, numRuns: 20 }

interface Failure {
  readonly law: string
  readonly counterexample: string
  readonly because: string
}

/** The laws that a layer breaks, and how they say it. */
function broken(layer: Layer, options: Partial<LawOptions> = {}): readonly Failure[] {
  return laws(layer, { shape: [2], ...options }).flatMap(({ name, property }) => {
    const { failed, counterexample, errorInstance } = fc.check(property, RUNS) as fc.RunDetails<[unknown]>
    return failed
      ? [{ law: name, counterexample: fc.stringify(counterexample?.[0]), because: String((errorInstance as Error).message) }]
      : []
  })
}

const names = (failures: readonly Failure[]) => failures.map(({ law }) => law)

test('a sound layer keeps all laws', () => {
  expect(broken(leakySum())).toEqual([])
  expect(broken(leakySum({ weighted: true }))).toEqual([])
  expect(broken(leakySum(), { dt: 1e-4, min: 0, max: 1, maxLength: 3, rest: false, plastic: true })).toEqual([])
})

/** One law for each fault, or more where it shows in several ways. */
const faults: Readonly<Record<string, readonly [fault: Fault, laws: readonly string[]]>> = {
  'state that subscriptions share': [{ shared: true }, ['two subscriptions share nothing']],
  'a step that writes its input': [{ then: ({ x }) => x.fill(0) }, ['leaves its inputs as they are']],
  'rows that see one another': [
    { then: ({ v, y }) => y.set([...v].map((value, k) => (k > 1 ? value + (v[0] as number) : value))) },
    ['rows of a batch do not see one another', 'a row is reset without the others'],
  ],
  'state that a snapshot forgets': [
    {
      slots: ({ write, ...slot }, v) => ({
        v: { ...slot, write: (data) => write(data.map((value, k) => (k === 1 ? (v()[k] as number) : value))) },
      }),
    },
    [
      'steps, sequence and stream agree',
      'a snapshot goes on as the original',
      'after a reset it runs as new',
      'a row is reset without the others',
    ],
  ],
  'a reset that leaves something': [
    {
      slots: ({ write, ...slot }) => ({ v: { ...slot, write: (data) => (data.every((value) => value === 0) ? undefined : write(data)) } }),
    },
    [
      'steps, sequence and stream agree',
      'a snapshot goes on as the original',
      'after a reset it runs as new',
      'a row is reset without the others',
    ],
  ],
  'rows that cannot be reset': [{ slots: ({ batchAxis: _, ...slot }) => ({ v: slot }) }, ['a row is reset without the others']],
  'back ends that round differently': [
    { then: ({ y, backend }) => backend === 'javascript' && y.set(y.map((value) => value * (1 + 2 ** -23))) },
    ['all back ends give the same bits'],
  ],
  'state that explodes': [{ then: ({ v }) => v.set(v.map((value) => value * 3)) }, ['silence brings it to rest']],
  'state that counts for ever': [{ then: ({ v }) => v.set(v.map((value) => 2 * value + 1)) }, ['silence brings it to rest']],
  'a weight that wanders': [
    { weighted: true, then: ({ weight }) => weight.set([(weight[0] as number) + 1]) },
    ['running leaves its weights as they are'],
  ],
  'an output that looks at the time of day': [
    { then: ({ y, t = 0 }) => y.set(y.map((value) => value + t)) },
    ['steps, sequence and stream agree'],
  ],
  'a shape that was not promised': [{ promise: (size) => size + 1 }, ['each input gives one fitting output']],
}

describe('a law is broken by', () => {
  test.each(Object.entries(faults))('%s', (_, [fault, expected]) => {
    expect(names(broken(leakySum(fault)))).toEqual(expected)
  })

  test('an output that is used again', () => {
    const sound = leakySum()
    const reused = new Tensor([2], new Float32Array(2))
    const reuse = map((y: Tensor) => {
      reused.data.set(y.data)
      return reused
    })
    const { node, options } = insideOf(sound) as Inside
    const layer = asCell((source: Observable<Tensor>) => source.pipe(sound, reuse), node, options) as unknown as Layer
    Object.defineProperty(layer, 'with', { value: () => layer })
    const law = laws(layer, { shape: [2] }).find(({ name }) => name === 'what it emitted never changes') as Law
    expect(() => fc.assert(law.property, RUNS)).toThrow(/Property failed/)
  })
})

describe('a counterexample', () => {
  const one = '{"inputs":[tensor([0, 1], t=1000, dt=0.001)]}'
  test.each([
    [
      'state that subscriptions share',
      '{"first":[tensor([0, 1], t=1000, dt=0.001),tensor([0, 0], t=2000, dt=0.001)],"second":[tensor([0, 0], t=1000, dt=0.001)]}',
      'step 1: tensor([0, 0]) from the first of two subscriptions in turns, tensor([0, 0.5]) from one alone',
    ],
    [
      'rows that see one another',
      '{"inputs":[tensor([[1, 0], [0, 0], [0, 0]], t=1000, dt=0.001)]}',
      'step 0: tensor([1, 1]) in row 1 of 3, tensor([0, 0]) alone',
    ],
    ['back ends that round differently', one, 'step 0: tensor([0, 1.0000001]) in javascript, tensor([0, 1]) in interpreter'],
    ['state that explodes', one, 'v: element 1 is Infinity after 217 silent steps; a rate above 1 / dt makes each step overshoot'],
    ['a reset that leaves something', one, 'step 0: tensor([0, 1.5]) from the same step and state once more, tensor([0, 1]) before'],
  ])('of %s is short, and says why', (name, counterexample, because) => {
    const [fault] = faults[name] as (typeof faults)[string]
    expect(broken(leakySum(fault))[0]).toMatchObject({ counterexample, because })
  })
})

describe('what a user may get wrong', () => {
  const model = (step: string, state: { readonly v: 0; readonly u: 0 } = { v: 0, u: 0 }) =>
    defineNeuron({ name: 'mine', params: { omega: 60, damping: 10, vTh: 1 }, state, input: 'v', step, output: 'v' })()

  test.each([
    [
      'a damping of the wrong sign',
      'v = v + dt*(omega*u + damping*v); u = u - dt*(omega*v - damping*u)',
      /^v: .* over 4\.62 .* over 19\.8/,
    ],
    ['a spike without a reset', 'z = spike(v - vTh); u = u + z', /^u: element 1 moves over 127 in 128 silent steps, and over 127 /],
    ['a rate that is too large for dt', 'v = v - dt*2500*v', /^v: element 1 is Infinity after \d+ silent steps; a rate above 1 \/ dt/],
  ])('%s', (_, step, because) => {
    const failures = broken(model(step))
    expect(names(failures)).toEqual(['silence brings it to rest'])
    expect(failures[0]?.because).toMatch(because)
    expect(names(broken(model(step), { rest: false, maxLength: 3 }))).toEqual(step.includes('2500') ? ['it stays finite in silence'] : [])
  })
})

describe('laws', () => {
  test('say what they are for', () => {
    expect(() => laws((() => undefined) as unknown as Layer, { shape: [2] })).toThrow(/laws: expected a layer of rxspike, got/)
    expect(() => laws(lif(), { shape: [-1] })).toThrow(/laws: shape \[-1\] is not a list of non-negative integers/)
    expect(() => laws(linear(3, 4), { shape: [2] })).toThrow(/linear: expected a tensor of shape \[\.\.\., 3\], got \[2\]/)
    expect(() => laws(lif(), { shape: [2], maxLength: 0 })).toThrow(/laws: maxLength is 0/)
    expect(() => laws(lif(), { shape: [2], dt: 0 })).toThrow(/laws: dt 0/)
    expect(() => laws(lif(), { shape: [2], min: 2, max: 1 })).toThrow(/min 2, max 1: two finite numbers/)
  })
})
