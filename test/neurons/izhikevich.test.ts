/** Izhikevich's firing patterns: the spikes of Norse's presets under the inputs of Norse's tests, part C of the conformance cases. */

import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { izhikevich, izhikevichPresets } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import { Tensor, tensor } from '../../src/tensor.ts'
import { backends } from '../kernel/equations/population.ts'
import { camelCase, expectClose, type PresetVector, vector } from './norse.ts'

type Name = keyof typeof izhikevichPresets

/** Length of the run and of a step, and the input at time t; `last` is the time of the last step. */
type Stimulus = readonly [length: number, step: number, input: (t: number, last: number) => number]
const within = (t: number, width: number, ...begins: readonly number[]) => begins.some((begin) => t > begin && t < begin + width)

const stimuli: Readonly<Record<string, Stimulus>> = {
  tonic_spiking: [100, 0.25, (t, last) => (t > last / 10 ? 14 : 0)],
  phasic_spiking: [200, 0.25, (t) => (t > 20 ? 0.5 : 0)],
  tonic_bursting: [220, 0.25, (t) => (t > 25 ? 15 : 0)],
  phasic_bursting: [200, 0.25, (t) => (t > 20 ? 0.6 : 0)],
  mixed_mode: [160, 0.25, (t, last) => (t > last / 10 ? 10 : 0)],
  spike_frequency_adaptation: [85, 0.25, (t, last) => (t > last / 10 ? 30 : 0)],
  class_1_exc: [300, 0.25, (t) => (t > 30 ? 0.075 * (t - 30) : 0)],
  class_2_exc: [300, 0.25, (t) => (t > 30 ? -0.5 + 0.015 * (t - 30) : -0.5)],
  spike_latency: [100, 0.2, (t, last) => (within(t, 3, last / 10) ? 7.4 : 0)],
  subthreshold_oscillation: [200, 0.25, (t, last) => (within(t, 5, last / 10) ? 2 : 0)],
  resonator: [400, 0.25, (t, last) => (within(t, 4, last / 10, last / 10 + 20, 0.7 * last, 0.7 * last + 40) ? 0.65 : 0)],
  integrator: [100, 0.25, (t, last) => (within(t, 2, last / 11, last / 11 + 5, 0.7 * last, 0.7 * last + 10) ? 9 : 0)],
  rebound_spike: [200, 0.2, (t) => (within(t, 5, 20) ? -15 : 0)],
  rebound_burst: [200, 0.2, (t) => (within(t, 5, 20) ? -15 : 0)],
  threshold_variability: [100, 0.25, (t) => (within(t, 5, 10, 80) ? 1 : within(t, 5, 70) ? -6 : 0)],
  bistability: [300, 0.25, (t, last) => (within(t, 5, last / 8, 216) ? 1.24 : 0.24)],
  dap: [50, 0.1, (t) => (Math.abs(t - 10) < 1 ? 20 : 0)],
  inhibition_induced_spiking: [350, 0.5, (t) => (t < 50 || t > 250 ? 80 : 75)],
  inhibition_induced_bursting: [350, 0.5, (t) => (t < 50 || t > 250 ? 80 : 75)],
}

const current = (name: string): number[] => {
  const [length, step, input] = stimuli[name] as Stimulus
  const count = Math.round(length / step)
  return Array.from({ length: count }, (_, k) => input(k * step, (count - 1) * step))
}
const indices = (z: Iterable<number>) => [...z].flatMap((each, k) => (each === 1 ? [k] : []))

describe.each(backends)('%s', (backend) => {
  test.each(Object.keys(stimuli))('IZ-%s', (name) => {
    const { n_spikes, spikes, last_spike, v, u } = vector<PresetVector>(`IZ-${name}`)
    const inputs = current(name)
    const layer = izhikevich(...izhikevichPresets[camelCase(name) as Name]).with({ device: cpu({ backend }) })
    const [z, state] = layer.sequence(new Tensor([inputs.length, 1], Float32Array.from(inputs)))
    const found = indices(z)
    const listed = spikes.filter((each) => each !== '...')
    expect(found.slice(0, listed.length)).toEqual(listed)
    expect([found.length, found.at(-1)]).toEqual([n_spikes, last_spike])
    expectClose(state.v, [v], 'v at the end')
    expectClose(state.u, [u], 'u at the end')
  })
})

test('there are twenty patterns; one has no stimulus in Norse', () => {
  const tried = Object.keys(stimuli).map(camelCase)
  expect(Object.keys(izhikevichPresets).filter((name) => !tried.includes(name))).toEqual(['accommodation'])
  expect(Object.keys(izhikevichPresets)).toHaveLength(20)
})

test('a preset runs in a stream', async () => {
  const steps = from(current('tonic_bursting').map((x) => tensor([x])))
  const z = await lastValueFrom(steps.pipe(izhikevich(...izhikevichPresets.tonicBursting), toArray()))
  expect(indices(z.map((each) => each.at(0)))).toEqual(vector<PresetVector>('IZ-tonic_bursting').spikes)
})

test('two patterns stand side by side in one population, with parameters per neuron', () => {
  const [bursting, spiking] = [izhikevichPresets.tonicBursting, izhikevichPresets.tonicSpiking]
  const both = izhikevich({ c: [bursting[0].c as number, spiking[0].c as number], d: [2, 6] })
  const inputs = current('tonic_bursting')
  const [z] = both.sequence(new Tensor([inputs.length, 2], Float32Array.from(inputs.flatMap((x) => [x, x]))))
  const alone = (preset: typeof bursting) =>
    indices(izhikevich(...preset).sequence(new Tensor([inputs.length, 1], Float32Array.from(inputs)))[0])
  expect(indices([...z].filter((_, k) => k % 2 === 0))).toEqual(alone(bursting))
  expect(indices([...z].filter((_, k) => k % 2 === 1))).toEqual(alone(spiking))
})
