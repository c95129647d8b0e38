/** Images as vectors. */

import { ShapeError } from '../errors.ts'
import type { Shape } from '../tensor.ts'
import type { Node } from './node.ts'

/**
 * Joins the last three axes (channel, y, x) into one, all axes where there are fewer: [c, y, x] -> [c y x],
 * [b, c, y, x] -> [b, c y x], [y, x] -> [y x], [n] stays. Costs nothing: the output is the input's memory.
 */
export function flattenNode(): Node {
  const outputShape = (input: Shape, path: string): Shape => {
    if (input.length === 0) throw new ShapeError(path, '[..., channel, y, x]', input)
    const batch = input.slice(0, -3)
    return [...batch, input.slice(-3).reduce((product, size) => product * size, 1)]
  }
  return {
    kind: 'flatten',
    description: { kind: 'flatten' },
    outputShape,
    initialState: () => ({}),
    initialWeights: () => ({}),
    ports: () => [],
    build: ({ shape, path, x }) => ({
      shape: outputShape(shape, path),
      y: x,
      state: {},
      weights: {},
      controls: [],
      start: () => {},
      run: () => {},
    }),
  }
}
