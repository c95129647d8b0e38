/**
 * Norse's vectors of its neurons, part B: G1 to G29. Spikes equal, states within 1e-6 + 1e-5 relative, on every back end.
 * Norse of today (1.1) is `synapticDelay` 0; its LSNN neurons are 1, like the release 1.0 of G5.
 *
 * Three vectors hold defects that are not copied: G18, G26, G29. Their tests compare with a transcription of the corrected equations.
 * G30 to G34 are of plasticity, G35 to G39 of receptive fields, G40 to G43 of codes, G44 and G45 of gradients: not here.
 */

import { describe, expect, test } from 'vitest'
import { coupled, linear, recurrent, sequential } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { tensor } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'
import { adexEncoderSteps, cobaSteps, refractoryCompartments } from './corrected.ts'
import { type AnyModel, models } from './models.ts'
import { camelCase, expectClose, row, statesOf, type Values, type Vector, vector } from './norse.ts'

/** Our model for what a function of Norse is called without `_step`, `_feed_forward` and the like. */
const ours: Readonly<Record<string, string>> = {
  lif: 'lif',
  lif_current_encoder: 'lifEncoder',
  lif_box: 'lifBox',
  li: 'li',
  li_box: 'liBox',
  lif_refrac: 'lifRefrac',
  lif_ex: 'lifEx',
  lif_ex_current_encoder: 'lifExEncoder',
  lif_adex: 'adex',
  lif_adex_current_encoder: 'adexEncoder',
  lif_adex_refrac: 'adexRefrac',
  iaf: 'iaf',
  lsnn: 'lsnn',
  ada_lif: 'adaLif',
  coba_lif: 'cobaLif',
  lif_mc: 'lif',
  lif_mc_refrac: 'lifRefrac',
}

/** The models that read the current of the step before in every version of Norse, and the first of release 1.0. */
const delayed = /^(LEGACY|lsnn|ada_lif)/

/** The network that a vector is about. */
function networkOf({ fn, params = {}, init = {}, input_weights, recurrent_weights, g_coupling }: Vector): Layer<object> {
  const model = models[ours[fn.replace(/^LEGACY (\w+).*/, '$1').replace(/(_feed_forward)?_step$/, '')] as string] as AnyModel
  const { reset_method, ...numbers } = params
  const given = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [camelCase(name), value as number]))
  const initialState = Object.fromEntries(
    Object.entries(init).flatMap(([name, value]) => (name === 'z' ? [] : [[camelCase(name), value] as const])),
  )
  let cells: Layer<object> = model(
    { ...given, ...(reset_method === 'reset_subtract' && { subtract: 1 }) },
    { initialState, synapticDelay: delayed.test(fn) ? 1 : 0 },
  )
  // Norse couples before the step in its feed-forward form, after it in its recurrent one.
  if (g_coupling !== undefined) cells = coupled(cells, linear(tensor(g_coupling)), { after: fn === 'lif_mc_step' })
  if (recurrent_weights !== undefined) cells = recurrent(cells, linear(tensor(recurrent_weights)))
  return input_weights === undefined ? cells : sequential({ input: linear(tensor(input_weights)), cells })
}

/** Runs a network and looks at every step. */
function follow(network: Layer<object>, { inputs, expect: expected }: Pick<Vector, 'inputs' | 'expect'>, spiking: boolean): void {
  let state: object | undefined
  inputs.forEach((x, k) => {
    const [y, next] = network.step(row(x), state)
    state = next
    const { out, ...states } = expected
    const wanted = row(out[k] as Values)
    if (spiking) expect([...y], `output of step ${k}`).toEqual([...wanted])
    else expectClose(y, wanted, `output of step ${k}`)
    const found = statesOf(next, 'v')
    for (const [name, values] of Object.entries(states))
      expectClose(found[camelCase(name)] ?? [], row(values[k] as Values), `${name} after step ${k}`)
  })
}

const ids = Array.from({ length: 29 }, (_, k) => `G${k + 1}`)
const defects = ['G18', 'G26', 'G29']

describe.each(backends)('%s', (backend) => {
  const device = cpu({ backend })

  test.each(ids.filter((id) => !defects.includes(id)).map((id) => vector(id)))('$id $fn: $about', (each) => {
    follow(networkOf(each).with({ device, dt: each.dt }), each, !each.fn.startsWith('li_'))
  })

  test('G18 adexEncoder takes a step of Euler; Norse replaces a by its derivative, which diverges', () => {
    const each = vector('G18')
    const corrected = adexEncoderSteps(each.inputs.map(Number), each.dt)
    follow(networkOf(each).with({ device, dt: each.dt }), { ...each, expect: corrected }, true)
    expect(Math.max(...(each.expect['a']?.map((a) => Math.abs(Number(a))) ?? []))).toBeGreaterThan(1000)
    expect(Math.max(...corrected.a.map(Math.abs))).toBeLessThan(1)
    // The vector is too short for a spike.
    const inputs = each.inputs.flatMap(() => [2, 2, 2, 1])
    const longer = adexEncoderSteps(inputs, each.dt)
    expect(longer.out.filter((z) => z === 1).length).toBeGreaterThan(2)
    follow(networkOf(each).with({ device, dt: each.dt }), { inputs, expect: longer }, true)
  })

  test('G26 cobaLif hears its input and begins at rest; Norse overwrites the input and begins above the threshold', () => {
    const each = vector('G26')
    const corrected = cobaSteps(
      each.inputs as readonly (readonly number[])[],
      each.input_weights ?? [],
      each.recurrent_weights ?? [],
      each.dt,
    )
    follow(networkOf(each).with({ device, dt: each.dt }), { ...each, expect: corrected }, true)
    expect(each.expect.out[0]).toEqual([1, 1, 1])
    expect(corrected.out[0]).toEqual([0, 0, 0])
  })

  test('G29 refractory compartments are silent and coupled by dt; those of Norse may fire, are coupled without dt and a step late', () => {
    const each = vector('G29')
    const corrected = refractoryCompartments(each.inputs as readonly (readonly number[])[], each.g_coupling ?? [], 3, each.dt)
    follow(networkOf(each).with({ device, dt: each.dt }), { ...each, expect: corrected }, true)
    expect(corrected.out.flat()).toContain(1)
  })
})
