import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupNorm, layerNorm, sequential } from '../../operators/index.ts'
import { ShapeError } from '../../src/errors.ts'
import { groupNormNode, layerNormNode } from '../../src/layers/norm.ts'
import { ones, stack, Tensor, tensor } from '../../src/tensor.ts'
import { RUNS } from './arbitrary.ts'
import { BACKENDS, bitsOf, runNode } from './run-node.ts'
import { fixtures, type Stored, toTensor } from './torch.ts'

const values = (length: number) =>
  fc
    .array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: length, maxLength: length })
    .map((numbers) => Float32Array.from(numbers))

describe('normalisation', () => {
  test('leaves mean 0 and variance 1, whatever came, unless nothing varies', () => {
    const cases = fc.integer({ min: 2, max: 20 }).chain((n) => values(n * 3))
    fc.assert(
      fc.property(cases, (data) => {
        const n = data.length / 3
        const y = layerNorm(n, { epsilon: 0 }).step(new Tensor([3, n], data))[0]
        for (let row = 0; row < 3; row++) {
          const own = [...y.data.subarray(row * n, (row + 1) * n)]
          const spread = Math.max(...data.subarray(row * n, (row + 1) * n)) - Math.min(...data.subarray(row * n, (row + 1) * n))
          if (spread < 1e-3) continue
          expect(own.reduce((a, b) => a + b) / n).toBeCloseTo(0, 5)
          expect(own.reduce((a, b) => a + b * b, 0) / n).toBeCloseTo(1, 4)
        }
      }),
      RUNS,
    )
  })

  test('rows of a batch, steps and groups do not see one another', () => {
    const rows = [1, 2, 3].map((seed) => ones(4, 2, 3).map((_, k) => Math.sin(k * seed) * seed))
    for (const layer of [layerNorm([2, 3]), groupNorm(2, 4)]) {
      expect(bitsOf(layer.step(stack(rows))[0])).toEqual(bitsOf(stack(rows.map((row) => layer.step(row)[0]))))
    }
    const [first, other] = rows as [Tensor, Tensor]
    const mixed = new Tensor([4, 2, 3], Float32Array.from([...first.data.subarray(0, 12), ...other.data.subarray(12)]))
    expect([...groupNorm(2, 4).step(mixed)[0].data.subarray(0, 12)]).toEqual([...groupNorm(2, 4).step(first)[0].data.subarray(0, 12)])
  })

  test('begins with weight 1 and bias 0; others may be given; without affine there are none', () => {
    const layer = layerNorm([2, 2], {
      weights: {
        bias: tensor([
          [1, 2],
          [3, 4],
        ]),
      },
    })
    expect(layer.weights.weight?.toArray()).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(layer.step(ones(2, 2))[0].toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(groupNorm(1, 3).weights.bias?.toArray()).toEqual([0, 0, 0])
    expect(layerNorm(3, { affine: false }).weights).toEqual({})
    const inside = sequential({ norm: layerNorm(2) }, { weights: { norm: { weight: tensor([2, 3]) } } })
    expect([...inside.step(tensor([0, 2]))[0]].map((value) => value.toFixed(3))).toEqual(['-2.000', '3.000'])
  })

  test('errors name the layer, the value and what is allowed', () => {
    expect(() => layerNorm(0)).toThrow('layerNorm: features 0 must be a positive integer or a list of these')
    expect(() => layerNorm([])).toThrow(RangeError)
    expect(() => layerNorm(3, { epsilon: -1 })).toThrow('layerNorm: epsilon -1')
    expect(() => groupNorm(2, 3)).toThrow('groupNorm: channels 3 must be a multiple of groups 2')
    expect(() => layerNorm([4, 5]).outputShape([2, 5])).toThrow('layerNorm: expected a tensor of shape [..., 4, 5], got [2, 5]')
    expect(() => groupNorm(1, 3).outputShape([2, 2, 2])).toThrow('groupNorm: expected a tensor of shape [..., 3, y, x], got [2, 2, 2]')
    expect(() => groupNorm(1, 3).outputShape([3])).toThrow(ShapeError)
    expect(() => layerNorm(3, { eps: 1 } as {})).toThrow("layerNorm: there is no option 'eps'")
  })
})

interface Recorded {
  readonly name: string
  readonly kind: string
  readonly shape?: readonly number[]
  readonly groups?: number
  readonly epsilon: number
  readonly input: Stored
  readonly weight: Stored | null
  readonly bias: Stored | null
  readonly output: Stored
}

describe('normalisation agrees with PyTorch', () => {
  test.each(fixtures<Recorded>('norm'))('$name', ({ shape, groups, epsilon, input, weight, bias, output }) => {
    const options = { epsilon, affine: weight !== null }
    const node = shape ? layerNormNode(shape, options) : groupNormNode(groups as number, input.shape.at(-3) as number, options)
    for (const backend of BACKENDS) {
      const weights = weight && bias ? { weight: toTensor(weight), bias: toTensor(bias) } : {}
      expect(runNode(node, toTensor(input), { backend, weights })).toAgreeWithTorch(toTensor(output), false)
    }
  })
})
