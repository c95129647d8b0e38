import { flattenNode } from '../src/layers/flatten.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * The features of an image (channel, y, x: the last three axes) in one axis: [..., c, h, w] -> [..., c*h*w]. An input of fewer axes
 * becomes one axis. No copy.
 */
export function flatten(): Layer<{}, {}> {
  return makeLayer(flattenNode())
}
