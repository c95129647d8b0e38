import { checkOwnOptions } from '../src/layers/options.ts'
import { pool2dNode } from '../src/layers/pool2d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * Means of square windows over the last two axes, as PyTorch's AvgPool2d:
 * [..., h, w] -> [..., floor((h + 2 padding - k) / stride) + 1, the same of w]. What does not fill a window is left out.
 * @param kernelSize pixels, a positive integer
 * @param options.stride pixels; default: `kernelSize`
 * @param options.padding rows and columns of zeros around the image (0), at most half of `kernelSize`
 * @param options.countIncludePad whether these zeros count in a mean (true)
 * @throws RangeError at the call for other sizes; ShapeError for an input smaller than a window
 */
export function avgPool2d(
  kernelSize: number,
  options: { readonly stride?: number; readonly padding?: number; readonly countIncludePad?: boolean } = {},
): Layer<{}, {}> {
  checkOwnOptions('avgPool2d', options, ['stride', 'padding', 'countIncludePad'])
  return makeLayer(pool2dNode('avgPool2d', kernelSize, options))
}
