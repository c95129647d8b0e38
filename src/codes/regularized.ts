/** A layer that keeps account of what it does. */

import type { Shape } from '../tensor.ts'
import { sizeOf, Tensor, zeros } from '../tensor.ts'
import { nodeOf } from '../layers/cell.ts'
import { type Node, placeInside, type Running, type Slot, type Tree } from '../layers/node.ts'
import { readSlots } from '../layers/tree.ts'
import type { Accumulator } from './regularize.ts'

/** @throws TypeError for something that is not a layer, or an accumulator that is no function. */
export function regularizedNode(cell: unknown, accumulator: Accumulator<Tree>): Node {
  if (typeof accumulator !== 'function') throw new TypeError(`regularized: expected an accumulator, a function, got ${String(accumulator)}`)
  return accounted(nodeOf(cell, 'regularized'), accumulator)
}

function accounted(node: Node, accumulator: Accumulator<Tree>): Node {
  const inside = (path: string) => placeInside({ path, seed: 0 }, 'layer')
  const shapeOf = (input: Shape, path: string): Shape => {
    const place = inside(path)
    return accumulator(zeros(...node.outputShape(input, place.path)), node.initialState(input, place)).shape
  }
  return {
    kind: 'regularized',
    outputShape: (input, path) => node.outputShape(input, inside(path).path),
    initialState: (input, place) => ({
      layer: node.initialState(input, placeInside(place, 'layer')),
      accumulated: zeros(...shapeOf(input, place.path)),
    }),
    initialWeights: (place) => ({ layer: node.initialWeights(placeInside(place, 'layer')) }),
    ports: (place) => node.ports(placeInside(place, 'layer')),
    resolve: node.resolve && ((place, early) => accounted(node.resolve?.(placeInside(place, 'layer'), early) ?? node, accumulator)),
    build: (site): Running => {
      const layer = node.build({ ...site, ...placeInside(site, 'layer'), weights: site.weights['layer'] as Tree })
      const shape = shapeOf(site.shape, site.path)
      let accumulated = zeros(...shape)
      const slot: Slot = {
        shape,
        read: () => accumulated.data.slice(),
        view: () => accumulated.data,
        write: (data) => (accumulated = new Tensor(shape, data.slice())),
      }
      let z: Float32Array
      return {
        shape: layer.shape,
        y: layer.y,
        state: { layer: layer.state, accumulated: slot },
        weights: { layer: layer.weights },
        parts: { layer },
        controls: layer.controls,
        start: () => {
          layer.start()
          z = site.arena.floats({ ...layer.y, length: sizeOf(layer.shape) })
        },
        run: () => {
          layer.run()
          accumulated = accumulator(new Tensor(layer.shape, z, site.time), readSlots(layer.state), accumulated)
        },
      }
    },
  }
}
