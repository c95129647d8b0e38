/**
 * Prints the graph of a neuron model as a kernel for gpu.js. One kernel gives all that a step leaves: state variable after state
 * variable, then the output, each a plane of `count` values, so that one call makes a step on every back end (WebGPU has no
 * kernels with several results). What all neurons share is computed here, in float32, and comes as numbers.
 *
 * The same operations in the same order; a GPU's compiler may fuse a product and a sum, and its division and square root may be off
 * by an ulp or two. NaN may count as true, and min and max may lose it.
 */

import { evaluate, TINY } from '../kernel/equations/evaluate.ts'
import { type Graph, type Node, type Operation, reachable, truths } from '../kernel/equations/graph.ts'
import { expLines } from './exp.ts'

/** What a kernel takes, in this order: the arrays, then the numbers. */
export interface PrintedStep {
  readonly source: string
  readonly arrays: readonly ('state' | 'x' | 'params')[]
  readonly numbers: readonly Node[]
  /** How many planes there are. */
  readonly planes: number
  /** The plane of the output: one of the state where they are the same value. */
  readonly output: number
}

export interface StepLayout {
  readonly count: number
  /** where the input begins */
  readonly xOffset: number
  /** names of the state variables, a plane each */
  readonly state: readonly string[]
  /** names of the parameters that are planes */
  readonly arrays: readonly string[]
}

const infix: Partial<Record<Node['op'], string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '==',
  ne: '!=',
}

export function printStep(graph: Graph, layout: StepLayout): PrintedStep {
  const roots = layout.state.map((name) => graph.state.find((each) => each.name === name)?.value as Node)
  const same = roots.indexOf(graph.output)
  if (same < 0) roots.push(graph.output)
  const numbers: Node[] = []
  const number = (node: Node): string => {
    const known = numbers.indexOf(node)
    return `u${known < 0 ? numbers.push(node) - 1 : known}`
  }
  const used = new Set(graph.nodes.map((node) => node.op))
  const has = { state: used.has('state'), x: used.has('x'), params: layout.arrays.length > 0 }
  const planes = roots.map((root, k) => {
    const first = k * layout.count
    const lines = planeLines(root, layout, first === 0 ? 'this.thread.x' : `(this.thread.x - ${first})`, number)
    return k === roots.length - 1 ? lines : [`if (this.thread.x < ${first + layout.count}) {`, ...lines, '}']
  })
  const arrays = (['state', 'x', 'params'] as const).filter((name) => has[name])
  const names = [...arrays.map((name) => name[0]), ...numbers.map((_, k) => `u${k}`)]
  const source = [`function (${names.join(', ')}) {`, ...planes.flat(), '}'].join('\n')
  return { source, arrays, numbers, planes: roots.length, output: same < 0 ? roots.length - 1 : same }
}

function planeLines(root: Node, layout: StepLayout, k: string, number: (node: Node) => string): readonly string[] {
  const lines: string[] = []
  const text = (node: Node): string => {
    const { op, value } = node
    if (op === 'constant' && Number.isFinite(value) && !Object.is(value, -0)) return value < 0 ? `(${value})` : `${value}`
    return node.uniform ? number(node) : `t${node.id}`
  }
  const truth = (node: Node): string => {
    if (!truths.has(node.op) || node.uniform) return node.boolean ? `${text(node)} > 0` : `(${text(node)} > 0 || ${text(node)} < 0)`
    const [a, b] = node.args.map(text)
    return node.op === 'spike' ? `${a} > 0` : `${a} ${infix[node.op]} ${b}`
  }
  const expression = (node: Node): string => {
    const { op, args, name } = node
    const [a, b, c] = args.map(text)
    switch (op) {
      case 'x':
        return `x[${k} + ${layout.xOffset}]`
      case 'state':
        return `s[${k} + ${layout.state.indexOf(name) * layout.count}]`
      case 'param':
        return `p[${k} + ${layout.arrays.indexOf(name) * layout.count}]`
      case 'min':
      case 'max':
      case 'abs':
      case 'sqrt':
        return `Math.${op}(${args.map(text).join(', ')})`
      case 'neg':
        return `-${a}`
      case 'detach':
        return `${a}`
      case 'flush':
        return `Math.abs(${a}) < ${TINY} ? 0 : ${a}`
      case 'select':
        return `${truth(args[0] as Node)} ? ${b} : ${c}`
      case 'div': {
        // Compilers make of a known divisor a product with its reciprocal, which rounds otherwise.
        const divisor = args[1] as Node
        return `${a} / ${divisor.op === 'constant' ? number(divisor) : b}`
      }
      case 'add':
      case 'sub':
      case 'mul':
        return `${a} ${infix[op]} ${b}`
      default:
        return `${truth(node)} ? 1 : 0`
    }
  }
  for (const node of reachable([root])) {
    if (node.uniform) continue
    if (node.op === 'exp') lines.push(...expLines(`t${node.id}`, text(node.args[0] as Node)))
    else lines.push(`const t${node.id} = ${expression(node)}`)
  }
  lines.push(`return ${text(root)}`)
  return lines
}

/** The values that all neurons share, in the order of `nodes`; the same bits as on the other back ends. */
export function shared(nodes: readonly Node[], dt: number, param: (name: string) => number): readonly number[] {
  const values = new Map<Node, number>()
  for (const node of reachable(nodes)) {
    const [a, b, c] = node.args.map((each) => values.get(each) as number)
    const value = (): number => {
      switch (node.op) {
        case 'constant':
          return node.value
        case 'dt':
          return Math.fround(dt)
        case 'param':
          return Math.fround(param(node.name))
        default:
          return evaluate(node.op as Operation, a ?? 0, b ?? 0, c ?? 0)
      }
    }
    values.set(node, value())
  }
  return nodes.map((node) => values.get(node) as number)
}
