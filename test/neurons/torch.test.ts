/** Every neuron against the same equations in PyTorch, checked there against Norse: 60 steps, constant and random input, both delays. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AnyDefinition } from '../../src/kernel/equations/definition.ts'
import { iaf } from '../../src/neurons/iaf.ts'
import { li } from '../../src/neurons/li.ts'
import { lifRefrac } from '../../src/neurons/lif-refrac.ts'
import { lif } from '../../src/neurons/lif.ts'
import { backends, populate } from '../kernel/equations/population.ts'

interface Recording {
  readonly shape: readonly [steps: number, neurons: number]
  readonly data: readonly number[]
}
interface Case {
  readonly name: string
  readonly model: string
  readonly synapticDelay: 0 | 1
  readonly dt: number
  readonly parameters: Readonly<Record<string, number | readonly number[]>>
  readonly initial: Readonly<Record<string, readonly number[]>>
  readonly input: Recording
  readonly output: Recording
  readonly state: Readonly<Record<string, Recording>>
}

const file = new URL('../fixtures/torch/neurons.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }
const models: Readonly<Record<string, AnyDefinition>> = { li, lif, lifRefrac, iaf }

const row = ({ shape: [, width], data }: Recording, step: number) => data.slice(step * width, (step + 1) * width).map(Math.fround)

describe.each(backends)('%s', (backend) => {
  test.each(cases)('$name', ({ model, synapticDelay, dt, parameters, initial, input, output, state }) => {
    const [steps, count] = input.shape
    const population = populate(models[model] as AnyDefinition, { backend, count, dt, synapticDelay, params: parameters, state: initial })
    for (let k = 0; k < steps; k++) {
      expect([...population.step(row(input, k))], `output of step ${k}`).toEqual(row(output, k))
      for (const [name, recording] of Object.entries(state)) {
        const value = [...population.state(name)]
        // The recordings add a delayed input at the end of the step also where a spike resets the variable: here it waits.
        const waits = name === models[model]?.input && population.names.includes('$input')
        const waiting = waits ? [...population.state('$input')] : value.map(() => 0)
        expect(
          value.map((each, n) => Math.fround(each + (waiting[n] as number))),
          `${name} after step ${k}`,
        ).toEqual(row(recording, k))
      }
    }
  })
})
