import { describe, expect, test } from 'vitest'
import type { AnyDefinition } from '../../src/kernel/equations/definition.ts'
import { iaf } from '../../src/neurons/iaf.ts'
import { li } from '../../src/neurons/li.ts'
import { lifRefrac } from '../../src/neurons/lif-refrac.ts'
import { lif } from '../../src/neurons/lif.ts'
import { backends, populate } from '../kernel/equations/population.ts'
import { golden, recurrent } from './golden.ts'

const models: Readonly<Record<string, AnyDefinition>> = { li, lif, lifRefrac, iaf }

const close = (actual: Iterable<number>, expected: readonly number[], at: string) =>
  [...actual].forEach((value, k) => {
    const wanted = expected[k] as number
    expect(Math.abs(value - wanted), `${at}: ${value}, expected ${wanted}`).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(wanted))
  })

describe.each(backends)('%s', (backend) => {
  test.each(golden)('$id $model, $about', ({ model, synapticDelay, dt, params, initial, inputs, output, state }) => {
    const spiking = model !== 'li'
    const population = populate(models[model] as AnyDefinition, { backend, count: 5, dt, synapticDelay, params, state: initial })
    inputs.forEach((x, k) => {
      const y = population.step(x)
      const expected = y.map(() => output[k] as number)
      if (spiking) expect(y).toEqual(expected)
      else close(y, [...expected], `output of step ${k}`)
      for (const [name, values] of Object.entries(state))
        close(population.state(name), Array<number>(5).fill(values[k] as number), `${name} after step ${k}`)
    })
  })

  test('G14 lifRefrac, recurrent', () => {
    const { rhoReset, inputWeights, recurrentWeights, inputs, output, v, i, rho } = recurrent
    const product = (weights: readonly (readonly number[])[], x: Iterable<number>) => {
      const values = [...x]
      return weights.map((row) => row.reduce((sum, weight, k) => Math.fround(sum + Math.fround(weight * (values[k] as number))), 0))
    }
    const population = populate(lifRefrac, { backend, count: 3, synapticDelay: 0, params: { rhoReset } })
    let z: Iterable<number> = [0, 0, 0]
    inputs.forEach((x, k) => {
      const back = product(recurrentWeights, z)
      z = population.step(product(inputWeights, x).map((value, n) => value + (back[n] as number)))
      expect([...z]).toEqual(output[k])
      close(population.state('v'), v[k] ?? [], `v after step ${k}`)
      close(population.state('i'), i[k] ?? [], `i after step ${k}`)
      close(population.state('rho'), rho[k] ?? [], `rho after step ${k}`)
    })
  })

  test.each([
    [1, [6, 9, 12, 15, 18, 21]],
    [0, [5, 8, 11, 14, 17, 20]],
  ] as const)('a constant 1 makes lif spike, with synaptic delay %d, at steps %j', (synapticDelay, expected) => {
    const population = populate(lif, { backend, count: 1, synapticDelay })
    const spikes = Array.from({ length: 22 }, (_, k) => k).filter(() => population.step(1)[0] === 1)
    expect(spikes).toEqual(expected)
  })

  test('iaf with delay sees each input one step later', () => {
    const [early, late] = ([0, 1] as const).map((synapticDelay) => populate(iaf, { backend, count: 1, synapticDelay }))
    const inputs = [0.5, 0.75, -3, 2, 4, 0]
    const now = inputs.map((x) => early?.step(x)[0])
    expect(inputs.map((x) => late?.step(x)[0])).toEqual([0, ...now.slice(0, -1)])
  })
})

test('definitions are plain data', () => {
  for (const each of Object.values(models)) expect(JSON.parse(JSON.stringify(each))).toEqual(each)
})
