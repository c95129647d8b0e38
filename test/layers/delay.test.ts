import fc from 'fast-check'
import { BehaviorSubject, from, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { delay, delayedLinear, lif, linear, probe, sequential } from '../../operators/index.ts'
import { ShapeError } from '../../src/errors.ts'
import { delayNode } from '../../src/layers/delay.ts'
import { delayedLinearNode } from '../../src/layers/delayed-linear.ts'
import { uniform } from '../../src/layers/initializer.ts'
import type { Slot } from '../../src/layers/node.ts'
import { full, ones, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { inputs, RUNS, weights } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode } from './run-node.ts'

const F = Math.fround
const MS = 1e-3
type Series = readonly Float32Array[]

/** Every step's output, from all inputs so far: bias, then inputs in ascending order. */
function reference(xs: Series, rows: number, weight: Tensor, bias: Tensor | undefined, steps: readonly number[]): readonly Float32Array[] {
  const [outputs, features] = weight.shape as [number, number]
  return xs.map((_, t) =>
    Float32Array.from({ length: rows * outputs }, (_unused, k) => {
      const [row, o] = [Math.floor(k / outputs), k % outputs]
      let sum = (bias?.data[o] ?? 0) + 0
      for (let i = 0; i < features; i++) {
        const x = xs[t - (steps[o * features + i] as number)]?.[row * features + i] ?? 0
        sum = F(sum + F(x * (weight.data[o * features + i] as number)))
      }
      return sum
    }),
  )
}

const cases = fc
  .record({
    rows: fc.constantFrom(1, 1, 2),
    features: fc.integer({ min: 1, max: 7 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    longest: fc.constantFrom(0, 1, 4, 31, 32, 70),
    count: fc.integer({ min: 1, max: 8 }),
  })
  .chain(({ rows, features, outputs, longest, count }) =>
    fc.record({
      rows: fc.constant(rows),
      xs: fc.array(inputs(rows * features), { minLength: count, maxLength: count }),
      weight: weights(outputs * features).map((data) => new Tensor([outputs, features], data)),
      bias: fc.option(
        weights(outputs).map((data) => new Tensor([outputs], data)),
        { nil: undefined },
      ),
      steps: fc.array(fc.integer({ min: 0, max: longest }), { minLength: outputs * features, maxLength: outputs * features }),
      silence: fc.constantFrom(0, longest),
    }),
  )

const spikes = (count: number, features: number, seed: number): Tensor[] =>
  Array.from({ length: count }, (_, t) =>
    zeros(features).map((_value, k) => (Math.sin((t * features + k + 1) * seed * 12.9898) > 0.6 ? 1 : 0)),
  )

describe('delayedLinear', () => {
  test('in WebAssembly and JavaScript: the bits of a dense sum over the past', () => {
    fc.assert(
      fc.property(cases, ({ rows, xs, weight, bias, steps, silence }) => {
        const features = weight.shape[1] as number
        const all = [...xs, ...Array.from({ length: silence }, () => new Float32Array(rows * features)), ...xs]
        const expected = reference(all, rows, weight, bias, steps)
        const delays = new Tensor(
          weight.shape,
          Float32Array.from(steps, (each) => each * MS),
        )
        for (const backend of BACKENDS) {
          const instance = buildNode(delayedLinearNode({ weight, ...(bias && { bias }), delays }), [rows, features], { backend })
          all.forEach((x, t) => expect(bitsOf(instance.step(x))).toEqual(bitsOf(expected[t] as Float32Array)))
        }
      }),
      { ...RUNS, numRuns: 80 },
    )
  })

  test('without delays: the bits of linear', () => {
    const weight = ones(30, 50).map((_, k) => Math.sin(k))
    const x = ones(4, 50).map((_, k) => (k % 3 === 0 ? Math.cos(k) : 0))
    expect(bitsOf(delayedLinear(weight, { delays: 0, bias: ones(30) }).step(x)[0])).toEqual(
      bitsOf(linear(weight, { bias: ones(30) }).step(x)[0]),
    )
  })

  test('begins as linear does', () => {
    const { weight, bias } = delayedLinear(100, 30, { delays: 0 }).weights
    expect([weight.shape, bias?.shape]).toEqual([[30, 100], [30]])
    expect(Math.max(...weight.data.map(Math.abs))).toBeLessThanOrEqual(0.1)
    expect(delayedLinear(2, 3, { delays: 0, bias: false }).weights).not.toHaveProperty('bias')
  })

  test('one delay for all; seconds are rounded to the nearest step', () => {
    const layer = delayedLinear(tensor([[1]]), { delays: 0.0024 })
    let [y, state] = layer.step(tensor([5]))
    const seen = [y.data[0]]
    for (const x of [0, 7, 0, 0]) {
      ;[y, state] = layer.step(tensor([x]), state)
      seen.push(y.data[0])
    }
    expect(seen).toEqual([0, 0, 5, 0, 7])
    expect(state.past.shape).toEqual([2, 1])
  })

  test('delays may be drawn: each synapse its own, the same again in the same place', () => {
    const layer = delayedLinear(ones(3, 40), { delays: uniform(0, 0.01) })
    const run = (of: typeof layer) => {
      let state = of.initialState([40])
      return Array.from({ length: 12 }, (_, t) => {
        const [y, next] = of.step(t === 0 ? ones(40) : zeros(40), state)
        state = next
        return [...y]
      })
    }
    const seen = run(layer)
    expect(seen.reduce((sum, [first = 0]) => sum + first, 0)).toBe(40)
    expect(seen.filter(([first = 0]) => first > 0).length).toBeGreaterThan(8)
    expect(run(delayedLinear(ones(3, 40), { delays: uniform(0, 0.01) }))).toEqual(seen)
    expect(run(delayedLinear(ones(3, 40), { delays: uniform(0, 0.01), seed: 9 }))).not.toEqual(seen)
  })

  test('a snapshot after any step goes on exactly, and is the same however many steps went before', () => {
    const layer = delayedLinear(20, 6, { delays: uniform(0, 0.04) })
    const xs = spikes(100, 20, 1)
    let state = layer.initialState([20])
    const outputs: Tensor[] = []
    for (const [t, x] of xs.entries()) {
      const fresh = delayedLinear(20, 6, { delays: uniform(0, 0.04) })
      const [y, next] = layer.step(x, state)
      if (t % 7 === 0) expect(bitsOf(fresh.step(x, { past: state.past })[0])).toEqual(bitsOf(y))
      outputs.push(y)
      state = next
    }
    const { past } = state
    expect(past.toArray()).toEqual(stack(xs.slice(-(past.shape[0] as number))).toArray())
    expect(layer.sequence(stack(xs))[0].toArray()).toEqual(stack(outputs).toArray())
  })

  test('a reset forgets what is on its way, of one row only that row', () => {
    const [reset, resetRows, steps] = [new Subject<void>(), new Subject<Tensor>(), new Subject<Tensor>()]
    const seen: unknown[] = []
    steps.pipe(delayedLinear(tensor([[1]]), { delays: 0.002, reset, resetRows })).subscribe((y) => seen.push([...y]))
    for (let t = 0; t < 6; t++) {
      if (t === 1) resetRows.next(tensor([1, 0]))
      if (t === 4) reset.next()
      steps.next(tensor([[t + 1], [t + 1]]))
    }
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
      [2, 2],
      [0, 0],
      [0, 0],
    ])
  })

  test('the weights of the moment count, also for what came before them', () => {
    const kernels = new BehaviorSubject(tensor([[1]]))
    const steps = new Subject<Tensor>()
    const seen: unknown[] = []
    steps.pipe(delayedLinear(kernels, { delays: 0.001 })).subscribe((y) => seen.push(y.data[0]))
    steps.next(tensor([3]))
    kernels.next(tensor([[10]]))
    steps.next(tensor([0]))
    expect(seen).toEqual([0, 30])
  })

  test.each(BACKENDS)('a weight that is not finite meets the inputs that are 0, in %s', (backend) => {
    const weight = tensor([
      [Infinity, 1],
      [1, 1],
    ])
    const instance = buildNode(
      delayedLinearNode({
        weight,
        delays: tensor([
          [0, 0.001],
          [0.002, 0],
        ]),
      }),
      [2],
      { backend },
    )
    expect([...instance.step([0, 1])]).toEqual([Number.NaN, 1])
    ;(instance.running.weights['weight'] as Slot).write(Float32Array.of(2, 3, 4, 5))
    expect([...instance.step([0, 0])]).toEqual([3, 0])
    expect([...(instance.running.weights['weight'] as Slot).read()]).toEqual([2, 3, 4, 5])
  })

  test('steps of another length: longer ones fit, shorter ones need room, which the option dt makes', () => {
    const times = (dt: number, count: number) =>
      Array.from({ length: count }, (_, t) => new Tensor([1], Float32Array.of(t === 0 ? 1 : 0), { dt }))
    const run = (layer: ReturnType<typeof delayedLinear>, steps: readonly Tensor[]) => {
      const seen: unknown[] = []
      from(steps)
        .pipe(layer)
        .subscribe({ next: (y) => seen.push(y.data[0]), error: (error: Error) => seen.push(error.message) })
      return seen
    }
    expect(run(delayedLinear(tensor([[1]]), { delays: 0.004 }), times(2e-3, 4))).toEqual([0, 0, 1, 0])
    expect(run(delayedLinear(tensor([[1]]), { delays: 0.001 }), times(5e-4, 4))).toEqual([
      'delayedLinear: with steps of 0.0005 s the longest delay is 2 steps, and there is room for 1: give the layer the option dt: 0.0005',
    ])
    expect(run(delayedLinear(tensor([[1]]), { delays: 0.001, dt: 5e-4 }), times(5e-4, 4))).toEqual([0, 0, 1, 0])
    // In the middle of a stream: delays are counted anew, the past counts as steps.
    expect(run(delayedLinear(tensor([[1]]), { delays: 0.004 }), [...times(1e-3, 1), ...times(4e-3, 1), ...times(2e-3, 2)])).toEqual([
      0, 1, 1, 1,
    ])
  })

  test('stands in a network, whose errors name it', () => {
    const network = probe(sequential({ slow: delayedLinear(8, 4, { delays: uniform(0, 0.005) }), spikes: lif() }))
    expect(network.outputShape([2, 8])).toEqual([2, 4])
    expect(network.initialState([2, 8]).slow.past.shape.slice(1)).toEqual([2, 8])
    expect(() => network.outputShape([2, 9])).toThrow('slow: expected a tensor of shape [..., 8], got [2, 9]')
  })

  test('refuses delays that there are not', () => {
    expect(() => delayedLinear(2, 1, { delays: -0.001 })).toThrow(
      'delayedLinear: delays -0.001: a delay is a finite number that is not negative',
    )
    expect(() => delayedLinear(2, 1, { delays: tensor([[0, Number.NaN]]) })).toThrow('delayedLinear: delays NaN')
    expect(() => delayedLinear(2, 1, { delays: Infinity })).toThrow(RangeError)
    expect(() => delayedLinear(2, 1, { delays: 1e9 }).step(ones(2))).toThrow(
      /delayedLinear: a delay of 1000000000 s has 1000000000000 steps/,
    )
    expect(() => delayedLinear(2, 1, { delays: zeros(1, 3) })).toThrow(
      'delayedLinear: delays: expected a tensor of shape [1, 2], got [1, 3]',
    )
    expect(() => delayedLinear(2, 9, { delays: uniform(-1, 1) }).initialState([2])).toThrow(/delayedLinear\.delays -0\.\d+: a delay/)
    expect(() => delayedLinear(2, 1, {} as never)).toThrow('delayedLinear: the option delays is missing')
    expect(() => delayedLinear(2, 1, { delays: '1' as never })).toThrow('delayedLinear: delays: expected a number of seconds')
    expect(() => delayedLinear(0, 1, { delays: 0 })).toThrow('inFeatures 0')
    expect(() => delayedLinear(zeros(3), { delays: 0 })).toThrow(ShapeError)
    expect(() => delayedLinear(2, 1, { delays: 0, maxDelay: 1 } as never)).toThrow("delayedLinear: there is no option 'maxDelay'")
  })
})

describe('delay', () => {
  test('each element is the one of its own number of steps ago', () => {
    const random = fc.record({
      n: fc.integer({ min: 1, max: 9 }),
      rows: fc.integer({ min: 1, max: 3 }),
      longest: fc.integer({ min: 0, max: 6 }),
    })
    const each = random.chain(({ n, rows, longest }) =>
      fc.record({
        rows: fc.constant(rows),
        steps: fc.array(fc.integer({ min: 0, max: longest }), { minLength: n, maxLength: n }),
        xs: fc.array(inputs(n * rows), { minLength: 8, maxLength: 8 }),
        seconds: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(each, ({ rows, steps, xs, seconds }) => {
        const n = steps.length
        const node = seconds
          ? delayNode({ unit: 'seconds', value: steps.map((count) => count * MS) })
          : delayNode({ unit: 'steps', value: steps })
        const instance = buildNode(node, [rows, n])
        xs.forEach((x, t) => expect(bitsOf(instance.step(x))).toEqual(bitsOf(x.map((_, k) => xs[t - (steps[k % n] as number)]?.[k] ?? 0))))
      }),
      RUNS,
    )
  })

  test('one number for all; the state is the last inputs, oldest first, and goes on exactly', () => {
    const layer = delay({ steps: 3 })
    const xs = spikes(10, 5, 2)
    let state = layer.initialState([5])
    for (const [t, x] of xs.entries()) {
      const [y, next] = layer.step(x, state)
      expect([...y]).toEqual([...(xs[t - 3] ?? zeros(5))])
      expect([...delay({ steps: 3 }).step(x, { past: state.past })[0]]).toEqual([...y])
      state = next
    }
    expect(state.past.toArray()).toEqual(stack(xs.slice(-3)).toArray())
    expect([...delay({ steps: 0 }).step(tensor([1, -0]))[0]]).toEqual([1, -0])
  })

  test('before linear: what delayedLinear does with one delay', () => {
    const weight = ones(3, 5).map((_, k) => Math.sin(k))
    const xs = stack(spikes(12, 5, 3))
    const one = sequential({ axons: delay({ seconds: 0.004 }), weights: linear(weight) }).sequence(xs)[0]
    expect(bitsOf(one)).toEqual(bitsOf(delayedLinear(weight, { delays: full([3, 5], 0.004) }).sequence(xs)[0]))
  })

  test('refuses what is no delay', () => {
    expect(() => delay({ steps: 1.5 })).toThrow('delay: steps 1.5: a whole number of steps is needed')
    expect(() => delay({ seconds: -1 })).toThrow('delay: seconds -1: a delay is a finite number that is not negative')
    expect(() => delay({ steps: 2 ** 24 + 1 })).toThrow('delay: steps 16777217: a delay has 16777216 steps at the most')
    expect(() => delay({ seconds: 1e9 })).toThrow('delay: a delay of 1000000000 s has 1000000000000 steps of 0.001 s, 16777216 are allowed')
    expect(() => delay({})).toThrow("delay: expected { steps } or { seconds }, got {  }; to emit later there is RxJS's delay")
    expect(() => delay({ steps: 1, seconds: 1 })).toThrow(TypeError)
    expect(() => delay(5 as never)).toThrow('got 5')
    expect(() => delay({ steps: [1, 2] }).outputShape([3])).toThrow(
      'delay.steps: expected a tensor of shape that broadcasts to [3], got [2]',
    )
    expect(() => sequential({ axons: delay({ seconds: 0.01 }) }).step(new Tensor([1], new Float32Array(1), { dt: 1e-4 }))).toThrow(
      'axons: with steps of 0.0001 s the longest delay is 100 steps, and there is room for 10: give the layer the option dt: 0.0001',
    )
  })
})
