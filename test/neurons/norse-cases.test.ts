/**
 * What Norse's own tests state of its neurons, part A of the conformance cases: A1 to A16, A18, A68.
 *
 * A17 (the step is the same whether gradients are wanted or not) has no counterpart: there is one step.
 * A18's rule of types is void: every tensor is float32. A16's step of an optimiser belongs to training.
 * Elsewhere: A20 to A35 codes, A40 to A45 surrogates and logic, A50 to A54 plasticity, A55 to A57 regularisers, A60 to A66 containers,
 * receptive fields and NIR.
 */

import { describe, expect, test } from 'vitest'
import {
  adex,
  adexRefrac,
  coupled,
  iaf,
  izhikevich,
  izhikevichPresets,
  li,
  liBox,
  lif,
  lifBox,
  lifEncoder,
  lifEx,
  lifRefrac,
  linear,
  lsnn,
  recurrent,
  sequential,
} from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { ones, sameBits, stack, type Tensor, tensor, zeros } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'
import { statesOf } from './norse.ts'

const today = { synapticDelay: 0 } as const

/** One state variable after each step. */
function trace(layer: Layer<object>, inputs: readonly Tensor[], name: string): number[] {
  let state: object | undefined
  return inputs.map((x) => {
    state = layer.step(x, state)[1]
    return statesOf(state, name)[name]?.data[0] as number
  })
}

const expectNear = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, k) => expect(Math.abs(value - (expected[k] as number)), `step ${k}: ${value}`).toBeLessThanOrEqual(1e-4))
}
const constant = (value: number, steps: number, ...shape: number[]) =>
  Array.from({ length: steps }, () => ones(...(shape.length > 0 ? shape : [1])).map(() => value))

describe.each(backends)('%s', (backend) => {
  const device = cpu({ backend })

  test('A1 the voltage of lif under a constant input', () =>
    expectNear(trace(lif({}, { ...today, device }), constant(1, 9, 10), 'v'), [0.1, 0.27, 0.487, 0.7335, 0.9963, 0.0, 0.3951, 0.7717, 0.0]))

  test('A2 the output has the shape of the input', () => expect(lif({}, { device }).step(ones(2, 1))[0].shape).toEqual([2, 1]))

  test('A3 the voltage of lifEncoder under a constant input', () =>
    expectNear(
      trace(lifEncoder({}, { device }), constant(1, 10, 10), 'v'),
      [0.1, 0.19, 0.271, 0.3439, 0.4095, 0.4686, 0.5217, 0.5695, 0.6126, 0.6513],
    ))

  test('A4 a sequence of eight ones gives one spike', () => {
    const [z, { v }] = lif({}, { ...today, device }).sequence(ones(8, 1))
    expect([...z].reduce((sum, each) => sum + each)).toBe(1)
    expectNear([...v], [0.7717])
  })

  test('A5 recurrent lif spikes in its second step', () => {
    const net = sequential({ input: linear(tensor([[10]])), cells: recurrent(lif({}, today), linear(tensor([[1]]))) }).with({ device })
    const rest = net.initialState([2, 1])
    const [, state] = net.step(ones(2, 1), { ...rest, cells: { ...rest.cells, past: ones(1, 2, 1) } })
    const [z] = net.step(ones(2, 1), state)
    expect(z.shape).toEqual([2, 1])
    expect(Math.max(...z)).toBe(1)
  })

  test('A6 lifBox comes back from far above its threshold', () => {
    const inputs = [1, 1, 1, 1, 1, 0, 0].map((x) => tensor([x]))
    const layer = lifBox({}, { initialState: { v: 10 }, device })
    expectNear(trace(layer, inputs, 'v'), [0, 0.1, 0.19, 0.271, 0.3439, 0.3095, 0.2786])
  })

  test('A7 one step of lifBox', () => expect([...lifBox({}, { device }).step(ones(2, 1))[1].v]).toEqual([0.1, 0.1].map(Math.fround)))

  test('A8 A12 at the threshold nothing spikes: it must be passed', () => {
    const [z, { v }] = lifBox({ tauMemInv: 1000 }, { device }).sequence(ones(10, 1))
    expect([...z, ...v]).toEqual([...Array<number>(10).fill(0), 1])
    const [y, state] = iaf({}, { ...today, device }).step(ones(2, 1))
    expect([...y, ...state.v]).toEqual([0, 0, 1, 1])
  })

  test('A10 liBox follows in one step where its time constant is dt', () =>
    expect([...liBox({ tauMemInv: 1000 }, { device }).sequence(ones(10, 1))[0]]).toEqual(Array<number>(10).fill(1)))

  test.each([
    ['A9 lifBox', () => lifBox({ tauMemInv: 700 })],
    ['A11 liBox', () => liBox({ tauMemInv: 700 })],
  ] as const)('%s: a sequence is its steps', (_, make) => {
    const layer = make().with({ device }) as Layer<object>
    let state: object | undefined
    const steps = constant(1, 10).map((x) => {
      const [y, next] = layer.step(x, state)
      state = next
      return y
    })
    expect(sameBits(layer.sequence(ones(10, 1))[0], stack(steps))).toBe(true)
  })

  test('A13 lsnn reads the current of the step before', () => {
    const layer = lsnn({}, { device })
    const [z, state] = layer.step(ones(1, 2, 2))
    expect([...z]).toEqual([0, 0, 0, 0])
    expect([...layer.step(ones(1, 2, 2), state)[1].i]).toEqual(Array<number>(4).fill(Math.fround(1.8)))
  })

  test('A14 lsnn is silent without input, alone and recurrent', () => {
    const net = sequential({ input: linear(2, 10, { bias: false }), cells: recurrent(lsnn(), linear(10, 10, { bias: false })) })
    for (const layer of [lsnn({}, { device }), net.with({ device })]) {
      const [z] = (layer as Layer<object>).sequence(zeros(2, 5, 2))
      expect(z.shape).toEqual([2, 5, layer === net ? 10 : z.shape[2]])
      expect([...z].every((each) => each === 0)).toBe(true)
    }
  })

  const weight = tensor([
    [5, 3],
    [2, 7],
  ])
  const compartments = () =>
    linear(
      tensor([
        [-1, 1],
        [1, -1],
      ]),
    )
  test.each<readonly [string, () => Layer<object>, string]>([
    ['lif', () => lif(), 'i'],
    ['lifRefrac', () => lifRefrac(), 'i'],
    ['lifEx', () => lifEx(), 'i'],
    ['adex', () => adex(), 'i'],
    ['adexRefrac', () => adexRefrac(), 'i'],
    ['lsnn', () => lsnn(), 'i'],
    ['compartments', () => coupled(lif(), compartments()), 'i'],
    ['refractory compartments', () => coupled(lifRefrac(), compartments()), 'i'],
    ['izhikevich', () => izhikevich(), 'v'],
  ])('A15 without autapses, a neuron of %s does not hear itself', (_, make, name) => {
    const heard = (autapses: boolean, past: readonly number[]) => {
      const net = recurrent(make(), linear(weight), { autapses }).with({ device })
      const [, state] = net.step(zeros(2), { ...net.initialState([2]), past: tensor([past]) })
      return statesOf(state, name)[name]?.data[0]
    }
    expect(heard(false, [1, 1])).toBe(heard(false, [0, 1]))
    expect(heard(true, [1, 1])).not.toBe(heard(true, [0, 1]))
  })

  test('A16 weights that are given are kept, but for the diagonal', () => {
    const net = recurrent(lif(), linear(weight), { autapses: false }).with({ device })
    expect([...net.weights.synapse.weight]).toEqual([0, 3, 2, 0])
    expect([...weight]).toEqual([5, 3, 2, 7])
  })

  test('A68 izhikevich without parameters is tonic spiking', () => {
    const input = Array.from({ length: 200 }, () => tensor([14]))
    const [plain, preset] = [izhikevich({}, { device }), izhikevich(...izhikevichPresets.tonicSpiking).with({ device })]
    expect(sameBits(plain.sequence(stack(input))[0], preset.sequence(stack(input))[0])).toBe(true)
    expect([...preset.initialState([1]).u]).toEqual([-14])
    expect(preset.initialState([1])).toEqual(plain.initialState([1]))
  })
})

test('li begins at vLeak, as everything that leaks', () => expect([...li({ vLeak: 0.5 }).initialState([2]).v]).toEqual([0.5, 0.5]))
