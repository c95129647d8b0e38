/** The graph of one variant of a model: where the input enters, which parameters vary between neurons, what is flushed. */

import type { AnyDefinition } from './definition.ts'
import { flush } from './flush.ts'
import { type Graph, GraphBuilder, type Node, reachable } from './graph.ts'
import { resolve } from './resolve.ts'
import { suggestion } from './suggest.ts'
import type { Assignment } from './syntax.ts'

/** What differs between kernels of one model. */
export interface Variant {
  /** Parameters with one value per neuron; the others are one number. */
  readonly arrays: readonly string[]
  /** 1: the input is added to its state variable after the equations; 0: before. Nothing to models without `input`. */
  readonly synapticDelay: 0 | 1
}

/**
 * An input that is to arrive one step later, where the equations reset its variable at a spike: added at the end of a step it would
 * show a membrane above its threshold that nothing has looked at yet. So it waits here, and is added when the next step begins.
 */
export const WAITING = '$input'

/** @throws EquationError for names that mean nothing, TypeError for an output that does not exist. */
export function stepGraph(definition: AnyDefinition, assignments: readonly Assignment[], variant: Variant): Graph {
  if (variant.synapticDelay === 0 || definition.input === undefined) return build(definition, assignments, variant, 'before')
  const plain = build(definition, assignments, variant, 'after')
  const input = plain.state.find(({ name }) => name === definition.input)
  const isReset = input !== undefined && reachable([input.value]).some(({ op }) => op === 'spike')
  return isReset ? build(definition, assignments, variant, 'waiting') : plain
}

/** @param moment when the input is added to its variable: before the equations, after them, or before those of the next step */
function build(
  definition: AnyDefinition,
  assignments: readonly Assignment[],
  variant: Variant,
  moment: 'before' | 'after' | 'waiting',
): Graph {
  const graph = new GraphBuilder(variant.arrays)
  const before = new Map<string, Node>()
  for (const name of Object.keys(definition.state)) before.set(name, graph.state(name))
  const inject = (name: string, value: Node, x: Node): Node => (name === definition.input ? graph.apply('add', value, x) : value)
  if (moment !== 'after') {
    const arriving = moment === 'before' ? graph.x() : graph.state(WAITING)
    for (const [name, value] of before) before.set(name, inject(name, value, arriving))
  }
  const constants = new Map([
    ...Object.keys(definition.params).map((name) => [name, () => graph.param(name)] as const),
    ['dt', () => graph.dt()],
    ['x', () => graph.x()],
  ])
  const after = resolve(graph, { model: definition.name, text: definition.step, constants, state: before }, assignments)
  const output = after.get(definition.output)
  if (output === undefined) {
    throw new TypeError(
      `${definition.name}: output '${definition.output}' is neither a state variable nor assigned in step${suggestion(definition.output, [...after.keys()])}`,
    )
  }
  const state = [...before.keys()].map((name) => {
    const value = after.get(name) as Node
    return { name, value: flush(graph, moment === 'after' ? inject(name, value, graph.x()) : value) }
  })
  if (moment === 'waiting') state.push({ name: WAITING, value: flush(graph, graph.x()) })
  const emitted = flush(graph, output)
  return { nodes: reachable([...state.map((each) => each.value), emitted]), state, output: emitted }
}
