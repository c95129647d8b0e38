/** Synapses whose weights a rule changes while they run. */

import { ShapeError } from '../../errors.ts'
import { sameShape, type Shape, zeros } from '../../tensor.ts'
import { nodeOf } from '../cell.ts'
import type { Description } from '../description.ts'
import { type Control, type Node, type Place, placeInside, type Running, type Slot, type Slots, type Tree } from '../node.ts'
import { conv2dLearner } from './conv2d.ts'
import type { Learner, Synapses } from './learner.ts'
import { linearLearner } from './linear.ts'
import { marksLearning } from './memory.ts'
import { partsOf, rulePorts, type RuleParts } from './rule.ts'

/**
 * y = neuron(synapse(x)), and then the rule changes the weight of the synapse, from x (`pre`), y (`post`) and its traces. State
 * { neuron, traces }; weights those of the synapse, and `neuron` where the neuron has any.
 * @throws TypeError unless the synapse is linear or conv2d, and for a rule with traces per synapse on conv2d
 */
export function plasticNode(synapseCell: unknown, neuronCell: unknown, ruleValue: unknown): Node {
  const synapse = nodeOf(synapseCell, 'plastic: synapse')
  const neuron = nodeOf(neuronCell, 'plastic: neuron')
  const rule = partsOf(ruleValue, 'plastic: rule')
  checkRule('plastic', synapse, rule)
  return learning(synapse, neuron, rule)
}

/** @throws TypeError unless the rule can change this synapse */
export function checkRule(at: string, synapse: Node, rule: RuleParts): void {
  if (synapse.kind !== 'linear' && synapse.kind !== 'conv2d') {
    throw new TypeError(`${at}: a rule changes the weights of linear or conv2d, not of ${synapse.kind}`)
  }
  const { name, synapseTraces } = rule.model
  if (synapse.kind === 'conv2d' && synapseTraces.length > 0) {
    throw new TypeError(
      `${at}: ${name} remembers something for each synapse (${synapseTraces.join(', ')}), but a kernel of conv2d is one weight at many ` +
        `places of the image: a rule for it has traces of 'pre' and 'post' only`,
    )
  }
}

/** All traces 0. */
export function tracesAtRest({ model, names }: RuleParts, input: Shape, output: Shape): Tree {
  const shapes = { pre: input, post: output, synapse: [...output, input.at(-1) as number] }
  return Object.fromEntries(Object.entries(model.traces).map(([name, kind]) => [names[name] ?? name, zeros(...shapes[kind])]))
}

function learning(synapse: Node, neuron: Node, rule: RuleParts): Node {
  const inside = (place: Place) => placeInside(place, 'neuron')
  const outputShape = (input: Shape, path: string): Shape => {
    const reached = synapse.outputShape(input, path)
    const output = neuron.outputShape(reached, `${path}.neuron`)
    if (!sameShape(reached, output))
      throw new ShapeError(`${path}.neuron`, `[${reached.join(', ')}] at its output, one for each of the synapse`, output)
    return output
  }
  return {
    kind: 'plastic',
    outputShape,
    initialState: (input, place): Tree => {
      const output = outputShape(input, place.path)
      return {
        neuron: neuron.initialState(synapse.outputShape(input, place.path), inside(place)),
        traces: tracesAtRest(rule, input, output),
      }
    },
    initialWeights: (place): Tree => {
      const own = neuron.initialWeights(inside(place))
      return { ...synapse.initialWeights(place), ...(Object.keys(own).length > 0 && { neuron: own }) }
    },
    ports: (place) => [...synapse.ports(place), ...neuron.ports(inside(place)), ...rulePorts(rule, place)],
    resolve:
      synapse.resolve || neuron.resolve
        ? (place, early) => learning(synapse.resolve?.(place, early) ?? synapse, neuron.resolve?.(inside(place), early) ?? neuron, rule)
        : undefined,
    build: (site): Running => {
      const shape = outputShape(site.shape, site.path)
      marksLearning(site.arena)
      const wire = synapse.build(site)
      const cell = neuron.build({ ...site, ...inside(site), shape: wire.shape, x: wire.y, weights: (site.weights['neuron'] ?? {}) as Tree })
      const learner = learnerOf(synapse, { site, rule, weight: wire.weights['weight'] as Slot, post: cell.y, postShape: shape })
      const weights: Slots = { ...wire.weights, weight: learner.noticing(wire.weights['weight'] as Slot) }
      return {
        shape,
        y: cell.y,
        state: { neuron: cell.state, traces: learner.traces },
        weights: Object.keys(cell.weights).length > 0 ? { ...weights, neuron: cell.weights } : weights,
        parts: { synapse: wire, neuron: cell },
        controls: [...wire.controls.map(learner.noticing), ...cell.controls, ...learner.controls],
        start: () => {
          wire.start()
          cell.start()
          learner.start()
        },
        run: () => {
          wire.run()
          cell.run()
          learner.learn()
        },
      }
    },
  }
}

/** What a rule does to a running synapse. */
export function learnerOf(synapse: Node, synapses: Synapses): Learner & { noticing<T extends Control | Slot>(written: T): T } {
  const description = plain(synapse.description)
  const learner = description?.kind === 'conv2d' ? conv2dLearner(synapses, description) : linearLearner(synapses)
  const noticing = <T extends Control | Slot>(written: T): T => ({
    ...written,
    write: (value: never) => {
      ;(written.write as (value: unknown) => void)(value)
      learner.weightsChanged()
    },
  })
  return { ...learner, noticing }
}

/** Of a node with run options of its own, what it is without them. */
const plain = (description: Description | undefined): Description | undefined =>
  description?.kind === 'configured' ? plain(description.node.description) : description
