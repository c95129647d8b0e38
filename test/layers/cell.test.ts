/** Layers without streams: pure steps, sequences, state and weights as data. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conv2d, flatten, iaf, li, lif, lifRefrac, linear, recurrent, scale, sequential, sumPool2d } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import { learnable } from '../../src/layers/learnable.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { ones, sameBits, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'

const networks: Readonly<Record<string, () => Layer<object>>> = {
  li: () => li(),
  lif: () => lif({ vTh: [0.2, 0.4, 0.6, 0.8] }),
  lifRefrac: () => lifRefrac({}, { synapticDelay: 0 }),
  iaf: () => iaf(),
  linear: () => linear(4, 3),
  recurrent: () => recurrent(lif({ vTh: 0.1 }), linear(4, 4), { delay: 2 }),
  nested: () => sequential({ a: linear(4, 5), b: sequential(lif({ vTh: 0.1 }), scale(2)), c: recurrent(li(), linear(5, 5)) }),
  functions: () => sequential({ half: (x) => x.map((v) => v / 2), spikes: lif({ vTh: 0.05 }) }),
}
const steps = fc.array(fc.array(fc.float({ noNaN: true, min: -4, max: 4 }), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 8 })

describe.each(Object.entries(networks))('%s', (_, make) => {
  const layer = make()

  test('the same input and state give the same output and state, whatever ran in between', () =>
    fc.assert(
      fc.property(steps, steps, (first, between) => {
        const run = () => {
          let state: ReturnType<typeof layer.initialState> | undefined
          return first.map((x) => {
            const [y, next] = layer.step(tensor(x), state)
            state = next
            return y
          })
        }
        const before = run()
        for (const x of between) layer.step(tensor(x))
        expect(run().every((y, k) => sameBits(y, before[k] as Tensor))).toBe(true)
      }),
      { numRuns: 30 },
    ))

  test('a state may be used twice: futures do not see one another', () =>
    fc.assert(
      fc.property(steps, (inputs) => {
        const [, state] = layer.step(tensor(inputs[0] as number[]))
        const copy = structuredClone(JSON.parse(JSON.stringify(flat(state))))
        layer.step(ones(4), state)
        layer.step(zeros(4), state)
        expect(flat(state)).toEqual(copy)
      }),
      { numRuns: 30 },
    ))

  test('a sequence is its steps', () =>
    fc.assert(
      fc.property(steps, (inputs) => {
        let state: ReturnType<typeof layer.initialState> | undefined
        const single = inputs.map((x) => {
          const [y, next] = layer.step(tensor(x), state)
          state = next
          return y
        })
        const [together, last] = layer.sequence(tensor(inputs))
        expect(sameBits(together, stack(single))).toBe(true)
        expect(flat(last)).toEqual(flat(state))
      }),
      { numRuns: 30 },
    ))

  test('all back ends give the same bits', () =>
    fc.assert(
      fc.property(steps, (inputs) => {
        const [wasm, js, slow] = (['webassembly', 'javascript', 'interpreter'] as const).map((backend) =>
          make()
            .with({ device: cpu({ backend }) })
            .sequence(tensor(inputs)),
        )
        expect(sameBits(wasm?.[0] as Tensor, js?.[0] as Tensor)).toBe(true)
        expect(sameBits(wasm?.[0] as Tensor, slow?.[0] as Tensor)).toBe(true)
        expect(flat(wasm?.[1])).toEqual(flat(js?.[1]))
      }),
      { numRuns: 20 },
    ))

  test('inputs stay as they were', () => {
    const x = tensor([1, -2, 3, 0.5])
    layer.step(x)
    expect([...x]).toEqual([1, -2, 3, 0.5])
  })
})

/** Plain numbers, to compare and clone. */
const flat = (tree: unknown): unknown =>
  tree instanceof Tensor ? [...tree.data] : Object.fromEntries(Object.entries(tree as object).map(([name, value]) => [name, flat(value)]))

describe('LIF on constant 1', () => {
  const spikes = (synapticDelay: 0 | 1) => {
    const [z] = lif({}, { synapticDelay }).sequence(ones(20, 1))
    return [...z].flatMap((value, step) => (value === 1 ? [step] : []))
  }
  test('delay 1: first at step 6, then every 3', () => expect(spikes(1)).toEqual([6, 9, 12, 15, 18]))
  test('delay 0: first at step 5, then every 3', () => expect(spikes(0)).toEqual([5, 8, 11, 14, 17]))
})

describe('batches', () => {
  test('rows do not see one another', () => {
    const net = sequential({
      conv: conv2d(1, 2, 3, { padding: 1 }),
      spikes: lif({ vTh: 0.05 }),
      pool: sumPool2d(2),
      flat: flatten(),
      fc: linear(8, 3),
      out: li(),
    })
    const rows = [0, 1, 2].map(
      (seed) =>
        new Tensor(
          [1, 4, 4],
          Float32Array.from({ length: 16 }, (_, k) => Math.sin(seed * 100 + k) * 3),
        ),
    )
    const [together] = net.sequence(stack([stack(rows), stack(rows), stack(rows)]))
    rows.forEach((row, k) => {
      const [alone] = net.sequence(stack([row, row, row]))
      for (let step = 0; step < 3; step++)
        expect([...together.data.subarray((step * 3 + k) * 3, (step * 3 + k) * 3 + 3)]).toEqual([
          ...alone.data.subarray(step * 3, step * 3 + 3),
        ])
    })
  })
})

describe('weights', () => {
  test('siblings differ, runs repeat, a seed changes them', () => {
    const make = (seed?: number) => sequential({ a: linear(4, 4), b: linear(4, 4) }, seed === undefined ? {} : { seed })
    const { a, b } = make().weights
    expect(flat(make().weights)).toEqual(flat({ a, b }))
    expect(flat(a)).not.toEqual(flat(b))
    expect(flat(make(7).weights)).not.toEqual(flat({ a, b }))
    expect(flat(make(7).weights)).toEqual(flat(make(7).weights))
  })

  test('given weights replace the named ones only', () => {
    const net = sequential({ a: linear(2, 1), b: linear(1, 1) })
    const given = net.with({ weights: { a: { weight: tensor([[1, 2]]), bias: tensor([3]) } } })
    expect(flat(given.weights.b)).toEqual(flat(net.weights.b))
    expect([...given.weights.a.weight]).toEqual([1, 2])
    expect(() => net.with({ weights: { a: { weight: tensor([[1, 2, 3]]) } } }).weights).toThrow(
      /a\.weight: expected a tensor of shape \[1, 2\], got \[1, 3\]/,
    )
  })

  test('a learnable parameter is a weight', () => {
    const cells = lif({ tauMemInv: learnable(50), vTh: learnable(tensor([1, 2])) })
    expect(flat(cells.weights)).toEqual({ tauMemInv: [50], vTh: [1, 2] })
    const changed = cells.with({ weights: { tauMemInv: tensor([100], []), vTh: tensor([1, 1]) } })
    expect(sameBits(changed.sequence(ones(20, 2))[0], lif().sequence(ones(20, 2))[0])).toBe(true)
  })
})

describe('what is wrong is said at the call, with the place, the value and what is allowed', () => {
  test.each([
    [() => linear(4, 2).outputShape([3]), /linear: expected a tensor of shape \[\.\.\., 4\], got \[3\]/],
    [() => sequential({ a: linear(4, 2), b: linear(3, 2) }).outputShape([4]), /b: expected a tensor of shape \[\.\.\., 3\], got \[2\]/],
    [() => sequential({ a: linear(4, 2), b: linear(3, 2) }, { inputShape: [4] }), /b: expected a tensor of shape \[\.\.\., 3\], got \[2\]/],
    [() => recurrent(lif(), linear(4, 3)).outputShape([4]), /synapse: expected a tensor of shape \[4\] at its output/],
    [() => recurrent(lif(), linear(4, 4), { delay: 0 }), /delay 0: a positive whole number/],
    [() => lif({ tau: 1 } as object), /lif: there is no parameter 'tau'; there are: tauSynInv/],
    [() => lif({ vTh: Number.NaN }), /lif: vTh: NaN is not a number that a parameter can have/],
    [() => lif({ vTh: 'high' as unknown as number }), /lif: vTh: expected a number, one per neuron .* got high/],
    [() => lif({ vTh: [1, 2, 3] }).step(ones(2)), /lif\.vTh: expected a tensor of shape that broadcasts to \[2\], got \[3\]/],
    [() => lif({}, { synapticDelay: 2 as 0 }), /synapticDelay 2: 0 and 1 are allowed/],
    [() => lif({}, { initialState: { u: 1 } as object }), /there is no state variable 'u'; there are: v, i/],
    [() => lif({}, { dt: -1 }), /dt -1: a positive number of seconds/],
    [() => lif({}, { seed: 0.5 }), /seed 0\.5: a safe integer/],
    [() => lif({}, { speed: 1 } as object), /there is no option 'speed'/],
    [() => sequential({}), /at least one layer/],
    [() => sequential({ a: 3 as unknown as () => Tensor }), /sequential: a: expected a layer or a pure function/],
    [() => sequential({ 'a.b': lif() }), /'a\.b' cannot name a layer/],
    [() => sequential({ a: lif().with({ device: cpu() }) }), /one device: give it to the outermost layer/],
    [() => lif().step(ones(2), linear(2, 2).initialState([2]) as never), /state: v is missing|v is missing/],
    [() => lif().step(ones(2), lif().initialState([3])), /v: expected a tensor of shape \[2\], got \[3\]/],
    [() => cpu({ backend: 'cuda' as 'javascript' }), /backend 'cuda': 'webassembly', 'javascript' and 'interpreter' are allowed/],
  ])('%s', (call, message) => expect(call).toThrow(message))
})
