import { checkOwnOptions } from '../src/layers/options.ts'
import { sumPool2dNode } from '../src/layers/sum-pool2d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * Sums of square windows over the last two axes: [..., h, w] -> [..., floor((h + 2 padding - k) / stride) + 1, the same of w]. What
 * does not fill a window is left out.
 * @param kernelSize pixels, a positive integer
 * @param options.stride pixels; default: `kernelSize`
 * @param options.padding rows and columns of zeros around the image (0), at most half of `kernelSize`
 * @throws RangeError at the call for other sizes; ShapeError for an input smaller than a window
 */
export function sumPool2d(kernelSize: number, options: { readonly stride?: number; readonly padding?: number } = {}): Layer<{}, {}> {
  checkOwnOptions('sumPool2d', options, ['stride', 'padding'])
  return makeLayer(sumPool2dNode(kernelSize, options.stride ?? kernelSize, options.padding))
}
