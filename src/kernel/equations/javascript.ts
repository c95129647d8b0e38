/**
 * Prints the graph as a JavaScript function: numbers, operators and names made here (`t7`, `s0`), nothing of the user's text.
 * Twice as slow as it would be in double precision (Math.fround costs two conversions), but bit for bit what SIMD computes. Engines
 * inline `Math.fround` by that name, not through a variable.
 */

import { mix } from '../../random.ts'
import type { Memory } from '../arena.ts'
import type { Kernel } from '../kernel.ts'
import { drawKey } from './draw.ts'
import { TINY } from './evaluate.ts'
import { exp32 } from './exp.ts'
import { type Graph, type Node, truths } from './graph.ts'
import { FIXED, type Layout } from './slots.ts'

type Make = (f32: Float32Array, exp32: (x: number) => number, mix: (x: number) => number, drawKey: unknown) => Kernel

const infix: Partial<Record<Node['op'], string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '===',
  ne: '!==',
}
/** Longer expressions are cut: engines parse recursively. */
const DEEPEST = 30

/** @throws EvalError where a page's policy forbids code generation. */
export function compile(source: string): (memory: Memory) => Kernel {
  const make = new Function('f32', 'exp32', 'mix', 'drawKey', source) as Make
  return ({ f32 }) => make(f32, exp32, mix, drawKey)
}

/** The body of a function of (f32, exp32, mix, drawKey) that returns the kernel. */
export function print({ nodes, state, output }: Graph, layout: Layout): string {
  const uses = countUses(nodes)
  const stored = new Set([...state.map((each) => each.value), output])
  const printed = new Map<Node, { readonly text: string; readonly depth: number }>()
  const named = new Set<Node>()
  const before: string[] = []
  const inside: string[] = []

  const text = (node: Node) => printed.get(node)?.text ?? '0'
  const comparison = ({ op, args: [a, b] }: Node): string =>
    op === 'spike' ? `${text(a as Node)} > 0` : `${text(a as Node)} ${infix[op]} ${text(b as Node)}`
  /** A comparison that nothing else reads needs not become a number first. */
  const truth = (node: Node): string => (truths.has(node.op) && !named.has(node) ? comparison(node) : text(node))
  const value = (node: Node): string => {
    const { op, args, name } = node
    const [a, b, c] = args.map(text)
    switch (op) {
      case 'constant':
        return node.value < 0 || Object.is(node.value, -0) ? `(-${-node.value})` : String(node.value)
      case 'dt':
        return 'f[dt]'
      case 'x':
        return 'f[x + k]'
      case 'param':
        return node.uniform ? `f[p${layout.params.indexOf(name)}]` : `f[p${layout.params.indexOf(name)} + k]`
      case 'state':
        return `f[s${layout.state.indexOf(name)} + k]`
      case 'draw':
        before.push(
          `const d${node.value} = drawKey({ a: keyA, b: keyB }, ${node.value})`,
          `const a${node.value} = d${node.value}.a, b${node.value} = d${node.value}.b`,
        )
        return `((mix(mix(k ^ a${node.value}) + b${node.value}) >>> 8) * ${2 ** -24})`
      case 'min':
      case 'max':
      case 'abs':
        return `Math.${op}(${args.map(text).join(', ')})`
      case 'neg':
        return `(-${a})`
      case 'sqrt':
        return `Math.fround(Math.sqrt(${a}))`
      case 'exp':
        return `exp32(${a})`
      case 'detach':
        return a ?? ''
      case 'flush':
        return `(Math.abs(${a}) < ${TINY} ? 0 : ${a})`
      case 'select':
        return `(${truth(args[0] as Node)} ? ${b} : ${c})`
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return `Math.fround(${a} ${infix[op]} ${b})`
      default:
        return `(${comparison(node)} ? 1 : 0)`
    }
  }

  for (const node of nodes) {
    const depth = 1 + Math.max(0, ...node.args.map((each) => printed.get(each)?.depth ?? 0))
    const expression = value(node)
    const many = (uses.get(node) ?? 0) > 1 || stored.has(node) || depth > DEEPEST
    if (node.op !== 'constant' && (many || node.uniform)) {
      const lines = node.uniform ? before : inside
      lines.push(`const t${node.id} = ${expression}`)
      named.add(node)
      printed.set(node, { text: `t${node.id}`, depth: 0 })
    } else printed.set(node, { text: expression, depth })
  }
  const names = ['count', 'dt', 'x', 'y', 'keyA', 'keyB', ...layout.state.map((_, k) => `s${k}`), ...layout.params.map((_, k) => `p${k}`)]
  const stores = state.map(({ name, value: node }) => `f[s${layout.state.indexOf(name)} + k] = ${text(node)}`)
  return [
    `'use strict'`,
    `return function step(${names.join(', ')}) {`,
    '  const f = f32',
    ...['dt', 'x', 'y', ...names.slice(FIXED)].map((name) => `  ${name} >>= 2`),
    ...before.map((line) => `  ${line}`),
    '  for (let k = 0; k < count; k++) {',
    ...[...inside, ...stores, `f[y + k] = ${text(output)}`].map((line) => `    ${line}`),
    '  }',
    '  return 0',
    '}',
  ].join('\n')
}

/** How often each value is read; a flush reads twice. */
function countUses(nodes: readonly Node[]): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>()
  for (const node of nodes) {
    const times = node.op === 'flush' ? 2 : 1
    for (const each of node.args) uses.set(each, (uses.get(each) ?? 0) + times)
  }
  return uses
}
