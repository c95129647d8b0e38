/** A loop inside a network: what the neuron hears of its own past, and of itself. */

import * as fc from 'fast-check'
import { BehaviorSubject, from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { conv2d, lif, linear, probe, recurrent, sequential } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import { nodeOf } from '../../src/layers/cell.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { ones, sameBits, stack, type Tensor, tensor } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'

const numbers = (length: number) => fc.array(fc.float({ noNaN: true, min: -2, max: 2 }), { minLength: length, maxLength: length })
const square = fc.integer({ min: 1, max: 5 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    weight: numbers(n * n),
    inputs: fc.array(numbers(n), { minLength: 1, maxLength: 10 }),
    delay: fc.integer({ min: 1, max: 3 }),
  }),
)
const withoutDiagonal = (weight: readonly number[], n: number) => weight.map((each, k) => (k % (n + 1) === 0 ? 0 : each))

describe.each(backends)('%s', (backend) => {
  test('without autapses is with a weight whose diagonal is 0', () =>
    fc.assert(
      fc.property(square, ({ n, weight, inputs, delay }) => {
        const run = (values: readonly number[], autapses?: boolean) =>
          recurrent(lif({ vTh: 0.1 }), linear(tensor(values, [n, n])), { delay, ...(autapses !== undefined && { autapses }) })
            .with({ device: cpu({ backend }) })
            .sequence(tensor(inputs))
        const [y, state] = run(weight, false)
        const [expected, after] = run(withoutDiagonal(weight, n))
        expect(sameBits(y, expected) && sameBits(state.neuron.i, after.neuron.i) && sameBits(state.past, after.past)).toBe(true)
        expect(sameBits(run(weight, true)[0], run(weight)[0])).toBe(true)
      }),
      { numRuns: 30, seed: 2 },
    ))
})

type Recurrent = Layer<{ readonly neuron: { readonly i: Tensor } }>

describe('without autapses', () => {
  const given = () =>
    tensor([
      [1, 2],
      [3, 4],
    ])
  const masked = [0, 2, 3, 0]

  test('the diagonal is 0 to whoever reads the weights, and what was given stays', async () => {
    const weight = given()
    const net = probe(recurrent(lif(), linear(weight), { autapses: false }))
    expect([...net.weights.synapse.weight]).toEqual(masked)
    await lastValueFrom(from([ones(2)]).pipe(net))
    expect([...net.snapshot().weights.synapse.weight]).toEqual(masked)
    expect([...weight]).toEqual([1, 2, 3, 4])
  })

  test('drawn weights and a bias keep all else', () => {
    const [whole, without] = [true, false].map((autapses) => recurrent(lif(), linear(3, 3), { autapses }).weights.synapse)
    const { weight, bias } = whole as { weight: Tensor; bias?: Tensor }
    expect([...(without?.weight ?? [])]).toEqual(withoutDiagonal([...weight], 3))
    expect([...(without?.bias ?? [])]).toEqual([...(bias ?? [])])
    expect(Math.min(...[0, 4, 8].map((k) => Math.abs(weight.data[k] as number)))).toBeGreaterThan(0)
  })

  const heard = (net: Recurrent, weights: readonly number[]) => {
    const plain = recurrent(lif({ vTh: 0.1 }), linear(tensor(weights, [2, 2])))
    const x = stack(Array.from({ length: 12 }, () => ones(2)))
    const [y, state] = net.sequence(x)
    const [expected, after] = plain.sequence(x)
    return sameBits(y, expected) && sameBits(state.neuron.i, after.neuron.i) && [...y].includes(1)
  }

  test('weights of the option are masked as they act', () => {
    const net = recurrent(lif({ vTh: 0.1 }), linear(2, 2, { bias: false }), { autapses: false })
    expect(heard(net.with({ weights: { synapse: { weight: given() } } }), masked)).toBe(true)
    expect(
      heard(recurrent(lif({ vTh: 0.1 }), linear(2, 2, { bias: false, weights: { weight: given() } }), { autapses: false }), masked),
    ).toBe(true)
  })

  test.each(['a stream of weights of the network', 'a stream of weights of the synapse'])('%s never brings a diagonal', async (which) => {
    const first = tensor([
      [9, 0],
      [0, 9],
    ])
    const ofNetwork = which.endsWith('network')
    const weights = new BehaviorSubject(first)
    const whole = new BehaviorSubject({ synapse: { weight: first } })
    const net = ofNetwork
      ? probe(recurrent(lif(), linear(2, 2, { bias: false }), { autapses: false }).with({ weights: whole }))
      : probe(recurrent(lif(), linear(weights), { autapses: false }))
    const seen: number[][] = []
    net.watch('synapse', 'weight').subscribe((weight) => {
      seen.push([...weight])
      weights.next(given())
      whole.next({ synapse: { weight: given() } })
    })
    await lastValueFrom(from([ones(2), ones(2), ones(2)]).pipe(net, toArray()))
    expect(seen).toEqual([[0, 0, 0, 0], masked, masked])
  })

  test('is said in the description, whose synapse has no diagonal', () => {
    const node = nodeOf(recurrent(lif(), linear(given()), { autapses: false }), 'test')
    const description = node.description as Extract<typeof node.description, { kind: 'recurrent' }>
    expect(description.autapses).toBe(false)
    expect([...(description.synapse.initialWeights({ path: '', seed: 0 })['weight'] as Tensor)]).toEqual(masked)
  })

  test.each<[string, () => unknown, RegExp]>([
    [
      'a weight that is not square',
      () => linear(3, 2),
      /autapses: false: the synapse needs a square weight \[n, n\].* one of shape \[2, 3\]/,
    ],
    ['a convolution', () => conv2d(1, 1, 3, { padding: 1 }), /the synapse needs a square weight \[n, n\].* one of shape \[1, 1, 3, 3\]/],
    ['a network', () => sequential({ a: linear(2, 2) }), /the synapse needs a square weight \[n, n\], as linear\(n, n\) has; it has none/],
  ])('%s is refused', (_, synapse, message) => {
    const make = () => recurrent(lif(), synapse() as ReturnType<typeof linear>, { autapses: false })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test('a word is no boolean', () =>
    expect(() => recurrent(lif(), linear(2, 2), { autapses: 'no' as unknown as boolean })).toThrow(/autapses no: true or false is needed/))
})
