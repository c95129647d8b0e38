/** Compartments: a state variable of a population that a layer without state changes in every step. */

import * as fc from 'fast-check'
import { from, lastValueFrom, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { conv2d, coupled, li, lif, lifRefrac, linear, probe, recurrent, scale, sequential } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { defineNeuron } from '../../src/stream/neuron.ts'
import { full, ones, sameBits, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'

const f = Math.fround
const numbers = (length: number) => fc.array(fc.float({ noNaN: true, min: -4, max: 4 }), { minLength: length, maxLength: length })
const runs = fc
  .integer({ min: 1, max: 5 })
  .chain((n) => fc.record({ n: fc.constant(n), g: numbers(n * n), inputs: fc.array(numbers(n), { minLength: 1, maxLength: 8 }) }))

/** The sum that `linear` makes: ascending, float32. */
const product = (g: readonly number[], v: ArrayLike<number>) => {
  const n = v.length
  return Array.from({ length: n }, (_, row) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum = f(sum + f(f(g[row * n + k] as number) * (v[k] as number)))
    return sum
  })
}
const pulled = (g: readonly number[], v: Float32Array) => {
  const pull = product(g, v)
  return v.map((each, k) => each + f(f(1e-3) * (pull[k] as number)))
}

describe.each(backends)('%s', (backend) => {
  test('is v + dt coupling(v) by hand, and then the step of the neuron; or after it', () =>
    fc.assert(
      fc.property(runs, fc.boolean(), ({ n, g, inputs }, after) => {
        const net = coupled(lifRefrac(), linear(tensor(g, [n, n])), { after }).with({ device: cpu({ backend }) })
        const neuron = lifRefrac()
        let state = net.initialState([n])
        let own = neuron.initialState([n])
        const couple = () => {
          own = { ...own, v: new Tensor([n], pulled(g, own.v.data)) }
        }
        for (const x of inputs) {
          const [y, next] = net.step(tensor(x), state)
          if (!after) couple()
          const [z, stepped] = neuron.step(tensor(x), own)
          own = stepped
          if (after) couple()
          expect([...y]).toEqual([...z])
          expect([...next.neuron.v]).toEqual([...own.v])
          expect([...next.neuron.i]).toEqual([...own.i])
          state = next
        }
      }),
      { numRuns: 25, seed: 3 },
    ))
})

test('without conductance, compartments are single neurons', () =>
  fc.assert(
    fc.property(runs, ({ n, inputs }) => {
      const none = linear(zeros(n, n))
      expect(sameBits(coupled(lif(), none).sequence(tensor(inputs))[0], lif().sequence(tensor(inputs))[0])).toBe(true)
    }),
    { numRuns: 20, seed: 4 },
  ))

const leak = (conductance: number) =>
  tensor([
    [-conductance, conductance],
    [conductance, -conductance],
  ])

test('current flows from the higher to the lower voltage, and what one loses the other gains', () => {
  const charge = defineNeuron({ name: 'charge', params: {}, state: { q: 0 }, input: 'q', step: 'y = q', output: 'y' })
  const net = coupled(charge({}, { initialState: { q: tensor([1, 0]) } }), linear(leak(50)), { state: 'q' })
  const [, { neuron }] = net.sequence(zeros(20, 2))
  const [a, b] = [...neuron.q] as [number, number]
  expect(a).toBeLessThan(1)
  expect(a).toBeGreaterThan(b)
  expect(a + b).toBeCloseTo(1, 5)
})

test('rows of a batch do not see one another', () => {
  const net = coupled(li(), linear(leak(100)))
  const rows = [tensor([1, 0]), tensor([0, 2]), tensor([3, -1])]
  const [together] = net.sequence(stack([stack(rows), stack(rows)]))
  rows.forEach((row, k) =>
    expect([...net.sequence(stack([row, row]))[0].data.subarray(2)]).toEqual([...together.data.subarray(6 + 2 * k, 8 + 2 * k)]),
  )
})

test('a cable is a convolution along it, also where most of a large population was at rest', () => {
  const kernel = tensor([
    [
      [
        [0, 0, 0],
        [100, -200, 100],
        [0, 0, 0],
      ],
    ],
  ])
  const size = 160
  // Two neighbours in different blocks of 64, of which only the right one has input.
  const middle = 201 * 64
  const at = (value: number) => zeros(1, size, size).map((_, each) => (each === middle ? value : 0))
  const silence = Array.from({ length: 100 }, () => zeros(1, size, size))
  const inputs = stack([...silence, at(20), at(5), ...silence.slice(0, 6)])
  const vTh = zeros(1, size, size).map((_, each) => (each === middle ? 100 : 0.05))
  const [wasm, twin] = (['webassembly', 'javascript'] as const).map((backend) =>
    coupled(lif({ vTh }), conv2d(kernel, { padding: 1 }))
      .with({ device: cpu({ backend }) })
      .sequence(inputs),
  )
  const [[z, { neuron }], [expected, { neuron: whole }]] = [wasm as NonNullable<typeof wasm>, twin as NonNullable<typeof twin>]
  // The twin computes every block in every step.
  expect(sameBits(z, expected) && sameBits(neuron.v, whole.v) && sameBits(neuron.i, whole.i)).toBe(true)
  const spikes = (k: number) => z.data.filter((value, each) => each % (size * size) === k && value === 1).length
  expect(spikes(middle - 1)).toBeGreaterThan(0)
  expect(spikes(middle - 1)).toBe(spikes(middle + 1))
  expect(neuron.v.data[middle + size]).toBe(0)
})

test('stands in a recurrent network, and its names lead to what is inside', async () => {
  const net = probe(sequential({ in: linear(3, 2), cells: recurrent(coupled(lif({ vTh: 0.2 }), linear(leak(20))), linear(2, 2)) }))
  const seen: number[] = []
  net.pick([1], 'cells', 'neuron', 'neuron', 'v').subscribe((v) => seen.push(v.at(0)))
  await lastValueFrom(from([ones(3), ones(3), ones(3)]).pipe(net))
  expect(seen).toHaveLength(3)
  expect(seen.at(-1)).toBe(net.snapshot().state.cells.neuron.neuron.v.at(1))
  expect([...net.weights.cells.neuron.coupling.weight]).toEqual([-20, 20, 20, -20])
  expect(Object.keys(net.snapshot().state.cells.neuron.neuron)).toEqual(['v', 'i'])
})

test('conductances may be a stream, and a parameter of the neuron as well', () => {
  const conductance = new Subject<Tensor>()
  const vLeak = new Subject<number>()
  const x = new Subject<Tensor>()
  const seen: number[][] = []
  x.pipe(coupled(li({ vLeak }, { initialState: { v: tensor([1, 0]) } }), linear(conductance))).subscribe((y) => seen.push([...y]))
  conductance.next(zeros(2, 2))
  x.next(zeros(2))
  conductance.next(leak(500))
  vLeak.next(5)
  x.next(zeros(2))
  expect(seen[0]).toEqual([f(0.9), 0])
  expect(seen[1]?.[1]).toBeGreaterThan(0.5)
})

describe('what does not fit is said', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'no such state',
      () => coupled(lif(), linear(2, 2), { state: 'u' as 'v' }).outputShape([2]),
      /coupled: the neuron has no state variable 'u' to couple; it has: v, i/,
    ],
    [
      'no state at all',
      () => coupled(scale(2) as Layer<{ v: Tensor }>, linear(2, 2)).step(ones(2)),
      /no state variable 'v' to couple; it has: none/,
    ],
    [
      'another shape',
      () => coupled(lif(), linear(2, 3)).outputShape([2]),
      /coupled\.coupling: expected a tensor of shape \[2\] at its output, as 'v' has, got \[3\]/,
    ],
    [
      'another size',
      () => coupled(lif(), linear(3, 3)).step(ones(2)),
      /coupled\.coupling: expected a tensor of shape \[\.\.\., 3\], got \[2\]/,
    ],
    [
      'a coupling with state',
      () => coupled(lif(), li() as Layer<{}>).outputShape([2]),
      /coupled\.coupling: a layer without state is needed.* li has state/,
    ],
    ['a coupling that is no layer', () => coupled(lif(), full([2, 2], 1) as unknown as Layer), /coupled: coupling: expected a layer/],
    [
      'a word for after',
      () => coupled(lif(), linear(2, 2), { after: 'yes' as unknown as boolean }),
      /coupled: after yes: true or false is needed/,
    ],
    [
      'a state that is no name',
      () => coupled(lif(), linear(2, 2), { state: 3 as unknown as 'v' }),
      /state: expected the name of a state variable, got 3/,
    ],
  ])('%s', (_, call, message) => expect(call).toThrow(message))
})
