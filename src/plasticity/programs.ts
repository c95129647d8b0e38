/**
 * A rule cut into three: what is computed once for each input, once for each output, and for each synapse. What inputs and outputs
 * hand to their synapses are the values at the cut, `$pre0`, `$pre1`, ..., `$post0`, ...
 */

import { flush } from '../kernel/equations/flush.ts'
import { type Graph, GraphBuilder, type Node, type Operation, reachable } from '../kernel/equations/graph.ts'
import type { Layout } from '../kernel/equations/slots.ts'
import type { RuleDefinition } from './definition.ts'
import type { RuleEquations } from './equations.ts'

/** What one side computes for each of its elements: `x` is the spike. State: its traces, then the values at the cut. */
export interface SideProgram {
  readonly graph: Graph
  readonly layout: Layout
}

/** What is computed for each synapse. State: per synapse. Parameters in groups, see `layout`. */
export interface SynapseProgram {
  readonly graph: Graph
  /** `params`: those of the rule and `modulator`; per synapse, `w` and `$sum`; per input; per output. */
  readonly layout: Layout
  /** How many of each group of parameters. */
  readonly shared: number
  readonly synapses: number
  readonly inputs: number
  readonly outputs: number
}

/** A value that one side hands to the synapses. */
export interface Handed {
  /** Where it comes from: this state of the side's program; undefined: the spike itself. */
  readonly from: string | undefined
}

export interface Programs {
  readonly pre: SideProgram | undefined
  readonly post: SideProgram | undefined
  readonly handed: { readonly pre: readonly Handed[]; readonly post: readonly Handed[] }
  /** Changes the weight in place. */
  readonly direct: SynapseProgram
  /** Adds the increment of the weight to `$sum`. */
  readonly summing: SynapseProgram
  /** Adds `$sum` to the weight and clears it. */
  readonly applying: SynapseProgram
}

type Side = 'pre' | 'post'

export function programsOf(definition: RuleDefinition, equations: RuleEquations): Programs {
  const { traces, w, rankOf } = equations
  const params = [...Object.keys(definition.params), 'modulator']
  const named = (kind: string) => [...traces].filter(([name]) => definition.traces[name] === kind)
  const cut = cutOf([...named('synapse').map(([, node]) => node), ...(w === undefined ? [] : [w])], rankOf)
  const handed = (side: Side) => cut[side].map((node, k): Handed => (node.op === 'param' ? { from: undefined } : { from: `$${k}` }))

  const sideProgram = (side: Side): SideProgram | undefined => {
    const graph = new GraphBuilder([])
    const copy = copier(graph, (node) => (node.op === 'param' && node.name === side ? graph.x() : undefined))
    const state = [
      ...named(side).map(([name, node]) => ({ name, value: flush(graph, copy(node)) })),
      ...cut[side].flatMap((node, k) => (node.op === 'param' ? [] : [{ name: `$${k}`, value: copy(node) }])),
    ]
    if (state.length === 0) return undefined
    return { graph: complete(state, graph.constant(0)), layout: { state: state.map(({ name }) => name), params } }
  }

  const synapseProgram = (perSynapse: readonly string[], output: (tools: Tools) => Node, own?: (tools: Tools) => State): SynapseProgram => {
    const names = (side: Side) => (own === undefined ? cut[side].map((_, k) => `$${side}${k}`) : [])
    const [inputs, outputs] = [names('pre'), names('post')]
    const graph = new GraphBuilder([...perSynapse, ...outputs])
    const copy = copier(graph, (node) => {
      for (const side of ['pre', 'post'] as const) {
        const k = cut[side].indexOf(node)
        if (k >= 0) return graph.param(`$${side}${k}`)
      }
      return node.op === 'state' && node.name === 'w' ? graph.param('w') : undefined
    })
    const tools = { graph, copy, bounded: (node: Node) => bound(graph, node, definition) }
    const state = own?.(tools) ?? named('synapse').map(([name, node]) => ({ name, value: flush(graph, copy(node)) }))
    return {
      graph: complete(state, output(tools)),
      layout: { state: state.map(({ name }) => name), params: [...params, ...perSynapse, ...inputs, ...outputs] },
      shared: params.length,
      synapses: perSynapse.length,
      inputs: inputs.length,
      outputs: outputs.length,
    }
  }
  return {
    pre: sideProgram('pre'),
    post: sideProgram('post'),
    handed: { pre: handed('pre'), post: handed('post') },
    direct: synapseProgram(['w'], ({ graph, copy, bounded }) => (w === undefined ? graph.param('w') : bounded(copy(w)))),
    summing: synapseProgram(['w', SUM], ({ graph, copy }) =>
      w === undefined ? graph.param(SUM) : graph.apply('add', graph.param(SUM), increment(graph, w, copy)),
    ),
    applying: synapseProgram(
      ['w'],
      ({ graph, bounded }) => bounded(graph.apply('add', graph.param('w'), graph.state(SUM))),
      ({ graph }) => [{ name: SUM, value: graph.constant(0) }],
    ),
  }
}

type State = readonly { readonly name: string; readonly value: Node }[]

interface Tools {
  readonly graph: GraphBuilder
  readonly copy: (node: Node) => Node
  readonly bounded: (node: Node) => Node
}

/** The increments of a step, no name that a text could have. */
const SUM = '$sum'

const complete = (state: State, output: Node): Graph => ({
  nodes: reachable([...state.map(({ value }) => value), output]),
  state,
  output,
})

/** The values of inputs and of outputs that values of synapses are made of. */
function cutOf(roots: readonly Node[], rankOf: RuleEquations['rankOf']): Readonly<Record<Side, readonly Node[]>> {
  const found = new Set(roots)
  for (const node of found) if (rankOf(node) === 'synapse') for (const each of node.args) found.add(each)
  const of = (side: Side) => [...found].filter((node) => rankOf(node) === side)
  return { pre: of('pre'), post: of('post') }
}

/** Copies values into another graph, with other leaves. */
function copier(graph: GraphBuilder, leaf: (node: Node) => Node | undefined): (node: Node) => Node {
  const known = new Map<Node, Node>()
  const copied = (node: Node): Node => {
    const { op, name, value, args } = node
    if (op === 'constant') return graph.constant(value)
    if (op === 'dt') return graph.dt()
    if (op === 'param') return graph.param(name)
    if (op === 'state') return graph.state(name)
    return graph.apply(op as Operation, ...args.map((each) => known.get(each) as Node))
  }
  return (root) => {
    for (const node of reachable([root])) if (!known.has(node)) known.set(node, leaf(node) ?? copied(node))
    return known.get(root) as Node
  }
}

/** Within the bounds, and no smaller than what a step leaves of any state. */
function bound(graph: GraphBuilder, value: Node, { bounds = {} }: RuleDefinition): Node {
  const of = (end: number | string) => (typeof end === 'string' ? graph.param(end) : graph.constant(end))
  const above = bounds.min === undefined ? value : graph.apply('max', value, of(bounds.min))
  return flush(graph, bounds.max === undefined ? above : graph.apply('min', above, of(bounds.max)))
}

/** How much a text adds to the weight. Of `w + a - b` it is `a - b`, which is more exact than the difference of the weights. */
function increment(graph: GraphBuilder, w: Node, copy: (node: Node) => Node): Node {
  const terms: Node[] = []
  let node = w
  while (!isWeight(node)) {
    const [a, b] = node.args as [Node, Node]
    if (node.op === 'add' && isWeight(b) && !isWeight(a)) {
      terms.push(copy(a))
      node = b
    } else if (node.op === 'add' || node.op === 'sub') {
      terms.push(node.op === 'add' ? copy(b) : graph.apply('neg', copy(b)))
      node = a
    } else return graph.apply('sub', copy(w), graph.param('w'))
  }
  return terms
    .reverse()
    .reduce<Node>((sum, term) => (sum.op === 'constant' && sum.value === 0 ? term : graph.apply('add', sum, term)), graph.constant(0))
}

const isWeight = ({ op, name }: Node) => op === 'state' && name === 'w'
