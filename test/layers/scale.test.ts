import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scale } from '../../operators/index.ts'
import { ShapeError } from '../../src/errors.ts'
import { uniform } from '../../src/layers/initializer.ts'
import { learnable } from '../../src/layers/learnable.ts'
import type { Slot } from '../../src/layers/node.ts'
import { scaleNode } from '../../src/layers/scale.ts'
import { ones, Tensor, tensor } from '../../src/tensor.ts'
import { inputs, RUNS, weights } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode, runNode } from './run-node.ts'

describe('scale', () => {
  test('one factor, one for each feature, one for each element: the bits of a plain loop', () => {
    const cases = fc.record({ rows: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 1, max: 19 }) }).chain(({ rows, columns }) =>
      fc.record({
        x: inputs(rows * columns).map((data) => new Tensor([rows, columns], data)),
        factors: weights(rows * columns + columns),
      }),
    )
    fc.assert(
      fc.property(cases, ({ x, factors }) => {
        const [rows, columns] = x.shape as [number, number]
        const [one, last, full] = [
          factors[0] as number,
          [...factors.subarray(0, columns)],
          new Tensor([rows, columns], factors.slice(0, rows * columns)),
        ]
        for (const backend of BACKENDS) {
          const expectBits = (factor: Parameters<typeof scaleNode>[0], of: (k: number) => number) =>
            expect(bitsOf(runNode(scaleNode(factor), x, { backend }))).toEqual(bitsOf(x.map((value, k) => value * of(k))))
          expectBits(one, () => one)
          expectBits(last, (k) => last[k % columns] as number)
          expectBits(full, (k) => full.data[k] as number)
        }
      }),
      RUNS,
    )
  })

  test.each(BACKENDS)('a factor is rounded to float32 first, in %s', (backend) => {
    expect([...runNode(scaleNode(0.1), tensor([3]), { backend })]).toEqual([Math.fround(Math.fround(0.1) * 3)])
  })

  test('a stream is a port; its factor is 1 until it emits, and may change its shape', () => {
    const stream = { subscribe: () => undefined }
    const node = scaleNode(stream)
    expect(node.ports({ path: 'gain', seed: 0 })).toEqual([{ path: 'gain.factor', stream }])
    const instance = buildNode(node, [2, 3], { path: 'gain' })
    const [control] = instance.running.controls
    const x = [1, 2, 3, 4, 5, 6]
    expect([...instance.step(x)]).toEqual(x)
    control?.write([1, 10, 100])
    expect([...instance.step(x)]).toEqual([1, 20, 300, 4, 50, 600])
    control?.write(2)
    expect([...instance.step(x)]).toEqual([2, 4, 6, 8, 10, 12])
    control?.write(
      tensor([
        [0, 0, 0],
        [1, 1, 1],
      ]),
    )
    expect([...instance.step(x)]).toEqual([0, 0, 0, 4, 5, 6])
    expect(() => control?.write([1, 2])).toThrow(ShapeError)
    expect(() => control?.write('2')).toThrow(TypeError)
  })

  test.each(BACKENDS)('a learnable factor is a weight: read, written, given from outside, in %s', (backend) => {
    const node = scaleNode(learnable(3))
    expect(node.ports({ path: 'gain', seed: 0 })).toEqual([])
    expect(node.initialWeights({ path: 'gain', seed: 0 })).toEqual({ factor: tensor(3) })
    const instance = buildNode(node, [2], { backend, path: 'gain' })
    expect([...instance.step([1, -2])]).toEqual([3, -6])
    const slot = instance.running.weights['factor'] as Slot
    slot.write(Float32Array.of(0.5))
    expect([...instance.step([1, -2])]).toEqual([0.5, -1])
    expect([...slot.read()]).toEqual([0.5])
    const each = scaleNode(learnable(tensor([1, 10])))
    expect(runNode(each, ones(2, 2), { backend }).toArray()).toEqual([
      [1, 10],
      [1, 10],
    ])
    expect(runNode(each, ones(2, 2), { backend, weights: { factor: tensor([2, 3]) } }).toArray()).toEqual([
      [2, 3],
      [2, 3],
    ])
    expect(() => each.outputShape([2, 3], 'gain')).toThrow('gain: expected a tensor of shape [..., 2], got [2, 3]')
  })

  test('a learnable factor of a layer has a name, and may be drawn', () => {
    const layer = scale(learnable(uniform(2, 3)))
    const drawn = layer.weights.factor as Tensor
    expect(drawn.shape).toEqual([])
    expect(drawn.data[0]).toBeGreaterThanOrEqual(2)
    expect([...layer.step(ones(2))[0]]).toEqual([drawn.data[0], drawn.data[0]])
    expect(layer.with({ weights: { factor: tensor(4) } }).step(ones(1))[0].data[0]).toBe(4)
    expect(scale(2).weights).toEqual({})
    expect(() => layer.with({ weights: { factor: ones(1) } }).step(ones(1))).toThrow(ShapeError)
  })

  test('a number is no port; what is no factor is refused', () => {
    expect(scaleNode(2).ports({ path: 'gain', seed: 0 })).toEqual([])
    expect(() => scaleNode([1, 2]).outputShape([4, 3], 'gain')).toThrow('gain: expected a tensor of shape [..., 2], got [4, 3]')
    expect(() => scaleNode('2' as unknown as number)).toThrow(TypeError)
  })
})
