import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { mullerC, spikeAnd, spikeEdge, spikeOr, spikeXor } from '../../src/codes/logic.ts'
import { stochasticThreshold } from '../../src/codes/stochastic-threshold.ts'
import { full, Tensor, tensor, zeros } from '../../src/tensor.ts'

const a = tensor([1, 0, 0, 1])
const b = tensor([1, 0, 0, 0])

describe('spike logic', () => {
  it('A45 on bit vectors', () => {
    expect(spikeAnd(a, b).toArray()).toEqual([1, 0, 0, 0])
    expect(spikeOr(a, b).toArray()).toEqual([1, 0, 0, 1])
    expect(spikeXor(a, b).toArray()).toEqual([0, 0, 0, 1])
    expect(mullerC(a, b, b).toArray()).toEqual([1, 0, 0, 0])
    expect(spikeEdge(a, tensor([0, 0, 1, 1])).toArray()).toEqual([1, 0, 0, 0])
  })

  test.prop([fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { maxLength: 8 })], { seed: 1, numRuns: 50 })(
    'is that of booleans',
    (triples) => {
      const bits = (f: (p: boolean, q: boolean, past: boolean) => boolean) => tensor(triples.map(([p, q, past]) => Number(f(p, q, past))))
      const [p, q, past] = [bits((x) => x), bits((_, x) => x), bits((_, __, x) => x)]
      expect(spikeAnd(p, q)).toEqual(bits((x, y) => x && y))
      expect(spikeOr(p, q)).toEqual(bits((x, y) => x || y))
      expect(spikeXor(p, q)).toEqual(bits((x, y) => x !== y))
      expect(mullerC(past, p, q)).toEqual(bits((x, y, z) => (x === y ? x : z)))
      expect(spikeEdge(p, past)).toEqual(bits((x, _, z) => x && !z))
    },
  )

  it('keeps the time of its first spikes', () => {
    const z = new Tensor([1], Float32Array.of(1), { t: 2000, dt: 1e-3 })
    expect(spikeEdge(z, zeros(1)).t).toBe(2000)
    expect(mullerC(zeros(1), z, z).dt).toBe(1e-3)
  })

  it('needs one shape', () => {
    expect(() => spikeAnd(a, zeros(3))).toThrow(/spikeAnd: expected a tensor of shape \[4\] like the others, got \[3\]/)
    expect(() => mullerC(zeros(2), a, b)).toThrow(/mullerC/)
  })
})

describe('stochasticThreshold', () => {
  const methods = ['logistic', 'circ'] as const

  it.each(methods)('A44 %s gives 0 or 1', (method) => {
    expect(new Set(stochasticThreshold(zeros(1000), { method, alpha: 0.1, seed: 1 }))).toEqual(new Set([0, 1]))
  })

  test.prop([fc.constantFrom(...methods), fc.constantFrom(-2, -0.1, 0, 0.3, 2), fc.constantFrom(0.5, 2), fc.integer()], {
    seed: 1,
    numRuns: 20,
  })('crosses with its probability, within what chance allows', (method, u, alpha, seed) => {
    const n = 4000
    const p = 0.5 + 0.5 * (method === 'logistic' ? Math.tanh(alpha * u) : u / Math.sqrt(u * u + alpha * alpha))
    const spikes = stochasticThreshold(full([n], u), { method, alpha, seed })
    expect(Math.abs(spikes.data.reduce((sum, z) => sum + z, 0) - n * p)).toBeLessThan(6 * Math.sqrt(n * p * (1 - p)) + 1)
  })

  it('says what is wrong', () => {
    // @ts-expect-error no such method
    expect(() => stochasticThreshold(a, { method: 'tanh', alpha: 1, seed: 1 })).toThrow(/method 'tanh': logistic and circ are allowed/)
    expect(() => stochasticThreshold(a, { method: 'circ', alpha: 0, seed: 1 })).toThrow(/alpha 0/)
    expect(() => stochasticThreshold(a, { method: 'circ', alpha: 1, seed: NaN })).toThrow(/seed NaN/)
  })
})
