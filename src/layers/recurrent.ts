/** A loop of one step inside a network: the neuron's own past, through a synapse, is added to its input. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Shape, sizeOf, zeros } from '../tensor.ts'
import { nodeOf } from './cell.ts'
import { placeInside, type Node, type Running, type Slot, type Tree } from './node.ts'

/**
 * z(k) = neuron(x(k) + synapse(z(k - delay))), z(k) = 0 for k < 0. The state `past` is [delay, ...shape of z], oldest first.
 * @throws RangeError for a delay that is not a positive integer.
 */
export function recurrentNode(neuronCell: unknown, synapseCell: unknown, delay: number): Node {
  if (!Number.isInteger(delay) || delay < 1) throw new RangeError(`recurrent: delay ${delay}: a positive whole number of steps is needed`)
  const neuron = nodeOf(neuronCell, 'recurrent: neuron')
  const synapse = nodeOf(synapseCell, 'recurrent: synapse')
  return looped(neuron, synapse, delay)
}

function looped(neuron: Node, synapse: Node, delay: number): Node {
  const outputShape = (input: Shape, path: string): Shape => {
    const output = neuron.outputShape(input, `${path}.neuron`)
    const back = synapse.outputShape(output, `${path}.synapse`)
    if (!sameShape(back, input)) throw new ShapeError(`${path}.synapse`, `[${input.join(', ')}] at its output, the neuron's input`, back)
    return output
  }
  return {
    kind: 'recurrent',
    description: { kind: 'recurrent', neuron, synapse, delay },
    outputShape,
    initialState: (input, place): Tree => ({
      neuron: neuron.initialState(input, placeInside(place, 'neuron')),
      past: zeros(delay, ...outputShape(input, place.path)),
    }),
    initialWeights: (place): Tree => ({
      neuron: neuron.initialWeights(placeInside(place, 'neuron')),
      synapse: synapse.initialWeights(placeInside(place, 'synapse')),
    }),
    resolve:
      neuron.resolve || synapse.resolve
        ? (place, early) =>
            looped(
              neuron.resolve?.(placeInside(place, 'neuron'), early) ?? neuron,
              synapse.resolve?.(placeInside(place, 'synapse'), early) ?? synapse,
              delay,
            )
        : undefined,
    ports: (place) => [...neuron.ports(placeInside(place, 'neuron')), ...synapse.ports(placeInside(place, 'synapse'))],
    build: (site): Running => {
      const { arena, shape } = site
      const output = outputShape(shape, site.path)
      const size = sizeOf(output)
      const past = arena.reserve(delay * size)
      const oldest = arena.reserve(size)
      const sum = arena.reserve(sizeOf(shape))
      const back = synapse.build({
        ...site,
        ...placeInside(site, 'synapse'),
        shape: output,
        x: oldest,
        weights: site.weights['synapse'] as Tree,
      })
      const cell = neuron.build({ ...site, ...placeInside(site, 'neuron'), x: sum, weights: site.weights['neuron'] as Tree })
      let views: { readonly [name in 'past' | 'oldest' | 'sum' | 'x' | 'back' | 'z']: Float32Array }
      const slot: Slot = {
        shape: [delay, ...output],
        batchAxis: 1,
        read: () => views.past.slice(),
        write: (data) => views.past.set(data),
      }
      return {
        shape: output,
        y: cell.y,
        state: { neuron: cell.state, past: slot },
        weights: { neuron: cell.weights, synapse: back.weights },
        parts: { neuron: cell, synapse: back },
        controls: [...cell.controls, ...back.controls],
        start: () => {
          cell.start()
          back.start()
          views = {
            past: arena.floats(past),
            oldest: arena.floats(oldest),
            sum: arena.floats(sum),
            x: arena.floats(site.x),
            back: arena.floats(back.y),
            z: arena.floats({ ...cell.y, length: size }),
          }
        },
        run: () => {
          views.oldest.set(views.past.subarray(0, size))
          back.run()
          const { x, sum: into, back: fed } = views
          for (let k = 0; k < into.length; k++) into[k] = (x[k] as number) + (fed[k] as number)
          cell.run()
          views.past.copyWithin(0, size)
          views.past.set(views.z, (delay - 1) * size)
        },
      }
    },
  }
}
