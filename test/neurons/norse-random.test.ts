/** Neurons with parameters of their own beside Norse 1.1: eight of every model, 200 steps (scripts/fixtures/norse_neurons.py). */

import { describe, expect, test } from 'vitest'
import { coupled, linear, recurrent } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { Tensor, tensor } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'
import { type AnyModel, models } from './models.ts'
import { expectClose, fixture, statesOf } from './norse.ts'

interface Case {
  /** `recurrent coupled lif`: the model comes last, except for a kind of reset. */
  readonly model: string
  readonly dt: number
  readonly synapticDelay: 0 | 1
  readonly gain: number
  readonly params: Readonly<Record<string, readonly number[]>>
  readonly synapse?: readonly (readonly number[])[]
  readonly coupling?: readonly (readonly number[])[]
  readonly initial: Readonly<Record<string, readonly number[]>>
  /** Steps in which each neuron spikes; null for models that emit a voltage. */
  readonly spikes: readonly (readonly number[])[] | null
  /** Rows of neurons, one every `every` steps. */
  readonly states: Readonly<Record<string, readonly (readonly number[])[]>>
}

const { every, inputs, cases } = fixture<{
  readonly every: number
  readonly inputs: readonly (readonly number[])[]
  readonly cases: readonly Case[]
}>('neurons')

function layerOf({ model, params, initial, synapticDelay, coupling, synapse }: Case): Layer<object> {
  const subtract = model.endsWith(' subtract')
  const name = (subtract ? model.split(' ')[0] : model.split(' ').at(-1)) as string
  const make = models[name] as AnyModel
  const initialState = Object.fromEntries(Object.entries(initial).map(([key, values]) => [key, tensor(values)]))
  const neuron = make({ ...params, ...(subtract && { subtract: 1 }) }, { initialState, synapticDelay })
  if (coupling === undefined && synapse === undefined) return neuron
  // Norse couples before the step without recurrence, after it with.
  const cells: Layer<object> = coupling === undefined ? neuron : coupled(neuron, linear(tensor(coupling)), { after: synapse !== undefined })
  if (synapse === undefined) return cells
  return recurrent(cells, linear(tensor(synapse)), { autapses: false })
}

describe.each(backends)('%s', (backend) => {
  test.each(cases)('$model, dt $dt', (each) => {
    const layer = layerOf(each).with({ device: cpu({ backend }), dt: each.dt })
    const gain = Math.fround(each.gain)
    const spikes: number[][] = each.initial['v']?.map(() => []) ?? []
    let state: object | undefined
    inputs.forEach((numbers, step) => {
      const [y, next] = layer.step(
        new Tensor(
          [numbers.length],
          Float32Array.from(numbers, (value) => value * gain),
        ),
        state,
      )
      state = next
      y.data.forEach((value, k) => {
        if (each.spikes !== null && value === 1) spikes[k]?.push(step)
      })
      if ((step + 1) % every !== 0) return
      const found = statesOf(next, 'v')
      for (const [name, rows] of Object.entries(each.states))
        expectClose(found[name] ?? [], rows[(step + 1) / every - 1] ?? [], `${name} after step ${step}`)
      if (each.spikes === null) expect([...y]).toEqual([...(found['v'] ?? [])])
    })
    if (each.spikes !== null) expect(spikes).toEqual(each.spikes)
  })
})

test('every case spikes', () => {
  for (const { model, spikes } of cases) if (spikes !== null) expect(spikes.flat().length, model).toBeGreaterThan(10)
})
