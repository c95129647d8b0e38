/** What Norse gives: cases A50 to A54 of its own tests, and vectors G30 to G34 of its functions. */

import { from } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { conv2d, linear, probe, tsodyksMarkram } from '../../operators/index.ts'
import type { StdpKind } from '../../src/plasticity/stdp.ts'
import { correlationSensor, stdp, stdpSensor } from '../../src/stream/learning-rules.ts'
import { full, tensor, type Tensor, zeros } from '../../src/tensor.ts'
import { drive } from './driver.ts'
import { G30, G31, G32, G33, G34 } from './golden.ts'

/** Norse's names of the rules, and ours with the exponent of their tests. */
const algorithms: Readonly<Record<keyof typeof G32, readonly [rule: StdpKind, mu: number]>> = {
  additive: ['additive', 0],
  additive_step: ['additiveStep', 0],
  multiplicative_pow: ['multiplicativePow', 0.75],
  multiplicative_relu: ['multiplicativeRelu', 1],
}
const spikes = [
  [1, 0],
  [0, 1],
  [1, 0],
] as const
const near = (actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6) => {
  expect(actual).toHaveLength(expected.length)
  Array.from(actual).forEach((value, k) => expect(Math.abs(value - (expected[k] as number))).toBeLessThanOrEqual(tolerance))
}
/** t += 0.001*20*(-t + z) for ones or zeros. */
function traces(which: 0 | 1): number[] {
  let t = 0
  return spikes.map((pair) => (t = t + 0.02 * (pair[which] - t)))
}
/** Norse scales a spike by dt*tauInv. */
const options = (rule: StdpKind, mu: number) => ({ rule, aPre: 0.02, aPost: 0.02, ...(rule === 'multiplicativePow' && { mu }) })

describe.each(Object.entries(algorithms))('stdp, %s', (name, [rule, mu]) => {
  test('A50, G32: linear', () => {
    const run = drive(linear(full([3, 2], 0.5)), stdp({ etaPlus: 0.3, etaMinus: 0.1, ...options(rule, mu) }))
    const seen = spikes.map(([pre, post]) => {
      run.step(full([1, 2], pre), full([1, 3], post), 1e-3)
      return { w: run.weight(), pre: run.trace('pre'), post: run.trace('post') }
    })
    const golden = G32[name as keyof typeof G32]
    near(
      seen.map(({ w }) => w[0] as number),
      golden.w00,
    )
    near(
      seen.map(({ pre }) => pre.at(0, 1)),
      golden.t_pre,
    )
    near(
      seen.map(({ post }) => post.at(0, 2)),
      golden.t_post,
    )
    const [tPre, tPost] = [traces(0), traces(1)]
    let w = 0.5
    seen.forEach((each, k) => {
      const [z, y] = spikes[k] as readonly [number, number]
      w += 0.3 * (1 - w) ** mu * y * (tPre[k] as number) - 0.1 * w ** mu * (tPost[k] as number) * z
      near(
        each.w,
        Array.from({ length: 6 }, () => w),
      )
    })
  })

  test('A51, G33: conv2d', () => {
    const run = drive(conv2d(full([2, 3, 3, 3], 0.5)), stdp({ etaPlus: 0.03, etaMinus: 0.01, ...options(rule, mu) }))
    const seen = spikes.map(([pre, post]) => {
      run.step(full([1, 3, 10, 10], pre), full([1, 2, 8, 8], post), 1e-3)
      return run.weight()
    })
    const golden = name === 'additive_step' ? G33.additive : G33[name as keyof typeof G33]
    near(
      seen.map((w) => w[0] as number),
      golden.w0,
    )
    const [tPre, tPost] = [traces(0), traces(1)]
    let w = 0.5
    seen.forEach((each, k) => {
      const [z, y] = spikes[k] as readonly [number, number]
      w += 64 * (0.03 * (1 - w) ** mu * y * (tPre[k] as number) - 0.01 * w ** mu * (tPost[k] as number) * z)
      near(
        each,
        Array.from({ length: 54 }, () => w),
      )
    })
  })
})

describe('sensors', () => {
  test('G30: correlations, one batch row and three alike', () => {
    for (const rows of [1, 3]) {
      const run = drive(linear(2, 2), correlationSensor())
      G30.pre.forEach((pre, k) => {
        const repeated = (values: readonly number[]) => tensor(Array.from({ length: rows }, () => values))
        run.step(repeated(pre), repeated(G30.post[k] as number[]), 1e-3)
        for (const [name, expected] of [
          ['postPre', G30.post_pre],
          ['correlation', G30.corr],
          ['anti', G30.anti],
        ] as const) {
          const trace = run.trace(name)
          expect(trace.shape).toEqual([rows, 2, 2])
          for (let row = 0; row < rows; row++) {
            for (const i of [0, 1]) {
              const norse = (expected[k] as number[][])[i] as number[]
              near([trace.at(row, 0, i), trace.at(row, 1, i)], norse)
            }
          }
        }
      })
    }
  })

  test('change no weight', () => {
    const run = drive(linear(tensor([[0.25, 1e-38]])), correlationSensor())
    run.step(tensor([1, 1]), tensor([1]))
    expect([...run.weight()]).toEqual([0.25, Math.fround(1e-38)])
  })

  test('G31: traces of both sides', () => {
    const run = drive(linear(1, 1), stdpSensor())
    const pairs = [
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
      [0, 0],
    ] as const
    pairs.forEach(([pre, post], k) => {
      run.step(tensor([pre]), tensor([post]), 1e-3)
      near([...run.trace('aPre'), ...run.trace('aPost')], [G31.a_pre[k] as number, G31.a_post[k] as number])
    })
  })

  test('A54: their shapes', () => {
    const run = drive(linear(10, 5), stdpSensor())
    run.step(zeros(5, 10), zeros(5, 5))
    expect([run.trace('aPre').shape, run.trace('aPost').shape]).toEqual([
      [5, 10],
      [5, 5],
    ])
  })

  test('the trace of the neurons decays with tauAcInv', () => {
    const run = drive(linear(1, 1), stdpSensor({ tauCInv: 0, tauAcInv: 100 }))
    run.step(tensor([1]), tensor([1]), 1e-3)
    run.step(tensor([0]), tensor([0]), 1e-3)
    near([...run.trace('aPre'), ...run.trace('aPost')], [1, 0.9])
  })
})

describe.each([
  ['A52, G34: depressing', {}, 'depressing'],
  ['A53, G34: facilitating', { tauFInv: 1 / 0.75, tauDInv: 20, U: 0.15 }, 'facilitating'],
] as const)('Tsodyks-Markram, %s', (_, params, name) => {
  const golden = G34[name]
  const layer = probe(tsodyksMarkram(params, { dt: 1e-3 }))
  const [u, r, i]: number[][] = [[], [], []]
  layer.watch('u').subscribe((value) => u?.push(value.at(0)))
  layer.watch('r').subscribe((value) => r?.push(value.at(0)))
  let current = 0
  from(Array.from({ length: 1000 }, (__, k) => tensor([k > 0 && k % 100 === 0 ? 1 : 0])))
    .pipe(layer)
    .subscribe((sent: Tensor) => {
      current = current + 1e-3 * (-50 * current) + sent.at(0)
      i?.push(current)
    })
  const at = (values: readonly number[] | undefined) => Array.from({ length: 9 }, (__, k) => values?.[100 * (k + 1)] as number)

  test('the vectors', () => {
    near(at(i), golden.current_at_100_200_900)
    near(at(u), golden.u_at)
    near(at(r), golden.x_at)
    near([Math.max(...(i as number[]).slice(0, 500)), Math.max(...(i as number[]).slice(500))], [golden.max_first, golden.max_second])
  })

  test('the first spike uses U, and later ones less or more', () => {
    expect(at(i)[0]).toBeCloseTo(name === 'depressing' ? 0.45 : 0.15, 6)
    const [first, second] = [Math.max(...(i as number[]).slice(0, 500)), Math.max(...(i as number[]).slice(500))]
    expect(name === 'depressing' ? second < first : second > first).toBe(true)
  })
})
