/** Neurons as their user meets them: a model of one's own, parameters as arrays and as streams, presets, compartments. */

import { BehaviorSubject, lastValueFrom, map, toArray } from 'rxjs'
import { defineNeuron, full, learnable, ones, tensor, type Tensor } from 'rxspike'
import { adex, coupled, izhikevich, izhikevichPresets, lif, lifRefrac, linear, lsnn, probe, recurrent, sequential } from 'rxspike/operators'
import { steps } from 'rxspike/sources'
import { describe, expect, expectTypeOf, test } from 'vitest'

const count = (z: readonly Tensor[], neuron: number) => z.filter((each) => each.data[neuron] === 1).length
const constant = (x: Tensor, n: number) => steps(n, { dt: 1e-3 }).pipe(map(() => x))

test("a model of one's own, in ten lines", async () => {
  const burster = defineNeuron({
    name: 'burster',
    params: { tauInv: 100, vTh: 1, gain: 0.5 },
    state: { v: 0, w: 0 },
    step: `
      v = v + dt*tauInv*(x + w - v)
      z = spike(v - vTh)
      w = (w + gain*z)*exp(-dt*tauInv)
      v = z ? 0 : v`,
    output: 'z',
  })
  const run = (gain: number) =>
    lastValueFrom(
      constant(
        ones(1).map(() => 1.5),
        200,
      ).pipe(burster({ gain }), toArray()),
    )
  const [plain, excited] = await Promise.all([run(0), run(2)])
  expect(count(excited, 0)).toBeGreaterThan(count(plain, 0))
  expectTypeOf(burster().initialState([1])).toEqualTypeOf<{ readonly v: Tensor; readonly w: Tensor }>()
})

test('every neuron may have parameters of its own: an array, a tensor, a learnable start', async () => {
  const layer = adex({ tauMemInv: [50, 100, 200], vTh: tensor([0.5, 1, 1.5]), adaptationSpike: learnable(0.1) })
  const z = await lastValueFrom(constant(full([3], 1), 100).pipe(layer, toArray()))
  expect(count(z, 0)).toBeGreaterThan(0)
  expect(new Set([0, 1, 2].map((k) => count(z, k))).size).toBeGreaterThan(1)
  expect([...(layer.weights.adaptationSpike ?? [])]).toEqual([0.1].map(Math.fround))
})

test('a parameter is a stream: a threshold that rises silences the neuron', async () => {
  const beta = new BehaviorSubject(0)
  const input = constant(ones(2), 200).pipe(map((x, k) => (k === 100 ? (beta.next(50), x) : x)))
  const z = await lastValueFrom(input.pipe(lsnn({ beta, tauAdaptInv: 1.25 }), toArray()))
  expect(count(z.slice(0, 100), 0)).toBeGreaterThan(20)
  expect(count(z.slice(100), 0)).toBeLessThan(3)
})

describe('compartments', () => {
  const conductances = tensor([
    [-40, 40],
    [40, -40],
  ])

  test('a soma spikes on what comes into its dendrite', async () => {
    const neuron = probe(coupled(lifRefrac({ vTh: [1e6, 0.2] }), linear(conductances)))
    const z = await lastValueFrom(constant(tensor([1, 0]), 200).pipe(neuron, toArray()))
    expect([count(z, 0) === 0, count(z, 1) > 0]).toEqual([true, true])
    expect(neuron.snapshot().state.neuron.v.at(0)).toBeGreaterThan(1)
  })

  test('types know what is inside', () => {
    const net = sequential({ in: linear(3, 2), cells: recurrent(coupled(lif(), linear(conductances)), linear(2, 2), { autapses: false }) })
    expectTypeOf(net.initialState([3]).cells.neuron.neuron.v).toEqualTypeOf<Tensor>()
    expectTypeOf(net.weights.cells.neuron.coupling.weight).toEqualTypeOf<Tensor>()
    const untyped = () => {
      // @ts-expect-error lif has no state u
      coupled(lif(), linear(2, 2), { state: 'u' })
      // @ts-expect-error izhikevich has no tauMemInv
      izhikevich({ tauMemInv: 1 })
    }
    expect(untyped).toThrow(/tauMemInv/)
  })
})

test('a preset is plain arguments, of which any may be changed', async () => {
  const [params, options] = izhikevichPresets.tonicBursting
  const run = (tauInv: number) => lastValueFrom(constant(full([1], 15), 220).pipe(izhikevich({ ...params, tauInv }, options), toArray()))
  const [slow, fast] = await Promise.all([run(250), run(1000)])
  expect(count(fast, 0)).toBeGreaterThan(2 * count(slow, 0))
})
