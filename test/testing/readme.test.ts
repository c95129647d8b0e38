/** The neuron that the README shows, taken from there, keeps the laws that the README speaks of. */

import { readFileSync } from 'node:fs'
import { runInThisContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineNeuron, type NeuronModel, ones } from 'rxspike'
import { laws, outputs } from 'rxspike/testing'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text as string)
const shown = blocks.find((text) => text.includes('defineNeuron(')) as string
const make = runInThisContext(`(defineNeuron) => { ${shown}; return adaptive }`) as (define: typeof defineNeuron) => NeuronModel
const adaptive = make(defineNeuron)

describe.each(laws(adaptive(), { shape: [7] }))('the neuron of the README: $name', ({ property }) => {
  test('holds', () => fc.assert(property, { numRuns: 30, seed: 4 }))
})

test('the neuron of the README spikes, and less and less', () => {
  const spikes = outputs(
    adaptive(),
    Array.from({ length: 300 }, () => ones(1)),
  ).map((z) => z.at(0))
  const early = spikes.slice(0, 100).reduce((sum, z) => sum + z, 0)
  const late = spikes.slice(200).reduce((sum, z) => sum + z, 0)
  expect(early).toBeGreaterThan(late)
  expect(late).toBeGreaterThan(0)
})
