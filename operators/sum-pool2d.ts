import { sumPool2dNode } from '../src/layers/sum-pool2d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * Sums of square windows over the last two axes: [..., h, w] -> [..., floor((h - k) / stride) + 1, the same of w]. No padding: what
 * does not fill a window is left out.
 * @param kernelSize pixels, a positive integer
 * @param options.stride pixels; default: `kernelSize`
 * @throws RangeError at the call for other sizes; ShapeError for an input smaller than a window
 */
export function sumPool2d(kernelSize: number, options: { readonly stride?: number } = {}): Layer<{}, {}> {
  return makeLayer(sumPool2dNode(kernelSize, options.stride ?? kernelSize))
}
