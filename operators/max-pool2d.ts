import { checkOwnOptions } from '../src/layers/options.ts'
import { pool2dNode } from '../src/layers/pool2d.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * The largest values of square windows over the last two axes, as PyTorch's MaxPool2d (so a window with a NaN gives NaN):
 * [..., h, w] -> [..., floor((h + 2 padding - k) / stride) + 1, the same of w]. What does not fill a window is left out.
 * @param kernelSize pixels, a positive integer
 * @param options.stride pixels; default: `kernelSize`
 * @param options.padding rows and columns around the image (0), at most half of `kernelSize`; they are less than all numbers
 * @throws RangeError at the call for other sizes; ShapeError for an input smaller than a window
 */
export function maxPool2d(kernelSize: number, options: { readonly stride?: number; readonly padding?: number } = {}): Layer<{}, {}> {
  checkOwnOptions('maxPool2d', options, ['stride', 'padding'])
  return makeLayer(pool2dNode('maxPool2d', kernelSize, options))
}
