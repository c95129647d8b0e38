/** A loop of one step inside a network: the neuron's own past, through a synapse, is added to its input. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Shape, sizeOf, zeros } from '../tensor.ts'
import { withoutAutapses } from './autapses.ts'
import { nodeOf } from './cell.ts'
import type { Arena } from '../kernel/arena.ts'
import { type Control, placeInside, type Node, type Place, type Running, type Slot, type Tree } from './node.ts'
import { checkRule, learnerOf, tracesAtRest } from './plastic/plastic.ts'
import { packedWeightsOf } from './packed-weights.ts'
import { marksLearning } from './plastic/memory.ts'
import type { Learner } from './plastic/learner.ts'
import { partsOf, rulePorts, type RuleParts } from './plastic/rule.ts'

/**
 * z(k) = neuron(x(k) + synapse(z(k - delay))), z(k) = 0 for k < 0. The state `past` is [delay, ...shape of z], oldest first.
 * @param options.autapses false: no neuron hears itself, see `withoutAutapses`
 * @param options.rule changes the synapse's weight after each step, from z(k - delay) and z(k)
 * @throws RangeError for a delay that is not a positive integer, TypeError for a synapse of which autapses cannot be taken, or that a
 *   rule cannot change.
 */
export function recurrentNode(neuronCell: unknown, synapseCell: unknown, options: RecurrentOptions): Node {
  const { delay, autapses, rule } = options
  if (!Number.isInteger(delay) || delay < 1) throw new RangeError(`recurrent: delay ${delay}: a positive whole number of steps is needed`)
  const neuron = nodeOf(neuronCell, 'recurrent: neuron')
  const synapse = nodeOf(synapseCell, 'recurrent: synapse')
  if (typeof autapses !== 'boolean') throw new TypeError(`recurrent: autapses ${String(autapses)}: true or false is needed`)
  const parts = rule === undefined ? undefined : partsOf(rule, 'recurrent: rule')
  if (parts !== undefined) checkRule('recurrent', synapse, parts)
  return looped(neuron, autapses ? synapse : withoutAutapses(synapse), { delay, autapses, rule: parts })
}

export interface RecurrentOptions {
  readonly delay: number
  readonly autapses: boolean
  readonly rule?: unknown
}

function looped(
  neuron: Node,
  synapse: Node,
  options: { readonly delay: number; readonly autapses: boolean; readonly rule: RuleParts | undefined },
): Node {
  const { delay, autapses, rule } = options
  const inNeuron = (place: Place) => placeInside(place, 'neuron')
  const inSynapse = (place: Place) => placeInside(place, 'synapse')
  const outputShape = (input: Shape, path: string): Shape => {
    const output = neuron.outputShape(input, `${path}.neuron`)
    const back = synapse.outputShape(output, `${path}.synapse`)
    if (!sameShape(back, input)) throw new ShapeError(`${path}.synapse`, `[${input.join(', ')}] at its output, the neuron's input`, back)
    return output
  }
  return {
    kind: 'recurrent',
    ...(rule === undefined && { description: { kind: 'recurrent', neuron, synapse, delay, autapses } }),
    outputShape,
    initialState: (input, place): Tree => {
      const output = outputShape(input, place.path)
      const own = synapse.initialState(output, inSynapse(place))
      return {
        neuron: neuron.initialState(input, inNeuron(place)),
        past: zeros(delay, ...output),
        ...(Object.keys(own).length > 0 && { synapse: own }),
        ...(rule && { traces: tracesAtRest(rule, output, output) }),
      }
    },
    initialWeights: (place): Tree => ({
      neuron: neuron.initialWeights(inNeuron(place)),
      synapse: synapse.initialWeights(inSynapse(place)),
    }),
    resolve:
      neuron.resolve || synapse.resolve
        ? (place, early) =>
            looped(neuron.resolve?.(inNeuron(place), early) ?? neuron, synapse.resolve?.(inSynapse(place), early) ?? synapse, options)
        : undefined,
    ports: (place) => [
      ...neuron.ports(inNeuron(place)),
      ...synapse.ports(inSynapse(place)),
      ...(rule ? rulePorts(rule, inSynapse(place)) : []),
    ],
    build: (site): Running => {
      const { arena, shape } = site
      const output = outputShape(shape, site.path)
      const size = sizeOf(output)
      const past = arena.reserve(delay * size)
      const oldest = arena.reserve(size)
      const sum = arena.reserve(sizeOf(shape))
      const back = synapse.build({
        ...site,
        ...inSynapse(site),
        shape: output,
        x: oldest,
        weights: site.weights['synapse'] as Tree,
      })
      const cell = neuron.build({ ...site, ...inNeuron(site), x: sum, weights: site.weights['neuron'] as Tree })
      const weight = back.weights['weight'] as Slot
      const inLoop = { ...site, ...inSynapse(site), shape: output, x: oldest }
      const learner = rule && learnerOf(synapse, { site: inLoop, rule, weight, post: cell.y, postShape: output })
      if (learner) marksLearning(arena)
      const noticed = <T extends Control | Slot>(written: T): T => (learner ? learner.noticing(written) : written)
      const learn = learner && (autapses ? learner.learn : learningWithoutAutapses(learner, arena, weight))
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
        state: {
          neuron: cell.state,
          past: slot,
          ...(Object.keys(back.state).length > 0 && { synapse: back.state }),
          ...(learner && { traces: learner.traces }),
        },
        weights: { neuron: cell.weights, synapse: learner ? { ...back.weights, weight: noticed(weight) } : back.weights },
        parts: { neuron: cell, synapse: back },
        controls: [...cell.controls, ...back.controls.map(noticed), ...(learner?.controls ?? [])],
        start: () => {
          cell.start()
          back.start()
          learner?.start()
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
          learn?.()
          views.past.copyWithin(0, size)
          views.past.set(views.z, (delay - 1) * size)
        },
      }
    },
  }
}

/** A rule sees all synapses; those of a neuron onto itself are 0 again before anybody looks. */
function learningWithoutAutapses(learner: Learner, arena: Arena, weight: Slot): () => void {
  const packed = packedWeightsOf(weight)
  if (packed === undefined) throw new Error('recurrent: weights that cannot be changed in place')
  const next = packed.columns + 1
  return () => {
    learner.learn()
    const values = arena.floats(packed.region)
    for (let k = 0; k < (weight.shape[0] as number); k++) values[k * next] = 0
  }
}
