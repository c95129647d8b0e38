/** The network of Norse's notebook against PyTorch: Conv2d -> LIF -> Flatten -> Linear -> Sigmoid on ones[100, 1, 1, 100, 100]. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { conv2d, flatten, lif, linear, probe, sequential } from '../../operators/index.ts'
import { cpu } from '../../src/layers/device.ts'
import { ones, Tensor } from '../../src/tensor.ts'

interface Seed {
  readonly formula: {
    readonly multiplier: number
    readonly increment: number
    readonly shift: number
    readonly mix: number
    readonly keep: number
    readonly subtract: number
  }
  readonly weights: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly first: number
    readonly step: number
    readonly begins: readonly number[]
  }[]
  readonly cases: readonly {
    readonly synapticDelay: 0 | 1
    readonly spikes: readonly number[]
    readonly vSum: number
    readonly logits: { readonly data: readonly number[] }
    readonly output: { readonly data: readonly number[] }
  }[]
}

const seed = JSON.parse(readFileSync(new URL('../fixtures/torch/seed.json', import.meta.url), 'utf8')) as Seed
const { multiplier, increment, shift, mix, keep, subtract } = seed.formula

const [convWeight, convBias, linearWeight, linearBias] = seed.weights.map(({ shape, first, step }) => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
  for (let k = 0; k < data.length; k++) {
    let a = Number((BigInt(k + first) * BigInt(multiplier) + BigInt(increment)) & 0xffffffffn)
    a = (a ^ (a >>> shift)) >>> 0
    data[k] = ((Math.imul(a, mix) >>> keep) - subtract) * step
  }
  return new Tensor(shape, data)
}) as [Tensor, Tensor, Tensor, Tensor]

const sigmoid = (x: Tensor) => x.map((value) => 1 / (1 + Math.exp(-value)))
const network = (synapticDelay: 0 | 1, backend: 'webassembly' | 'javascript') =>
  probe(
    sequential({
      conv: conv2d(convWeight, { bias: convBias, padding: 2 }),
      spikes: lif({}, { synapticDelay }),
      flat: flatten(),
      fc: linear(linearWeight, { bias: linearBias }),
      sigmoid,
    }).with({ device: cpu({ backend }) }),
  )

describe('the weights follow the formula of the fixture', () => {
  test.each(seed.weights.map((each, k) => ({ ...each, made: [convWeight, convBias, linearWeight, linearBias][k] as Tensor })))(
    '$name',
    ({ begins, made }) => {
      expect([...made.data.subarray(0, begins.length)]).toEqual(begins.map(Math.fround))
    },
  )
})

describe.each(seed.cases.map((each) => ({ ...each, steps: each.spikes.length })))(
  'synapticDelay $synapticDelay',
  ({ synapticDelay, spikes, vSum, output, logits }) => {
    test.each(['webassembly', 'javascript'] as const)('%s: the same spikes and outputs', (backend) => {
      const steps = backend === 'javascript' ? 25 : spikes.length
      const [y, state] = network(synapticDelay, backend).sequence(ones(steps, 1, 1, 100, 100))
      expect(y.shape).toEqual([steps, 1, 10])
      y.data.forEach((value, k) => expect(Math.abs(value - Math.fround(output.data[k] as number))).toBeLessThan(1e-6))
      if (steps === spikes.length) expect(state.spikes.v.data.reduce((a, b) => a + b, 0)).toBeCloseTo(vSum, 2)
    })

    test('before the sigmoid: every bit, and every spike', () => {
      const cell = sequential({
        conv: conv2d(convWeight, { bias: convBias, padding: 2 }),
        spikes: lif({}, { synapticDelay }),
      })
      const [z] = cell.sequence(ones(spikes.length, 1, 1, 100, 100))
      const counts = spikes.map((_, k) => z.data.subarray(k * 30_000, (k + 1) * 30_000).reduce((a, b) => a + b, 0))
      expect(counts).toEqual(spikes)
      const [y] = linear(linearWeight, { bias: linearBias }).sequence(z.reshape(spikes.length, 30_000))
      expect([...y.data]).toEqual(logits.data.map(Math.fround))
    })
  },
)
