/** Learning in a stream: modulators, resets, snapshots, steps without a stream, and what is refused. */

import { BehaviorSubject, from, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { conv2d, flatten, lif, linear, plastic, probe, recurrent, sequential } from '../../operators/index.ts'
import { learnable } from '../../src/layers/learnable.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { correlationSensor, stdp, threeFactor } from '../../src/stream/learning-rules.ts'
import { defineRule } from '../../src/stream/rule.ts'
import { full, ones, sameBits, tensor, Tensor, zeros } from '../../src/tensor.ts'
import { drive } from './driver.ts'

const hebb = defineRule({ name: 'hebb', params: { eta: 0.25 }, traces: {}, step: 'w = w + eta*pre*post' })
/** Weight changes by what the modulator says, at every synapse. */
const told = defineRule({ name: 'told', params: {}, traces: {}, step: 'w = w + modulator*pre' })

describe('a modulator', () => {
  test('adds up between two steps, acts once, and is gone', () => {
    const modulator = new Subject<number | Tensor>()
    const run = drive(linear(tensor([[0]])), told({}, { modulator }))
    const step = () => {
      run.step(ones(1), zeros(1))
      return run.weight()[0]
    }
    modulator.next(1)
    modulator.next(0.5)
    expect(step()).toBe(1.5)
    expect(step()).toBe(1.5)
    modulator.next(-1)
    modulator.next(tensor([0.25]))
    expect(step()).toBe(0.75)
    expect(step()).toBe(0.75)
  })

  test('is a number for all rows of a batch, or one for each', () => {
    const modulator = new Subject<number | Tensor>()
    const run = drive(linear(tensor([[0, 0]])), told({}, { modulator }))
    modulator.next(tensor([1, 10]))
    modulator.next(100)
    run.step(
      tensor([
        [1, 0],
        [0, 1],
      ]),
      zeros(2, 1),
    )
    expect([...run.weight()]).toEqual([101, 110])
  })

  test('that arrives while a step runs acts in the next', () => {
    const modulator = new Subject<number>()
    const layer = probe(plastic(linear(tensor([[0]])), lif(), told({}, { modulator })))
    const seen: number[] = []
    layer.watch('weight').subscribe((w) => {
      if (seen.push(w.at(0, 0)) === 1) modulator.next(2)
    })
    from([ones(1), ones(1), ones(1)])
      .pipe(layer)
      .subscribe()
    expect(seen).toEqual([0, 2, 2])
  })

  test.each<[string, unknown, RegExp]>([
    ['text', 'much', /plastic\.modulator: expected a number, or a Tensor with one per row of the batch, got much/],
    ['NaN', Number.NaN, /plastic\.modulator: NaN is not a finite number/],
    ['too many rows', ones(3), /plastic\.modulator: 3 values for 1 rows/],
  ])('ends the operator with an error for %s', (_, value, message) => {
    const modulator = new Subject<number>()
    const errors: unknown[] = []
    const input = new Subject<Tensor>()
    input.pipe(plastic(linear(1, 1), lif(), told({}, { modulator }))).subscribe({ error: (error) => errors.push(error) })
    input.next(ones(1))
    modulator.next(value as number)
    input.next(ones(1))
    expect(errors).toHaveLength(1)
    expect(String(errors[0])).toMatch(message)
  })

  test('that fails, fails the operator', () => {
    const modulator = new Subject<number>()
    const errors: unknown[] = []
    new Subject<Tensor>().pipe(plastic(linear(1, 1), lif(), told({}, { modulator }))).subscribe({ error: (error) => errors.push(error) })
    modulator.error(new Error('the reward is lost'))
    expect(errors).toEqual([new Error('the reward is lost')])
  })
})

describe('parameters', () => {
  test('may be streams: levels that hold', () => {
    const eta = new BehaviorSubject(1)
    const run = drive(linear(tensor([[0]])), hebb({ eta }))
    const step = () => {
      run.step(ones(1), ones(1))
      return run.weight()[0]
    }
    expect([step(), step()]).toEqual([1, 2])
    eta.next(0.5)
    expect([step(), step()]).toEqual([2.5, 3])
  })

  test('of the bounds act at once, also on silent synapses', () => {
    const top = new BehaviorSubject(1)
    const bounded = defineRule({
      name: 'bounded',
      params: { top: 1 },
      traces: {},
      step: 'w = w + pre*post',
      bounds: { min: -1, max: 'top' },
    })
    const run = drive(linear(tensor([[0.75, -3]])), bounded({ top }))
    run.step(zeros(2), zeros(1))
    expect([...run.weight()]).toEqual([0.75, -1])
    top.next(0.5)
    run.step(zeros(2), zeros(1))
    expect([...run.weight()]).toEqual([0.5, -1])
  })
})

const inputs = Array.from({ length: 40 }, (_, k) =>
  tensor([0, 1].map((row) => [0, 1, 2, 3].map((i) => ((((k * 7 + row * 3 + i * 5) % 11) + k * i) % 4 === 0 ? 1 : 0)))),
)
const network = () =>
  sequential({
    learn: plastic(linear(4, 3, { weight: full([3, 4], 0.5) }), lif({ vTh: 0.2 }), stdp({ etaPlus: 0.5, etaMinus: 0.4 })),
    out: lif({ vTh: 0.05 }),
  })
const weightOf = (snapshot: { readonly weights: { readonly learn: { readonly weight: Tensor } } }) => snapshot.weights.learn.weight

describe('a plastic layer in a network', () => {
  test('goes on from a snapshot as if nothing had been, to the bit', () => {
    const whole = probe(network())
    const outputs: Tensor[] = []
    from(inputs)
      .pipe(whole)
      .subscribe((y) => outputs.push(y))
    const half = probe(network())
    from(inputs.slice(0, 17)).pipe(half).subscribe()
    const restore = new BehaviorSubject(half.snapshot())
    const rest = probe(network().with({ restore }))
    const others: Tensor[] = []
    from(inputs.slice(17))
      .pipe(rest)
      .subscribe((y) => others.push(y))
    expect(others.every((y, k) => sameBits(y, outputs[17 + k] as Tensor))).toBe(true)
    expect(JSON.stringify(plain(rest.snapshot()))).toBe(JSON.stringify(plain(whole.snapshot())))
    expect([...weightOf(whole.snapshot())].some((w) => w !== 0.5)).toBe(true)
  })

  test('forgets its traces and not its weights when it is reset', () => {
    const [input, reset] = [new Subject<Tensor>(), new Subject<void>()]
    const layer = probe(network().with({ reset }))
    input.pipe(layer).subscribe()
    for (const x of inputs) input.next(x)
    const before = layer.snapshot()
    expect(Math.max(...before.state.learn.traces.pre)).toBeGreaterThan(0)
    reset.next()
    expect([...layer.snapshot().state.learn.traces.pre, ...layer.snapshot().state.learn.traces.post].every((t) => t === 0)).toBe(true)
    expect(sameBits(weightOf(layer.snapshot()), weightOf(before))).toBe(true)
  })

  test('forgets the traces of the rows that are reset', () => {
    const [input, resetRows] = [new Subject<Tensor>(), new Subject<Tensor>()]
    const layer = probe(network().with({ resetRows }))
    input.pipe(layer).subscribe()
    for (const x of inputs) input.next(x)
    const before = layer.snapshot().state.learn.traces
    resetRows.next(tensor([0, 1]))
    const after = layer.snapshot().state.learn.traces
    expect([...after.pre]).toEqual([...before.pre].map((t, k) => (k < 4 ? t : 0)))
    expect([...after.post]).toEqual([...before.post].map((t, k) => (k < 3 ? t : 0)))
  })

  test('takes new weights while it runs, and learns on from them', () => {
    const [input, weights] = [new Subject<Tensor>(), new Subject<{ readonly learn: { readonly weight: Tensor } }>()]
    const layer = probe(network().with({ weights }))
    input.pipe(layer).subscribe()
    for (const x of inputs) input.next(x)
    weights.next({ learn: { weight: full([3, 4], 5) } })
    input.next(zeros(2, 4))
    expect([...weightOf(layer.snapshot())]).toEqual(Array.from({ length: 12 }, () => 1))
  })

  test('takes a stream of weights for its synapse', () => {
    const [input, weight] = [new Subject<Tensor>(), new BehaviorSubject(full([1, 2], 0.5))]
    const layer = probe(plastic(linear(weight), lif(), stdp()))
    input.pipe(layer).subscribe()
    input.next(ones(2))
    expect([...layer.snapshot().weights.weight]).toEqual([0.5, 0.5])
    weight.next(full([1, 2], 7))
    input.next(zeros(2))
    expect([...layer.snapshot().weights.weight]).toEqual([1, 1])
  })

  test('is the plain network where nothing is learned', () => {
    const weight = full([3, 4], 0.5)
    const plainOnes = sequential({ learn: sequential({ a: linear(weight), b: lif({ vTh: 0.2 }) }), out: lif({ vTh: 0.05 }) })
    const idle = sequential({
      learn: plastic(linear(weight), lif({ vTh: 0.2 }), stdp({ etaPlus: 0, etaMinus: 0 })),
      out: lif({ vTh: 0.05 }),
    })
    const outputs = [plainOnes, idle].map((layer) => {
      const seen: Tensor[] = []
      from(inputs)
        .pipe(layer as Layer)
        .subscribe((y) => seen.push(y))
      return seen
    })
    expect(outputs[0]?.every((y, k) => sameBits(y, outputs[1]?.[k] as Tensor))).toBe(true)
  })

  test('computes NaN where a weight became infinite and its input is 0, as dense arithmetic does', () => {
    const run = probe(
      plastic(linear(tensor([[3e38, 1]])), lif(), defineRule({ name: 'grow', params: {}, traces: {}, step: 'w = w + w*pre' })()),
    )
    const synapse: Tensor[] = []
    run.output('synapse').subscribe((y) => synapse.push(y))
    from([tensor([1, 0]), tensor([0, 1])])
      .pipe(run)
      .subscribe()
    expect(synapse.map((y) => y.at(0))).toEqual([Math.fround(3e38), Number.NaN])
  })

  test('shows its parts, and the weights of a neuron that has some', () => {
    const layer = probe(plastic(linear(2, 3), recurrent(lif(), linear(3, 3)), stdp()))
    const synapse: number[] = []
    layer.output('synapse').subscribe((y) => synapse.push(...y.shape))
    from([ones(2)])
      .pipe(layer)
      .subscribe()
    expect(synapse).toEqual([3])
    expect(layer.snapshot().weights.neuron?.synapse.weight.shape).toEqual([3, 3])
    expect(plastic(linear(2, 3), lif({ vTh: learnable(1) }), stdp()).weights.neuron?.vTh?.shape).toEqual([])
    expect(Object.keys(plastic(linear(2, 3), lif(), stdp()).weights)).toEqual(['weight', 'bias'])
  })
})

describe('without a stream', () => {
  const layer = plastic(linear(4, 3, { weight: full([3, 4], 0.5) }), lif({ vTh: 0.2 }), stdp({ etaPlus: 0.5, etaMinus: 0.4 }))
  const strong = full([2, 4], 1)

  test('a step begins with the weights of the layer, whatever ran before', () => {
    const states = [layer.initialState([2, 4])]
    for (let k = 0; k < 5; k++) states.push(layer.step(strong, states[k])[1])
    const before = layer.step(strong, states[4])
    layer.sequence(
      new Tensor(
        [5, 2, 4],
        Float32Array.from({ length: 40 }, () => 1),
      ),
    )
    const after = layer.step(strong, states[4])
    expect(sameBits(before[0], after[0])).toBe(true)
    expect(JSON.stringify(plain(after[1]))).toBe(JSON.stringify(plain(before[1])))
    expect([...layer.weights.weight].every((w) => w === 0.5)).toBe(true)
  })

  test('a sequence learns from step to step, and begins anew', () => {
    const x = new Tensor([40, 2, 4], Float32Array.from(inputs.flatMap((each) => [...each])))
    const seen: Tensor[] = []
    from(inputs)
      .pipe(layer)
      .subscribe((y) => seen.push(y))
    for (let k = 0; k < 2; k++) expect([...layer.sequence(x)[0]]).toEqual(seen.flatMap((y) => [...y]))
  })
})

describe('what cannot be is refused', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a synapse without weights',
      () => plastic(flatten() as never, lif(), stdp()),
      /a rule changes the weights of linear or conv2d, not of flatten/,
    ],
    ['a neuron that is none', () => plastic(linear(1, 1), 'lif' as never, stdp()), /plastic: neuron: expected a layer of rxspike, got lif/],
    ['a rule that is none', () => plastic(linear(1, 1), lif(), { kind: 'stdp', traces: [] }), /plastic: rule: expected a learning rule/],
    [
      'traces per synapse of a convolution',
      () => plastic(conv2d(1, 1, 3), lif(), correlationSensor()),
      /correlationSensor remembers something for each synapse \(postPre, correlation, anti\), but a kernel of conv2d is one weight at many places/,
    ],
    [
      'a neuron of another shape',
      () => plastic(linear(2, 3), linear(3, 2), stdp()).outputShape([2]),
      /plastic\.neuron: expected a tensor of shape \[3\]/,
    ],
    ['a third factor without one', () => threeFactor({} as never), /threeFactor: the equations read 'modulator'/],
    [
      'a rule of another name',
      () => stdp({ rule: 'additve' as never }),
      /stdp: rule 'additve': additive, additiveStep, multiplicativePow, multiplicativeRelu/,
    ],
    ['bounds the wrong way round', () => stdp({ wMin: 2 }), /stdp: wMin 2 and wMax 1/],
    ['an exponent that nobody reads', () => stdp({ mu: 0.5 }), /stdp: mu is the exponent of 'multiplicativePow', the rule is 'additive'/],
    ['an infinite rate', () => stdp({ etaPlus: Infinity }), /stdp: etaPlus: Infinity is not a finite float32 number/],
    ['a rate per synapse', () => stdp({ etaPlus: [1, 2] as never }), /stdp: etaPlus: expected a number, as all synapses share a rule/],
  ])('%s', (_, make, message) => expect(make).toThrow(message))
})

/** Plain numbers, to compare. */
const plain = (tree: unknown): unknown =>
  tree instanceof Tensor ? [...tree.data] : Object.fromEntries(Object.entries(tree as object).map(([name, value]) => [name, plain(value)]))
