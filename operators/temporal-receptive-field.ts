import { temporalScaleDistribution } from '../src/codes/receptive-field/temporal.ts'
import { functionNode } from '../src/layers/function-stage.ts'
import { learnable } from '../src/layers/learnable.ts'
import type { Param } from '../src/layers/options.ts'
import { sequentialNode } from '../src/layers/sequential.ts'
import { ShapeError } from '../src/errors.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { Tensor } from '../src/tensor.ts'
import { liBox } from './li-box.ts'

/**
 * Every input pixel goes through neurons of several time constants: [..., channel, y, x] -> [..., scale, channel, y, x], a new axis
 * before the channels, as in Norse (`TemporalReceptiveField`). A `conv2d` after it takes the scales as batch, so it sees each alike; to
 * mix them, join the axes: `(x) => x.reshape(scales * channels, height, width)`. State and weights are those of `neuron`.
 *
 * @example
 * frames.pipe(temporalReceptiveField({ scales: temporalScaleDistribution(3, { min: 2e-3, max: 50e-3 }) }))
 * @param options.scales time constants in seconds, by default 1 ms and three more, each sqrt(2) times the one before. None should be
 * shorter than dt; below dt / 2 the integration diverges.
 * @param options.neuron a model with `tauMemInv`, which becomes 1 / scale. Default `liBox`, the leaky integrator.
 * @param options.trainable `tauMemInv` is among the weights (false)
 * @throws RangeError for a scale that is not positive; ShapeError for an input with fewer than three axes
 */
export function temporalReceptiveField<S = { readonly v: Tensor }, W = { readonly tauMemInv?: Tensor }>(
  options: {
    readonly scales?: readonly number[]
    readonly neuron?: (params: { readonly tauMemInv: Param }) => Layer<S, W>
    readonly trainable?: boolean
  } = {},
): Layer<{ readonly spread: {}; readonly neuron: S }, { readonly spread: {}; readonly neuron: W }> {
  const { scales = temporalScaleDistribution(4, { min: 1e-3 }), trainable = false } = options
  const neuron = options.neuron ?? (liBox as unknown as (params: { readonly tauMemInv: Param }) => Layer<S, W>)
  if (!Array.isArray(scales)) throw new TypeError(`temporalReceptiveField: scales: expected a list of seconds, got ${String(scales)}`)
  const count = scales.length
  if (count === 0) throw new RangeError('temporalReceptiveField: scales: one or more are needed')
  const wrong = scales.find((scale) => !(scale > 0 && scale < Infinity))
  if (wrong !== undefined) throw new RangeError(`temporalReceptiveField: scale ${String(wrong)}: a positive number of seconds is needed`)
  const rates = new Tensor(
    [count, 1, 1, 1],
    Float32Array.from(scales, (scale) => 1 / scale),
  )
  const node = sequentialNode({
    spread: makeLayer(functionNode((x) => spread(x, count))),
    neuron: neuron({ tauMemInv: trainable ? learnable(rates) : rates }),
  })
  return makeLayer({ ...node, kind: 'temporalReceptiveField' })
}

/** [..., c, y, x] -> [..., count, c, y, x], the same values `count` times. */
function spread(x: Tensor, count: number): Tensor {
  const image = x.shape.slice(-3)
  if (image.length < 3) throw new ShapeError('temporalReceptiveField', '[..., channel, y, x]', x.shape)
  const size = image.reduce((product, length) => product * length, 1)
  const result = new Float32Array(x.data.length * count)
  for (let from = 0, to = 0; from < x.data.length; from += size) {
    for (let k = 0; k < count; k++, to += size) result.set(x.data.subarray(from, from + size), to)
  }
  return new Tensor([...x.shape.slice(0, -3), count, ...image], result, x)
}
