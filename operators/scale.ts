import { scaleNode } from '../src/layers/scale.ts'
import type { Param } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Tensor } from '../src/tensor.ts'

/**
 * y = factor * x. The factor is a number, one value per feature (it broadcasts from the last axis), a stream of these, which is 1
 * until it emits (an emission takes effect between two steps), or learnable: then it is the weight `factor`.
 * @throws TypeError at the call for what is no factor; ShapeError where the input's last axes have another shape
 */
export function scale(factor: Param): Layer<{}, { readonly factor?: Tensor }> {
  return makeLayer(scaleNode(factor as Parameters<typeof scaleNode>[0]))
}
