/** From the text of a rule to one graph, and what each value in it belongs to: an input, an output, a synapse, or to all. */

import { EquationError } from '../errors.ts'
import { GraphBuilder, type Node } from '../kernel/equations/graph.ts'
import { parse } from '../kernel/equations/parse.ts'
import { resolve } from '../kernel/equations/resolve.ts'
import type { Expression } from '../kernel/equations/syntax.ts'
import type { Place } from '../kernel/equations/tokens.ts'
import { GIVEN } from './check.ts'
import type { RuleDefinition, TraceKind } from './definition.ts'

/** `shared`: one value for a whole row of a batch. */
export type Rank = TraceKind | 'shared'

/** The rule as one graph: traces and `w` are its states, `pre` and `post` parameters with many values. */
export interface RuleEquations {
  /** What the text leaves in each trace. */
  readonly traces: ReadonlyMap<string, Node>
  /** What it leaves in the weight; undefined where it does not assign it. */
  readonly w: Node | undefined
  rankOf(node: Node): Rank
  /** The names that what the rule leaves is made of. */
  readonly reads: ReadonlySet<string>
}

/** @throws EquationError at the place where the text is wrong. */
export function ruleEquations({ name, params, traces, step }: RuleDefinition): RuleEquations {
  const assignments = parse(name, step)
  const fail = (message: string, { line, column }: Place): never => {
    throw new EquationError(name, message, { text: step, line, column })
  }
  const changing = [...Object.keys(traces), 'w']
  const graph = new GraphBuilder(['pre', 'post'])
  const constants = new Map([
    ...Object.keys(params).map((each) => [each, () => graph.param(each)] as const),
    ...GIVEN.map((each) => [each, () => graph.param(each)] as const),
    ['dt', () => graph.dt()] as const,
  ])
  const state = new Map(changing.map((each) => [each, graph.state(each)]))
  for (const { name: target, value, ...place } of assignments) {
    if (GIVEN.includes(target)) fail(`'${target}' is given and cannot be assigned; a rule changes ${changing.join(', ')}`, place)
    const draw = findDraw(value)
    if (draw !== undefined) fail(`a rule draws no random numbers: ${draw.name}() is for neurons`, draw)
  }
  const rankOf = ranks(traces)
  const after = resolve(graph, { model: name, text: step, constants, state }, assignments, ({ name: target, ...place }, value) => {
    const kind = Object.hasOwn(traces, target) ? traces[target] : undefined
    if (kind !== 'pre' && kind !== 'post') return
    const rank = rankOf(value)
    if (rank === kind || rank === 'shared') return
    const wrong = leaves([value]).filter((leaf) => ![kind, 'shared'].includes(rankOf(leaf)))
    const names = wrong.map((leaf) => `'${leaf.name}'`).join(', ')
    const one = kind === 'pre' ? 'input' : 'output'
    fail(`'${target}' is a trace of '${kind}', one value for each ${one}: it cannot depend on ${names}`, place)
  })
  const left = new Map(Object.keys(traces).map((each) => [each, after.get(each) as Node]))
  const w = assignments.some((each) => each.name === 'w') ? after.get('w') : undefined
  const roots = [...left.values(), ...(w === undefined ? [] : [w])]
  return { traces: left, w, rankOf, reads: new Set(leaves(roots).map((leaf) => leaf.name)) }
}

/** The values with a name that these are made of. */
function leaves(roots: readonly Node[]): readonly Node[] {
  const found = new Set(roots)
  for (const node of found) for (const each of node.args) found.add(each)
  return [...found].filter((node) => node.name !== '')
}

function ranks(traces: Readonly<Record<string, TraceKind>>): (node: Node) => Rank {
  const known = new Map<Node, Rank>()
  const rankOf = (node: Node): Rank => {
    const rank = known.get(node) ?? compute(node)
    known.set(node, rank)
    return rank
  }
  const compute = ({ op, name, args }: Node): Rank => {
    if (op === 'state') return name === 'w' ? 'synapse' : (traces[name] as TraceKind)
    if (op === 'param') return name === 'pre' || name === 'post' ? name : 'shared'
    return args.map(rankOf).reduce<Rank>((a, b) => (a === b || b === 'shared' ? a : a === 'shared' ? b : 'synapse'), 'shared')
  }
  return rankOf
}

function findDraw(expression: Expression): (Expression & { readonly kind: 'call' }) | undefined {
  const parts = [expression]
  for (const each of parts) {
    if (each.kind === 'call' && (each.name === 'uniform' || each.name === 'normal')) return each
    parts.push(...partsOf(each))
  }
  return undefined
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.args
    case 'unary':
      return [expression.of]
    case 'binary':
      return [expression.left, expression.right]
    case 'choice':
      return [expression.condition, expression.then, expression.otherwise]
    default:
      return []
  }
}
