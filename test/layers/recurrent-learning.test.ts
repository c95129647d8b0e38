/** A loop whose synapse remembers, or learns. */

import * as fc from 'fast-check'
import { BehaviorSubject, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { delay, delayedLinear, lif, linear, plastic, probe, recurrent, sequential, tsodyksMarkram } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Snapshot } from '../../src/layers/options.ts'
import type { Rule } from '../../src/layers/plastic/rule.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { correlationSensor, stdp, threeFactor } from '../../src/stream/learning-rules.ts'
import { defineRule } from '../../src/stream/rule.ts'
import { ones, sameBits, type Shape, sizeOf, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { laws } from '../../src/testing/laws.ts'
import { backends } from '../kernel/equations/population.ts'

const F = Math.fround
const N = 3
/** Spikes in its own step at low thresholds: much activity. */
const eager = () => lif({ vTh: 0.1 }, { synapticDelay: 0 })

const spikes = (shape: Shape, steps: number): fc.Arbitrary<readonly Tensor[]> =>
  fc.array(
    fc
      .array(fc.constantFrom(0, 0, 0, 1, 2, -1), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
      .map((values) => new Tensor(shape, Float32Array.from(values))),
    { minLength: 1, maxLength: steps },
  )
const matrix = fc.array(fc.nat(64), { minLength: N * N, maxLength: N * N }).map(
  (values) =>
    new Tensor(
      [N, N],
      Float32Array.from(values, (value) => value / 64),
    ),
)

/** One subscription, looked at between its steps. */
function live<S, W>(layer: Layer<S, W>) {
  const input = new Subject<Tensor>()
  const probed = probe(layer)
  let failure: unknown
  let latest = zeros(1)
  input.pipe(probed).subscribe({
    next: (y) => (latest = y),
    error: (error: unknown) => (failure = error),
  })
  return {
    step: (x: Tensor): Tensor => {
      input.next(x)
      if (failure !== undefined) throw failure
      return latest
    },
    snapshot: () => probed.snapshot(),
  }
}

/** Synapses with a state, each as a loop of 3 neurons. */
const remembering: Readonly<Record<string, () => Layer>> = {
  delayedLinear: () => recurrent(eager(), delayedLinear(N, N, { delays: 0.003, bias: false })),
  'delay in a sequential': () => recurrent(eager(), sequential({ axon: delay({ steps: 2 }), w: linear(N, N, { bias: false }) })),
  'tsodyksMarkram in a sequential': () => recurrent(eager(), sequential({ stp: tsodyksMarkram(), w: linear(N, N, { bias: false }) })),
  'a loop in a loop': () => recurrent(eager(), recurrent(eager(), linear(N, N)), { delay: 2 }),
}

describe.each(Object.entries(remembering))('the synapse %s', (_, make) => {
  test.each(laws(make(), { shape: [N], min: 0, max: 2, dt: 1e-3, rest: false }))('$name', ({ property }) =>
    fc.assert(property, { numRuns: 6, seed: 5 }),
  )

  test('has its state beside that of the neuron', () => {
    expect(Object.keys(make().initialState([N]) as object)).toEqual(['neuron', 'past', 'synapse'])
  })

  test('starts every pure step from what it is given', () =>
    fc.assert(
      fc.property(spikes([N], 8), (inputs) => {
        const layer = make()
        const fresh = make().step(ones(N))
        let state: unknown
        for (const x of inputs) [, state] = layer.step(x, state as never)
        expect(sameBits(layer.step(ones(N))[0], fresh[0])).toBe(true)
        expect(layer.step(ones(N))[1]).toEqual(fresh[1])
      }),
      { numRuns: 10, seed: 5 },
    ))
})

test('a delay of the synapse is a longer loop', () =>
  fc.assert(
    fc.property(matrix, spikes([N], 12), (weight, inputs) => {
      const x = stack(inputs)
      const loop = recurrent(eager(), linear(weight), { delay: 4 }).sequence(x)[0]
      const lines = recurrent(eager(), sequential({ axon: delay({ steps: 3 }), w: linear(weight) })).sequence(x)[0]
      const synapses = recurrent(eager(), delayedLinear(weight, { delays: 0.003 })).sequence(x)[0]
      expect(sameBits(lines, loop) && sameBits(synapses, loop)).toBe(true)
    }),
    { numRuns: 30, seed: 5 },
  ))

test('rows of a batch are reset with what is on its way to them', () => {
  const resetRows = new Subject<Tensor>()
  const run = live(recurrent(eager(), delayedLinear(tensor([[1]]), { delays: 0.002 })).with({ resetRows }))
  run.step(tensor([[9], [9]]))
  resetRows.next(tensor([1, 0]))
  const came = Array.from({ length: 4 }, () => (run.step(zeros(2, 1)), [...run.snapshot().state.neuron.i]))
  expect(came.map(([reset]) => reset)).toEqual([0, 0, 0, 0])
  expect(Math.max(...came.map(([, kept]) => kept as number))).toBeGreaterThan(1)
})

describe.each(backends)('%s: correlationSensor on the loop', (backend) => {
  test.each([1, 2])('measures the old spikes against the new, with a delay of %d', (steps) =>
    fc.assert(
      fc.property(matrix, spikes([2, N], 12), (weight, inputs) => {
        const rule = correlationSensor({ etaP: 0.5, etaM: 0.25, tauCInv: 20, tauAcInv: 30 })
        const layer = recurrent(eager(), linear(weight), { delay: steps, rule }).with({ device: cpu({ backend }) })
        const run = live(layer)
        const plain = live(recurrent(eager(), linear(weight), { delay: steps }).with({ device: cpu({ backend }) }))
        const [postPre, correlation, anti] = [0, 1, 2].map(() => new Float32Array(2 * N * N)) as [Float32Array, Float32Array, Float32Array]
        const past = Array.from({ length: steps }, () => zeros(2, N))
        for (const x of inputs) {
          const [z, pre] = [run.step(x), past.shift() as Tensor]
          expect(sameBits(plain.step(x), z)).toBe(true)
          past.push(z)
          // [row, post, pre], as Norse's [row, pre, post] with the last two axes exchanged.
          for (let k = 0; k < postPre.length; k++) {
            const [row, o, i] = [Math.floor(k / N / N), Math.floor(k / N) % N, k % N]
            const [before, after] = [pre.at(row, i), z.at(row, o)]
            const [p, c, a] = [postPre[k], correlation[k], anti[k]] as [number, number, number]
            correlation[k] = c + (1 - p) * -1e-3 * 20 * c + 0.5 * before
            anti[k] = a + p * -1e-3 * 30 * a + 0.25 * after
            postPre[k] = p + after - before > 0 ? 1 : 0
          }
          const { traces } = run.snapshot().state
          expect(traces.postPre.shape).toEqual([2, N, N])
          expect([...traces.postPre]).toEqual([...postPre])
          traces.correlation.data.forEach((value, k) => expect(value).toBeCloseTo(correlation[k] as number, 5))
          traces.anti.data.forEach((value, k) => expect(value).toBeCloseTo(anti[k] as number, 5))
        }
        expect([...run.snapshot().weights.synapse.weight]).toEqual([...weight])
      }),
      { numRuns: 6, seed: 5 },
    ),
  )
})

/** The loop with stdp, neuron by neuron: the weights after each step. Rows add up in their order. */
function oracle(weight: Tensor, spikesOf: readonly Tensor[], rows: number, autapses = true): readonly Float32Array[] {
  const w = weight.data.map((value, k) => (!autapses && k % (N + 1) === 0 ? 0 : value))
  const [tPre, tPost] = [new Float32Array(rows * N), new Float32Array(rows * N)]
  const rate = F(F(1e-3) * 20)
  return spikesOf.map((z, step) => {
    const before = step === 0 ? new Float32Array(rows * N) : (spikesOf[step - 1] as Tensor).data
    before.forEach((spike, k) => (tPre[k] = F(F((tPre[k] as number) - F(rate * (tPre[k] as number))) + spike)))
    z.data.forEach((spike, k) => (tPost[k] = F(F((tPost[k] as number) - F(rate * (tPost[k] as number))) + spike)))
    const old = w.slice()
    const sum = new Float32Array(N * N)
    for (let row = 0; row < rows; row++) {
      sum.forEach((sofar, k) => {
        const [o, i] = [row * N + Math.floor(k / N), row * N + (k % N)]
        const plus = F(0.5 * F((z.data[o] as number) * (tPre[i] as number)))
        const minus = F(0.25 * F((tPost[o] as number) * (before[i] as number)))
        w[k] = F(F((old[k] as number) + plus) - minus)
        sum[k] = sofar + F(plus - minus)
      })
    }
    w.forEach((value, k) => {
      const next = rows === 1 ? value : F((old[k] as number) + (sum[k] as number))
      w[k] = !autapses && k % (N + 1) === 0 ? 0 : Math.min(1, Math.max(0, next))
    })
    return w.slice()
  })
}

describe('stdp on the loop', () => {
  const rule = () => stdp({ etaPlus: 0.5, etaMinus: 0.25 })

  test.each([true, false])('of one row is the text, to the bit, with autapses: %s', (autapses) =>
    fc.assert(
      fc.property(matrix, fc.constantFrom<Shape>([N], [1, N]), spikes([N], 16), (weight, shape, inputs) => {
        const run = live(recurrent(eager(), linear(weight), { rule: rule(), autapses }))
        const seen = inputs.map((x) => [run.step(new Tensor(shape, x.data)), run.snapshot().weights.synapse.weight.data] as const)
        const expected = oracle(
          weight,
          seen.map(([z]) => z),
          1,
          autapses,
        )
        expect(seen.map(([, w]) => [...w])).toEqual(expected.map((w) => [...w]))
      }),
      { numRuns: 40, seed: 5 },
    ),
  )

  test.each([true, false])('of a batch adds up, with autapses: %s', (autapses) =>
    fc.assert(
      fc.property(matrix, spikes([4, N], 12), (weight, inputs) => {
        const run = live(recurrent(eager(), linear(weight), { rule: rule(), autapses }))
        const seen = inputs.map((x) => [run.step(x), run.snapshot().weights.synapse.weight.data] as const)
        const expected = oracle(
          weight,
          seen.map(([z]) => z),
          4,
          autapses,
        )
        for (const [step, [, w]] of seen.entries()) {
          w.forEach((value, k) => expect(Math.abs(value - (expected[step]?.[k] as number))).toBeLessThan(1e-6))
        }
      }),
      { numRuns: 20, seed: 5 },
    ),
  )

  test('acts in the next step as given weights would', () =>
    fc.assert(
      fc.property(matrix, spikes([N], 12), (weight, inputs) => {
        const run = live(recurrent(eager(), linear(weight), { rule: rule(), autapses: false }))
        const weights = new BehaviorSubject({ synapse: { weight } })
        const told = live(recurrent(eager(), linear(weight), { autapses: false }).with({ weights }))
        for (const x of inputs) {
          expect(sameBits(run.step(x), told.step(x))).toBe(true)
          weights.next({ synapse: { weight: run.snapshot().weights.synapse.weight } })
        }
      }),
      { numRuns: 20, seed: 5 },
    ))

  const learning = (more: { readonly autapses?: boolean; readonly delay?: number }) =>
    recurrent(
      eager(),
      linear(
        tensor(
          Array.from({ length: N * N }, (_, k) => k / 9),
          [N, N],
        ),
      ),
      { rule: rule(), ...more },
    )
  test.each(laws(learning({}), { shape: [N], plastic: true, min: 0, max: 2, rest: false }))('$name', ({ property }) =>
    fc.assert(property, { numRuns: 8, seed: 5 }),
  )
  test.each(laws(learning({ autapses: false, delay: 2 }), { shape: [N], plastic: true, min: 0, max: 2, rest: false }))(
    'without autapses: $name',
    ({ property }) => fc.assert(property, { numRuns: 8, seed: 5 }),
  )

  test('a pure step forgets what it learned', () => {
    const layer = learning({ autapses: false })
    const before = [...layer.weights.synapse.weight]
    const x = stack(Array.from({ length: 10 }, () => ones(N)))
    const first = layer.sequence(x)
    const second = layer.sequence(x)
    expect(sameBits(first[0], second[0])).toBe(true)
    expect(second[1]).toEqual(first[1])
    expect([...layer.weights.synapse.weight]).toEqual(before)
  })
})

describe('weights that come from elsewhere while it learns', () => {
  /** Weights beyond what synapses may be left out with, which only a look at all of them finds. */
  const rule = (): Rule => stdp({ etaPlus: 0.5, etaMinus: 0.25, wMin: 0.25, wMax: 0.75 })
  const far = tensor([
    [0, 9, -9],
    [9, 0, 9],
    [-9, 9, 0],
  ])
  const clipped = [0, 0.75, 0.25, 0.75, 0, 0.75, 0.25, 0.75, 0]

  test('by restore are brought within bounds in the next step, silent synapses too', () => {
    const restore = new Subject<Snapshot<never, never>>()
    const layer = recurrent(eager(), linear(N, N, { bias: false }), { rule: rule(), autapses: false })
    const run = live(layer.with({ restore } as never))
    run.step(ones(N))
    run.step(zeros(N))
    const { state } = run.snapshot()
    restore.next({ state: layer.initialState([N]), weights: { synapse: { weight: far } } } as never)
    run.step(zeros(N))
    expect([...(run.snapshot().weights as typeof layer.weights).synapse.weight]).toEqual(clipped)
    expect(state).toHaveProperty('traces')
  })

  test('by a stream likewise', () => {
    const weights = new BehaviorSubject(zeros(N, N))
    const run = live(recurrent(eager(), linear(weights), { rule: rule(), autapses: false }))
    run.step(zeros(N))
    run.step(zeros(N))
    weights.next(far)
    run.step(zeros(N))
    expect([...run.snapshot().weights.synapse.weight]).toEqual(clipped)
  })

  test('by the option of the network', () => {
    const layer = recurrent(eager(), linear(N, N, { bias: false }), { rule: rule(), autapses: false })
    const run = live(layer.with({ weights: { synapse: { weight: far } } }))
    run.step(zeros(N))
    expect([...run.snapshot().weights.synapse.weight]).toEqual(clipped)
  })
})

describe('streams of the rule', () => {
  const told = defineRule({ name: 'told', params: { eta: 1 }, traces: {}, step: 'w = w + eta*modulator' })

  test('reach the loop, and not its diagonal', () => {
    const [eta, modulator] = [new BehaviorSubject(2), new Subject<number>()]
    const run = live(recurrent(lif(), linear(zeros(2, 2)), { rule: told({ eta }, { modulator }), autapses: false }))
    const after = () => (run.step(zeros(2)), [...run.snapshot().weights.synapse.weight])
    modulator.next(1)
    expect(after()).toEqual([0, 2, 2, 0])
    eta.next(10)
    modulator.next(0.5)
    expect(after()).toEqual([0, 7, 7, 0])
    expect(after()).toEqual([0, 7, 7, 0])
  })

  test.each<[string, (bad: Subject<number>) => Rule, RegExp]>([
    ['a modulator', (modulator) => threeFactor({ modulator }), /^recurrent\.synapse\.modulator: NaN is not a finite number/],
    ['a parameter', (etaPlus) => stdp({ etaPlus }), /recurrent\.synapse\.rule\.etaPlus: NaN is not a finite float32 number/],
  ])('%s that is NaN is named by its path', (_, make, message) => {
    const bad = new Subject<number>()
    const run = live(recurrent(lif(), linear(2, 2), { rule: make(bad) }))
    run.step(zeros(2))
    bad.next(Number.NaN)
    expect(() => run.step(zeros(2))).toThrow(message)
  })

  test('a network names the loop in their paths', () => {
    const etaPlus = new Subject<number>()
    const run = live(sequential({ in: linear(2, 2), cells: recurrent(lif(), linear(2, 2), { rule: stdp({ etaPlus }) }) }))
    run.step(zeros(2))
    etaPlus.next(Number.NaN)
    expect(() => run.step(zeros(2))).toThrow(/cells\.synapse\.rule\.etaPlus: NaN/)
  })

  test('a loop inside plastic keeps the two rules apart', () => {
    const layer = plastic(linear(tensor([[1]])), recurrent(eager(), linear(tensor([[0.5]])), { rule: stdp() }), stdp({ etaPlus: 0.25 }))
    const run = live(layer)
    run.step(tensor([9]))
    run.step(tensor([9]))
    const { state, weights } = run.snapshot()
    expect([...state.traces.pre]).not.toEqual([...state.neuron.traces.pre])
    expect(Object.keys(weights)).toEqual(['weight', 'neuron'])
  })
})

test.each<[string, () => unknown, RegExp]>([
  [
    'a synapse of another kind',
    () => delayedLinear(2, 2, { delays: 0 }),
    /recurrent: a rule changes the weights of linear or conv2d, not of delayedLinear/,
  ],
  ['a network', () => sequential({ a: linear(2, 2) }), /recurrent: a rule changes the weights of linear or conv2d, not of sequential/],
])('%s cannot learn', (_, synapse, message) =>
  expect(() => recurrent(lif(), synapse() as ReturnType<typeof linear>, { rule: stdp() })).toThrow(message),
)

test('what is no rule is refused', () =>
  expect(() => recurrent(lif(), linear(2, 2), { rule: 'stdp' as never })).toThrow(/recurrent: rule: expected a learning rule.*got stdp/))
