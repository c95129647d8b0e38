/** That something is learned: results of papers, small. */

import { filter, map, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { lif, linear, plastic, poisson, probe, scale } from '../../operators/index.ts'
import { steps } from '../../sources/steps.ts'
import { uniform } from '../../src/layers/initializer.ts'
import { stdp, threeFactor } from '../../src/stream/learning-rules.ts'
import { defineNeuron } from '../../src/stream/neuron.ts'
import { defineRule } from '../../src/stream/rule.ts'
import { tensor } from '../../src/tensor.ts'

test('under STDP synapses become strong or weak (Song, Miller & Abbott 2000)', () => {
  const learner = probe(
    plastic(linear(100, 1, { weight: uniform(0, 1), bias: false }), lif({ vTh: 2 }), stdp({ etaPlus: 1e-2, etaMinus: 1.05e-2 })),
  )
  steps(60_000, { dt: 1e-3 })
    .pipe(poisson({ shape: [100], rate: 15, seed: 1 }), learner)
    .subscribe()
  const weights = [...learner.snapshot().weights.weight]
  const between = (low: number, high: number) => weights.filter((w) => w >= low && w < high).length
  expect(between(0, 0.2)).toBeGreaterThan(30)
  expect(between(0.8, 1.1)).toBeGreaterThan(10)
  expect(between(0.4, 0.6)).toBeLessThan(10)
  expect(between(0, 0.2) + between(0.8, 1.1)).toBeGreaterThan(2 * between(0.2, 0.8))
})

test('Oja finds the direction in which inputs vary most, at length 1 (Oja 1982)', () => {
  const oja = defineRule({ name: 'oja', params: { eta: 1e-3 }, traces: {}, step: 'w = w + eta*post*(pre - post*w)' })
  const learner = probe(plastic(linear(8, 1, { weight: uniform(0, 0.1), bias: false }), scale(1), oja()))
  steps(20_000, { dt: 1e-3 })
    .pipe(
      map(({ step }) => tensor(Array.from({ length: 8 }, (_, k) => (k < 4 ? Math.sin(step / 10) : Math.sin(step * (k + 0.45)))))),
      learner,
    )
    .subscribe()
  const weight = [...learner.snapshot().weights.weight]
  weight.forEach((w, k) => expect(Math.abs(w - (k < 4 ? 0.5 : 0))).toBeLessThan(0.05))
})

describe('reward', () => {
  const patterns = [tensor([1, 1, 1, 0, 0, 0, 1, 0]), tensor([0, 0, 0, 1, 1, 1, 1, 0])] as const
  const silence = tensor([0, 0, 0, 0, 0, 0, 0, 0])
  const go = (step: number) => ((Math.imul(step, 0x9e3779b1) >>> 20) & 1) === 1
  const noisy = defineNeuron({
    name: 'noisy',
    params: { noise: 0.5 },
    state: { v: 0 },
    step: 'v = x + noise*normal(); z = spike(v - 0.5)',
    output: 'z',
  })

  /** How many of the first and of the last 100 of 1000 trials were right. */
  function trials(seed: number, eta: number): readonly [first: number, last: number] {
    const reward = new Subject<number>()
    const rule = threeFactor({ eta, tauEligibilityInv: 500, modulator: reward })
    const readout = plastic(linear(8, 1, { weight: uniform(0, 0.25), bias: false }), noisy(), rule).with({ seed })
    const right: number[] = []
    let expected = 0
    steps(2000, { dt: 1e-3 })
      .pipe(
        map(({ step }) => (step % 2 === 1 ? silence : patterns[go(step) ? 1 : 0])),
        readout,
        map((z, step) => ({ step, went: z.at(0) === 1 })),
        filter(({ step }) => step % 2 === 0),
      )
      .subscribe(({ step, went }) => {
        const surprise = (go(step) ? 1 : -1) - expected
        if (went) reward.next(surprise)
        if (went) expected += 0.05 * surprise
        right.push(went === go(step) ? 1 : 0)
      })
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
    return [sum(right.slice(0, 100)), sum(right.slice(-100))]
  }

  test.each([1, 2, 3, 4, 5])('teaches when to go, seed %i: above 90 of 100', (seed) => expect(trials(seed, 0.02)[1]).toBeGreaterThan(90))

  test('teaches nothing at a rate of 0', () => {
    for (const seed of [1, 2, 3]) for (const right of trials(seed, 0)) expect(right).toBeLessThan(70)
  })
})
