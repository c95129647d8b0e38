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

/** @throws EquationError for names that mean nothing, TypeError for an output that does not exist. */
export function stepGraph(definition: AnyDefinition, assignments: readonly Assignment[], variant: Variant): Graph {
  const graph = new GraphBuilder(variant.arrays)
  const before = new Map<string, Node>()
  for (const name of Object.keys(definition.state)) before.set(name, graph.state(name))
  const inject = (name: string, value: Node): Node => (name === definition.input ? graph.apply('add', value, graph.x()) : value)
  if (variant.synapticDelay === 0) for (const [name, value] of before) before.set(name, inject(name, value))
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
    return { name, value: flush(graph, variant.synapticDelay === 1 ? inject(name, value) : value) }
  })
  const emitted = flush(graph, output)
  return { nodes: reachable([...state.map((each) => each.value), emitted]), state, output: emitted }
}
