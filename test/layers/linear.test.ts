import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { kaimingUniform, normal, uniform } from '../../src/layers/initializer.ts'
import { linearNode } from '../../src/layers/linear.ts'
import type { Slot } from '../../src/layers/node.ts'
import { sizeOf, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { inputs, RUNS, weights } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

const F = Math.fround

/** Bias, then the inputs in ascending order, all of them. */
function reference(x: Tensor, weight: Tensor, bias: Tensor | undefined): Float32Array {
  const [outFeatures, inFeatures] = weight.shape as [number, number]
  const rows = x.data.length / inFeatures
  return Float32Array.from({ length: rows * outFeatures }, (_, k) => {
    const [row, o] = [Math.floor(k / outFeatures), k % outFeatures]
    let sum = (bias?.data[o] ?? 0) + 0
    for (let i = 0; i < inFeatures; i++)
      sum = F(sum + F((x.data[row * inFeatures + i] as number) * (weight.data[o * inFeatures + i] as number)))
    return sum
  })
}

interface Case {
  readonly x: Tensor
  readonly weight: Tensor
  readonly bias: Tensor | undefined
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    inFeatures: fc.integer({ min: 1, max: 40 }),
    outFeatures: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(63, 64, 65)),
    batch: fc.constantFrom([], [1], [3], [2, 2], [0]),
    hasBias: fc.boolean(),
  })
  .chain(({ inFeatures, outFeatures, batch, hasBias }) =>
    fc.record({
      x: inputs(sizeOf(batch) * inFeatures).map((data) => new Tensor([...batch, inFeatures], data)),
      weight: weights(inFeatures * outFeatures).map((data) => new Tensor([outFeatures, inFeatures], data)),
      bias: hasBias ? weights(outFeatures).map((data) => new Tensor([outFeatures], data)) : fc.constant(undefined),
    }),
  )

describe('linear', () => {
  test('sparse, dense, chosen, in WebAssembly and JavaScript: the bits of a plain loop', () => {
    fc.assert(
      fc.property(cases, ({ x, weight, bias }) => {
        const expected = bitsOf(reference(x, weight, bias))
        for (const backend of BACKENDS) {
          for (const force of ['sparse', 'dense', undefined] as const) {
            const node = linearNode({ weight, ...(bias && { bias }), ...(force && { force }) })
            const y = runNode(node, x, { backend })
            expect(y.shape).toEqual([...x.shape.slice(0, -1), weight.shape[0]])
            expect(bitsOf(y)).toEqual(expected)
          }
        }
      }),
      RUNS,
    )
  })

  test('step after step, as activity rises and falls, the choice does not show', () => {
    const weight = tensor(
      Array.from({ length: 6 * 100 }, (_, k) => Math.sin(k)),
      [6, 100],
    )
    const instance = buildNode(linearNode({ weight }), [2, 100])
    for (let step = 0; step < 60; step++) {
      const every = step % 20 < 10 ? 1 : 7
      const x = new Tensor(
        [2, 100],
        Float32Array.from({ length: 200 }, (_, k) => (k % every === 0 ? Math.cos(k + step) : 0)),
      )
      expect(bitsOf(instance.step(x.data))).toEqual(bitsOf(reference(x, weight, undefined)))
    }
  })

  test.each(BACKENDS)('a weight that is not finite meets the inputs that are 0, in %s', (backend) => {
    const weight = tensor([
      [Number.POSITIVE_INFINITY, 1],
      [1, 1],
    ])
    const instance = buildNode(linearNode({ weight }), [2], { backend })
    expect([...instance.step([0, 1])]).toEqual([Number.NaN, 1])
    ;(instance.running.weights['weight'] as Slot).write(Float32Array.of(2, 3, 4, 5))
    expect([...instance.step([0, 1])]).toEqual([3, 5])
  })

  test('weights and bias come back as they were written, -0 included', () => {
    const weight = new Tensor([3, 2], Float32Array.of(1, -0, 3, 4, 5, 6))
    const bias = new Tensor([3], Float32Array.of(-0, 7, 8))
    const { weights, state } = buildNode(linearNode({ weight, bias }), [4, 2]).running
    expect(state).toEqual({})
    expect((weights['weight'] as Slot).shape).toEqual([3, 2])
    expect((weights['weight'] as Slot).read()).toEqual(weight.data)
    expect((weights['bias'] as Slot).read()).toEqual(bias.data)
  })

  test('weights of the site, not of the node, count', () => {
    const weights = { weight: tensor([[2, 3]]), bias: tensor([10]) }
    expect([...runNode(linearNode({ inFeatures: 2, outFeatures: 1 }), tensor([1, 1]), { weights })]).toEqual([15])
    const incomplete = { weight: tensor([[2, 3]]) }
    expect(() => runNode(linearNode({ inFeatures: 2, outFeatures: 1 }), tensor([1, 1]), { weights: incomplete })).toThrow('no bias')
  })

  test('begins as PyTorch does, a function of the place', () => {
    const node = linearNode({ inFeatures: 100, outFeatures: 30 })
    const place = { path: 'hidden', seed: 1 }
    const { weight, bias } = node.initialWeights(place) as { weight: Tensor; bias: Tensor }
    expect(weight.shape).toEqual([30, 100])
    expect(bias.shape).toEqual([30])
    expect(Math.max(...weight.data.map(Math.abs))).toBeLessThanOrEqual(0.1)
    expect(Math.max(...weight.data.map(Math.abs))).toBeGreaterThan(0.095)
    expect(Math.max(...bias.data.map(Math.abs))).toBeGreaterThan(0.08)
    expect(node.initialWeights(place)).toEqual({ weight, bias })
    expect(node.initialWeights({ path: 'other', seed: 1 })['weight']).not.toEqual(weight)
    expect(node.initialWeights({ path: 'hidden', seed: 2 })['weight']).not.toEqual(weight)
    expect(weight.data.slice(0, 30)).not.toEqual(bias.data)
  })

  test('a seed of its own makes it independent of the place', () => {
    const node = linearNode({ inFeatures: 3, outFeatures: 2, seed: 5, weight: normal(0, 1), bias: uniform(2, 3) })
    const weights = node.initialWeights({ path: 'a', seed: 1 })
    expect(node.initialWeights({ path: 'b', seed: 2 })).toEqual(weights)
    for (const value of weights['bias'] as Tensor) expect(value).toBeGreaterThanOrEqual(2)
  })

  test('no bias where it is false, and none beside a given weight unless asked for', () => {
    const place = { path: 'linear', seed: 0 }
    expect(linearNode({ inFeatures: 3, outFeatures: 2, bias: false }).initialWeights(place)).not.toHaveProperty('bias')
    expect(linearNode({ weight: zeros(2, 3) }).initialWeights(place)).not.toHaveProperty('bias')
    expect(linearNode({ weight: zeros(2, 3), bias: kaimingUniform() }).initialWeights(place)).toHaveProperty('bias')
  })

  test('a weight that is a stream is a port and its control', () => {
    const stream = { subscribe: () => undefined }
    const node = linearNode({ weight: tensor([[1, 1]]), stream })
    expect(node.ports({ path: 'hidden', seed: 0 })).toEqual([{ path: 'hidden.weight', stream }])
    const instance = buildNode(node, [2], { path: 'hidden' })
    const [control] = instance.running.controls
    expect(control?.path).toBe('hidden.weight')
    control?.write(tensor([[2, 5]]))
    expect([...instance.step([1, 1])]).toEqual([7])
    expect(() => control?.write(tensor([1, 2]))).toThrow(ShapeError)
    expect(() => control?.write(3)).toThrow(TypeError)
    expect(linearNode({ weight: zeros(1, 2) }).ports({ path: 'hidden', seed: 0 })).toEqual([])
  })

  test('errors name the path, what was expected and what came', () => {
    const node = linearNode({ inFeatures: 784, outFeatures: 10 })
    expect(() => node.outputShape([2, 100], 'hidden.synapse')).toThrow(
      'hidden.synapse: expected a tensor of shape [..., 784], got [2, 100]',
    )
    expect(() => node.outputShape([], 'hidden')).toThrow(ShapeError)
    expect(() => linearNode({ inFeatures: 0, outFeatures: 3 })).toThrow('inFeatures 0')
    expect(() => linearNode({ inFeatures: 3 })).toThrow('outFeatures')
    expect(() => linearNode({ weight: zeros(3) })).toThrow(ShapeError)
    expect(() => linearNode({ inFeatures: 3, outFeatures: 2, weight: zeros(3, 2) })).toThrow(ShapeError)
    expect(() => linearNode({ weight: zeros(2, 3), bias: zeros(3) })).toThrow(ShapeError)
  })
})

interface Recorded {
  readonly name: string
  readonly exact: boolean
  readonly input: Stored
  readonly weight: Stored
  readonly bias: Stored | null
  readonly output: Stored
}

describe('linear agrees with PyTorch', () => {
  test.each(fixtures<Recorded>('linear'))('$name', ({ input, weight, bias, output, exact }) => {
    for (const backend of BACKENDS) {
      const y = runNode(linearNode({ weight: toTensor(weight), bias: bias ? toTensor(bias) : false }), toTensor(input), { backend })
      expect(y).toAgreeWithTorch(toTensor(output), exact)
    }
  })
})
