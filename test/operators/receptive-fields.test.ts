import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { conv2d, lif, liBox, sequential, spatialReceptiveField2d, temporalReceptiveField } from '../../operators/index.ts'
import { spatialParameters } from '../../src/codes/receptive-field/parameters.ts'
import { spatialReceptiveField, spatialReceptiveFields } from '../../src/codes/receptive-field/spatial.ts'
import { ShapeError } from '../../src/errors.ts'
import { laws } from '../../src/testing/index.ts'
import { full, ones, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { expectClose } from '../codes/close.ts'
import { outputs } from '../stream/operator-habits.ts'

const rows = spatialParameters({ scales: [1, 2], angles: [0, 1], ratios: [1, 2], derivatives: 1 })
const some = rows.slice(0, 3)

describe('spatialReceptiveField2d', () => {
  it('is conv2d with receptive fields', () => {
    const x = zeros(2, 12, 11).map((_, k) => ((k * 37) % 101) / 50 - 1)
    const [layer, conv] = [
      spatialReceptiveField2d(2, 9, some, { padding: 4, domain: 6 }),
      conv2d(spatialReceptiveFields(some, { size: 9, inChannels: 2, domain: 6 }), { padding: 4 }),
    ]
    expect(layer.step(x)[0].toArray()).toEqual(conv.step(x)[0].toArray())
    expect(layer.weights.weight.shape).toEqual([3, 2, 9, 9])
  })

  it('a point becomes the field, turned by half a turn, as cross-correlation has it', () => {
    const point = zeros(1, 9, 9).map((_, k) => (k === 40 ? 1 : 0))
    const field = { scale: 2, angle: 0.5, ratio: 1.5, x: 0, y: 0, dx: 1, dy: 0 }
    const [image] = spatialReceptiveField2d(1, 9, [field], { padding: 4 }).step(point)
    expect([...image].reverse()).toEqual([...spatialReceptiveField({ ...field, size: 9 })])
  })

  it('without aggregation every channel goes through every field', () => {
    const [a, b] = [full([1, 12, 12], 0.5), zeros(1, 12, 12).map((_, k) => k % 7)]
    const both = new Tensor([2, 12, 12], Float32Array.of(...a, ...b))
    const single = (x: Tensor) => [...spatialReceptiveField2d(1, 5, some).step(x)[0]]
    const [apart] = spatialReceptiveField2d(2, 5, some, { aggregate: false }).step(both)
    expect(apart.shape).toEqual([6, 8, 8])
    expect([...apart]).toEqual([...single(a), ...single(b)])
  })

  it('says at the call what is wrong', () => {
    expect(() => spatialReceptiveField2d(1, 9, [])).toThrow(/no rows were given/)
    for (const aggregate of [true, false])
      expect(() => spatialReceptiveField2d(0, 9, some, { aggregate })).toThrow(/inChannels 0: a positive whole number/)
  })
})

describe('temporalReceptiveField', () => {
  const scales = [2e-3, 8e-3]
  const frames = Array.from({ length: 6 }, (_, step) => zeros(2, 3, 4).map((__, k) => ((k * 13 + step * 5) % 9) - 3))

  it.each(laws(temporalReceptiveField({ scales }), { shape: [2, 1, 2] }))('$name', ({ property }) =>
    fc.assert(property, { seed: 20240607, numRuns: 8 }),
  )

  it('has the time constants of Norse by default', () => {
    const layer = temporalReceptiveField({ trainable: true })
    expectClose(
      layer.weights.neuron.tauMemInv as Tensor,
      [1000, 707.1, 500, 353.55].map((rate) => [[[rate]]]),
    )
    expect(layer.outputShape([5, 2, 3, 4])).toEqual([5, 4, 2, 3, 4])
  })

  it('gives each input through a leaky integrator of each time constant', () => {
    const y = outputs(temporalReceptiveField({ scales }), frames)
    const single = scales.map((scale) => outputs(liBox({ tauMemInv: 1 / scale }), frames))
    y.forEach((each, k) => expect(each.toArray()).toEqual(stack(single.map((one) => one[k] as Tensor)).toArray()))
  })

  it('takes batches, and other neurons', () => {
    const layer = temporalReceptiveField({ scales, neuron: lif })
    const batch = frames.map((frame) => stack([frame, frame.map((value) => -value)]))
    const y = outputs(layer, batch)
    expect(y[0]?.shape).toEqual([2, 2, 2, 3, 4])
    const alone = outputs(layer, frames)
    y.forEach((each, k) => expect(each.data.subarray(0, 48)).toEqual((alone[k] as Tensor).data))
    expect(layer.step(ones(2, 3, 4))[1].neuron.i.shape).toEqual([2, 2, 3, 4])
  })

  it('feeds a convolution, scale by scale or mixed', () => {
    const each = sequential({ time: temporalReceptiveField({ scales }), space: spatialReceptiveField2d(2, 3, some) })
    expect(each.outputShape([2, 5, 5])).toEqual([2, 3, 3, 3])
    const mixed = sequential({
      time: temporalReceptiveField({ scales }),
      join: (x: Tensor) => x.reshape(4, 5, 5),
      space: spatialReceptiveField2d(4, 3, some),
    })
    expect(mixed.outputShape([2, 5, 5])).toEqual([3, 3, 3])
  })

  it('says what is wrong', () => {
    expect(() => temporalReceptiveField({ scales: [] })).toThrow(/scales: one or more are needed/)
    expect(() => temporalReceptiveField({ scales: [1, -1] })).toThrow(/scale -1: a positive number of seconds/)
    expect(() => temporalReceptiveField().step(tensor([1, 2]))).toThrow(ShapeError)
    expect(() => temporalReceptiveField().step(tensor([1, 2]))).toThrow(
      /temporalReceptiveField: expected a tensor of shape \[..., channel, y, x\]/,
    )
  })
})
