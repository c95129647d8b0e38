import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { lif } from '../../operators/lif.ts'
import { lifAdjoint } from '../../src/neurons/lif-adjoint.ts'
import { full, type Tensor, tensor, zeros } from '../../src/tensor.ts'
import { expectClose } from '../codes/close.ts'

const cell = lif({}, { synapticDelay: 0 })
const upstream = { z: tensor([1, 1]), v: tensor([0.5, 0.5]), i: tensor([0.25, 0.25]) }

/** A step forwards and back. */
function step(x: Tensor, before: { readonly v: Tensor; readonly i: Tensor }, back: typeof upstream) {
  const [z, after] = cell.step(x, before)
  return { z, after, gradient: lifAdjoint({ before, after: { z, v: after.v } }, back) }
}

describe('lifAdjoint', () => {
  it('G45 a neuron that spikes, and one that does not', () => {
    const { z, after, gradient } = step(tensor([1, 0.1]), { v: tensor([0.9, 0.1]), i: tensor([2, 0.1]) }, upstream)
    expect(z.toArray()).toEqual([1, 0])
    expectClose(after.v, [0, 0.11])
    expectClose(after.i, [2.4, 0.16])
    expectClose(gradient.x, [0.3, 0.3])
    expectClose(gradient.v, [0.8272727, 0.45])
    expectClose(gradient.i, [0.3, 0.3])
  })

  const small = fc.float({ min: -1, max: 1, noNaN: true })
  test.prop([small, small, fc.float({ min: -1, max: Math.fround(0.5), noNaN: true }), fc.float({ min: -1, max: 3, noNaN: true })], {
    seed: 3,
    numRuns: 50,
  })(
    'a silent neuron has the transposed linear dynamics: scaling the loss scales the gradient, and spikes do not matter',
    (byV, byI, v, i) => {
      const at = { before: { v: tensor([v]), i: tensor([i]) }, after: { z: zeros(1), v: tensor([v]) } }
      const back = (scale: number, byZ: number) => lifAdjoint(at, { z: tensor([byZ]), v: tensor([byV * scale]), i: tensor([byI * scale]) })
      expect(back(1, 0)).toEqual(back(1, 7))
      expectClose(back(2, 0).v, [2 * back(1, 0).v.at(0)])
      expectClose(back(2, 0).i, [2 * back(1, 0).i.at(0)])
    },
  )

  it('a spike from standstill has no NaN', () => {
    const before = { v: zeros(1), i: zeros(1) }
    const { v } = lifAdjoint({ before, after: { z: full([1], 1), v: zeros(1) } }, { z: zeros(1), v: zeros(1), i: zeros(1) })
    expect(v.toArray()).toEqual([0])
  })

  it('needs one shape', () => {
    const before = { v: zeros(2), i: zeros(3) }
    expect(() => lifAdjoint({ before, after: { z: zeros(2), v: zeros(2) } }, upstream)).toThrow(
      /lifAdjoint: expected a tensor of shape \[2\]/,
    )
  })
})
