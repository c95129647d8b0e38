import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { meanOver } from '../../operators/mean-over.ts'
import { ShapeError } from '../../src/errors.ts'
import { ones, Tensor, tensor } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

const at = (k: number, values: readonly number[], dt = 1e-3) =>
  new Tensor([values.length], Float32Array.from(values), { t: 1000 * (k + 1), dt })

describe('meanOver', () => {
  behavesAsOperator(() => meanOver({ steps: 1 }), [at(0, [1, 0]), at(1, [1, 1])])

  test.prop([
    fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 3, maxLength: 3 }), { maxLength: 30 }),
    fc.integer({ min: 1, max: 7 }),
  ])('one output per window, of each element on its own; a window cut short is not emitted', (spikes, steps) => {
    const result = outputs(
      meanOver({ steps }),
      spikes.map((values, k) => at(k, values)),
    )
    expect(result.length).toBe(Math.floor(spikes.length / steps))
    result.forEach((x, w) => {
      const window = spikes.slice(w * steps, (w + 1) * steps)
      expect([...x]).toEqual([0, 1, 2].map((n) => Math.fround(window.reduce((sum, values) => sum + (values[n] as number), 0) / steps)))
      expect([x.t, x.dt]).toEqual([1000 * (w + 1) * steps, steps * 1e-3])
    })
  })

  it('adds up lengths of steps that differ, and has none where a step has none', () => {
    expect(outputs(meanOver({ steps: 2 }), [at(0, [1], 1), at(1, [1], 2)])[0]?.dt).toBe(3)
    expect(outputs(meanOver({ steps: 2 }), [ones(1), at(1, [1], 2)])[0]?.dt).toBeUndefined()
  })

  it('shapes must agree within a window', () => {
    expect(() => outputs(meanOver({ steps: 2 }), [ones(2), ones(3)])).toThrow(ShapeError)
    expect(outputs(meanOver({ steps: 1 }), [ones(2), tensor(1)]).length).toBe(2)
  })

  it('checks its options at the call', () => {
    for (const steps of [0, -1, 1.5, NaN]) expect(() => meanOver({ steps })).toThrow(/meanOver: steps is/)
  })
})
