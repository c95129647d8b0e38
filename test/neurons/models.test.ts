/** What holds of every neuron model, and of each where it is special. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adaLif,
  bio,
  cobaLif,
  cubaLi,
  cubaLif,
  iaf,
  integrateAndFire,
  integrator,
  izhikevich,
  liBox,
  lif,
  lifBox,
  lifEx,
  lsnn,
  threshold,
} from '../../operators/index.ts'
import type { AnyDefinition } from '../../src/kernel/equations/definition.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { full, ones, sameBits, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'
import { type AnyModel, models } from './models.ts'

const values = (low: number, high: number) => fc.float({ noNaN: true, noDefaultInfinity: true, min: low, max: high })

describe.each(Object.entries(models))('%s', (name, model) => {
  const { definition } = model as { readonly definition: AnyDefinition }

  test('is plain data under its own name', () => {
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition)
    expect(definition.name).toBe(name)
  })

  test('gives the same bits on every back end, for parameters around its own, one per neuron', () => {
    const parameters = fc.record(
      Object.fromEntries(
        Object.entries(definition.params).map(([key, value]) => [
          key,
          fc.array(values(0.75, 1.25), { minLength: 3, maxLength: 3 }).map((factors) => factors.map((factor) => factor * value)),
        ]),
      ),
    )
    const steps = fc.array(fc.array(values(-8, 24), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(parameters, steps, (params, inputs) => {
        const [first, ...others] = backends.map((backend) => {
          const [y, state] = (model(params).with({ device: cpu({ backend }) }) as Layer<Record<string, Tensor>>).sequence(tensor(inputs))
          return [y, ...Object.values(state)]
        })
        for (const other of others) other.forEach((each, k) => expect(sameBits(each, first?.[k] as Tensor)).toBe(true))
      }),
      { numRuns: 10, seed: 1 },
    )
  })

  test('is finite and quiet at rest', () => {
    // Izhikevich's neuron and the exponential ones begin beside their rest.
    const [y, state] = model().sequence(zeros(300, 1))
    for (const each of [y, ...Object.values(state)]) expect([...each].every(Number.isFinite)).toBe(true)
    expect(y.data.at(-1)).toBe(0)
  })
})

describe('synaptic delay', () => {
  const spikes = (synapticDelay: 0 | 1) => {
    const [z] = lif({}, { synapticDelay }).sequence(ones(22, 1))
    return [...z].flatMap((each, k) => (each === 1 ? [k] : []))
  }
  test('a constant 1 makes lif spike at 6, 9, 12 with delay 1, a step earlier with 0', () => {
    expect(spikes(1)).toEqual([6, 9, 12, 15, 18, 21])
    expect(spikes(0)).toEqual([5, 8, 11, 14, 17, 20])
  })

  test('iaf with delay sees each input one step later', () => {
    const inputs = tensor([[0.5], [0.75], [-3], [2], [4], [0]])
    const [now, late] = ([0, 1] as const).map((synapticDelay) => [...iaf({}, { synapticDelay }).sequence(inputs)[0]])
    expect(late).toEqual([0, ...(now as number[]).slice(0, -1)])
  })

  test.each(['liBox', 'lifBox', 'izhikevich', 'cobaLif', 'cubaLif', 'lifEncoder'])('%s has no synapse to delay', (name) => {
    const [now, late] = ([0, 1] as const).map((synapticDelay) => models[name]?.({}, { synapticDelay }).sequence(full([20, 1], 5))[0])
    expect(sameBits(now as Tensor, late as Tensor)).toBe(true)
  })
})

describe('reset', () => {
  test('lifBox by subtraction loses no input: its spikes count what came in', () => {
    // Without leak each spike takes vTh from the sum.
    const layer = lifBox({ tauMemInv: 1e-3, r: 1e6, subtract: 1, vTh: 1 })
    const inputs = Array.from({ length: 50 }, (_, k) => (k % 5) * 0.2)
    const [z, { v }] = layer.sequence(new Tensor([50, 1], Float32Array.from(inputs)))
    const spikes = [...z].reduce((sum, each) => sum + each)
    expect(spikes + v.at(0)).toBeCloseTo(
      inputs.reduce((sum, each) => sum + each),
      3,
    )
  })

  test('subtract may differ between neurons', () => {
    const [, { v }] = lifBox({ tauMemInv: 1000, subtract: [0, 1] }).step(full([2], 1.75))
    expect([...v]).toEqual([0, 0.75])
  })

  test('adaLif keeps what was above the threshold, lsnn does not', () => {
    const initialState = { v: 1.5, i: 0 }
    const rates = { tauMemInv: 0, tauSynInv: 0 }
    expect([...adaLif(rates, { initialState }).step(zeros(1))[1].v]).toEqual([0.5])
    expect([...lsnn(rates, { initialState }).step(zeros(1))[1].v]).toEqual([0])
  })
})

describe('the neurons of NIR', () => {
  const inputs = Array.from({ length: 60 }, (_, k) => Math.fround(Math.sin(k) * 3 + 1))
  const x = new Tensor([inputs.length, 1], Float32Array.from(inputs))
  const f = Math.fround
  /** Their equations once more, as NIR gives them, with time constants. */
  const nir = ({ synapse, leak, spikes }: { synapse: boolean; leak: boolean; spikes: boolean }) => {
    const [tauSyn, tau, wIn, r, vLeak, vTh, vReset, dt] = [4e-3, 8e-3, 3, 1.5, 0.1, 0.9, -0.2, 1e-3]
    let [i, v] = [0, leak ? vLeak : 0]
    return inputs.map((input) => {
      i = synapse ? i + (dt / tauSyn) * (-i + wIn * input) : input
      v = leak ? v + (dt / tau) * (vLeak - v + r * i) : v + dt * 400 * i
      const z = v > vTh
      if (spikes && z) v = vReset
      return spikes ? Number(z) : v
    })
  }
  const rates = { tauSynInv: 250, tauMemInv: 125, wIn: 3, r: 1.5, vLeak: 0.1 }
  const firing = { vTh: 0.9, vReset: -0.2 }
  const { tauSynInv: _, wIn: __, ...box } = rates
  test.each<readonly [string, Layer, number[]]>([
    ['CubaLIF', cubaLif({ ...rates, ...firing }), nir({ synapse: true, leak: true, spikes: true })],
    ['CubaLI', cubaLi(rates), nir({ synapse: true, leak: true, spikes: false })],
    ['LIF', lifBox({ ...box, ...firing }), nir({ synapse: false, leak: true, spikes: true })],
    ['LI', liBox(box), nir({ synapse: false, leak: true, spikes: false })],
    ['IF', integrateAndFire({ r: 400, ...firing }), nir({ synapse: false, leak: false, spikes: true })],
    ['I', integrator({ r: 400 }), nir({ synapse: false, leak: false, spikes: false })],
    ['Threshold', threshold({ vTh: f(0.9) }), inputs.map((each) => (each > f(0.9) ? 1 : 0))],
  ])('%s', (_name, layer, expected) => {
    const [y] = layer.sequence(x)
    ;[...y].forEach((value, k) => expect(Math.abs(value - (expected[k] as number)), `step ${k}`).toBeLessThan(1e-4))
  })

  test('cubaLif with w_in = tau_syn / dt spikes as lif does', () => {
    const [z] = cubaLif({ wIn: 5 }).sequence(x)
    expect([...z]).toEqual([...lif({}, { synapticDelay: 0 }).sequence(x)[0]])
    expect([...z]).toContain(1)
  })

  test('integrateAndFire with r = 1/dt spikes as iaf does', () => {
    const amounts = x.map((each) => Math.round(each * 8) / 8)
    expect([...integrateAndFire({ r: 1024 }, { dt: 1 / 1024 }).sequence(amounts)[0]]).toEqual([
      ...iaf({}, { synapticDelay: 0 }).sequence(amounts)[0],
    ])
  })

  test('threshold is strict, stateless, and works in frames of a camera', () => {
    expect([...threshold({ vTh: [0, 1, 2] }).step(ones(3))[0]]).toEqual([1, 0, 0])
    expect(threshold().initialState([3])).toEqual({})
    const frame = zeros(200, 200).map((_each, k) => (k === 5 ? 2 : 0))
    const [z] = threshold().sequence(stack([frame, frame]))
    expect([...z.data].reduce((sum, each) => sum + each)).toBe(2)
  })
})

describe('bio', () => {
  test('lif spikes at 14 and 28 under a constant 10 mV', () => {
    const [z] = lif(bio.lif, { synapticDelay: 0 }).sequence(full([40, 1], 10))
    expect([...z].flatMap((each, k) => (each === 1 ? [k] : []))).toEqual([14, 28])
  })

  test.each(Object.entries(bio))('%s begins at rest, stays there without input, and answers to one', (name, params) => {
    const model = models[name] as AnyModel
    const layer = model(params, { dt: 1e-4 }) as Layer<Record<string, Tensor>>
    expect(Object.keys(params).sort()).toEqual(Object.keys(model.definition.params).sort())
    const [quiet, { v }] = layer.sequence(zeros(500, 1))
    const rest = [...(layer.initialState([1])['v'] as Tensor)][0] as number
    if (name !== 'li') expect([...quiet]).not.toContain(1)
    expect(Math.abs((v?.at(0) as number) - rest)).toBeLessThan(0.1)
    const [busy, after] = layer.sequence(full([500, 1], name === 'cobaLif' ? 0.1 : 5))
    if (name === 'li') expect(after['v']?.at(0)).toBeGreaterThan(-60)
    else expect([...busy]).toContain(1)
  })

  test('exponential neurons pass their threshold without NaN', () => {
    const [, { v }] = lifEx(bio.lifEx).sequence(full([50, 1], 20))
    expect([...v].every(Number.isFinite)).toBe(true)
  })
})

describe('conductances', () => {
  test('cobaLif begins at rest: without input nothing spikes', () =>
    expect([...cobaLif().sequence(zeros(50, 4))[0]]).toEqual(Array<number>(200).fill(0)))

  test('a positive input opens one channel, a negative one the other', () => {
    const [, { gE, gI, v }] = cobaLif({ tauSynExcInv: 0, tauSynInhInv: 0 }).step(tensor([2, -3, 0]))
    expect([...gE]).toEqual([2, 0, 0])
    expect([...gI]).toEqual([0, 3, 0])
    expect((v.at(0) as number) > -20 && (v.at(1) as number) < -20 && v.at(2) === -20).toBe(true)
  })
})

test('izhikevich says what it does not know', () => {
  expect(() => izhikevich({ tau: 1 } as object)).toThrow(
    /izhikevich: there is no parameter 'tau'; there are: a, b, c, d, tauInv, sq, mn, bias, vTh/,
  )
  expect(() => lsnn({}, { initialState: { a: 1 } as object })).toThrow(/lsnn: there is no state variable 'a'; there are: v, i, b/)
})
