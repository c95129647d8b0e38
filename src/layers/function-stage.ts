/** A plain function of one step as a stage of a network. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Shape, sizeOf, Tensor, zeros } from '../tensor.ts'
import type { Node } from './node.ts'

/**
 * The function must be pure, and give tensors of one shape for inputs of one shape: it is called once with zeros to learn that
 * shape, and then once a step.
 */
export function functionNode(f: (x: Tensor) => Tensor): Node {
  const kind = f.name === '' ? 'function' : f.name
  const apply = (x: Tensor, path: string): Tensor => {
    const result = f(x)
    if (!(result instanceof Tensor)) throw new TypeError(`${path}: the function must return a Tensor, it returned ${String(result)}`)
    return result
  }
  const shapes = new Map<string, Shape>()
  const outputShape = (input: Shape, path: string): Shape => {
    const key = input.join()
    const shape = shapes.get(key) ?? apply(zeros(...input), path).shape
    shapes.set(key, shape)
    return shape
  }
  return {
    kind,
    description: { kind: 'function', call: f },
    outputShape,
    initialState: () => ({}),
    initialWeights: () => ({}),
    ports: () => [],
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const y = site.arena.reserve(sizeOf(shape))
      let from: Float32Array
      let to: Float32Array
      return {
        shape,
        y,
        state: {},
        weights: {},
        controls: [],
        start: () => {
          from = site.arena.floats(site.x)
          to = site.arena.floats(y)
        },
        run: () => {
          const result = apply(new Tensor(site.shape, from.slice(0, sizeOf(site.shape)), site.time), site.path)
          if (!sameShape(result.shape, shape))
            throw new ShapeError(site.path, `[${shape.join(', ')}] from the function as at the first step`, result.shape)
          to.set(result.data)
        },
      }
    },
  }
}
