/** Synapses of a population onto itself, but of no neuron onto itself: the diagonal of the weight is 0. */

import { Tensor } from '../tensor.ts'
import type { Node, Place, Running, Site, Slot, Tree } from './node.ts'
import { offerWeights, packedWeightsOf } from './packed-weights.ts'

/**
 * The node with a square `weight` [n, n] whose diagonal is 0: at the start, after every write, and to whoever reads it.
 * Tensors that were given stay as they are.
 * @throws TypeError where the node has no such weight, at the call unless its shape comes with a stream
 */
export function withoutAutapses(node: Node): Node {
  if (node.resolve === undefined) squareWeight(node.initialWeights({ path: 'recurrent.synapse', seed: 0 }), 'recurrent')
  return masked(node)
}

function masked(node: Node): Node {
  const { resolve } = node
  return {
    ...node,
    resolve: resolve && ((place, early) => masked(resolve(place, early))),
    initialWeights: (place) => withoutDiagonal(node.initialWeights(place), place),
    build: (site: Site): Running => {
      const running = node.build({ ...site, weights: withoutDiagonal(site.weights, site) })
      const inner = running.weights['weight'] as Slot
      const weight: Slot = { ...inner, write: (data) => inner.write(cleared(data)) }
      const packed = packedWeightsOf(inner)
      if (packed !== undefined) offerWeights(weight, packed)
      return {
        ...running,
        weights: { ...running.weights, weight },
        // A stream of weights writes past the slot.
        controls: running.controls.map(({ path, write }) => ({
          path,
          write: (value) => {
            write(value)
            weight.write(inner.read())
          },
        })),
      }
    },
  }
}

function withoutDiagonal(weights: Tree, { path }: Pick<Place, 'path'>): Tree {
  const weight = squareWeight(weights, path)
  return { ...weights, weight: new Tensor(weight.shape, cleared(weight.data)) }
}

/** A copy of a square matrix with zeros on its diagonal. */
function cleared(data: Float32Array): Float32Array {
  const copy = data.slice()
  const next = Math.sqrt(data.length) + 1
  for (let k = 0; k < copy.length; k += next) copy[k] = 0
  return copy
}

function squareWeight({ weight }: Tree, at: string): Tensor {
  if (weight instanceof Tensor && weight.shape.length === 2 && weight.shape[0] === weight.shape[1]) return weight
  const found = weight instanceof Tensor ? `one of shape [${weight.shape.join(', ')}]` : 'none'
  throw new TypeError(`${at}: autapses: false: the synapse needs a square weight [n, n], as linear(n, n) has; it has ${found}`)
}
