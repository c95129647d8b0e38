/**
 * What a step computes: a directed graph of float32 values without cycles, every distinct value once. No order but that of
 * dependence, no names but those of parameters and state: what the back ends print, and what a derivative is taken of.
 */

import { evaluate } from './evaluate.ts'

/** Where values come from. `draw`: uniform in [0, 1), a multiple of 2^-24; its `value` tells the draws of one step apart. */
export type Leaf = 'constant' | 'dt' | 'x' | 'param' | 'state' | 'draw'
/** `spike`: u > 0 as 0 or 1. `detach`: u itself. `flush`: 0 where |u| < 2^-100, else u itself; no part of a gradient. */
export type Unary = 'neg' | 'abs' | 'sqrt' | 'exp' | 'spike' | 'detach' | 'flush'
/** 0 or 1. */
export type Comparison = 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne'
export type Binary = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | Comparison
/** `select(c, a, b)`: a where c is true (neither 0 nor NaN), else b. */
export type Operation = Unary | Binary | 'select'

/** One value. */
export interface Node {
  /** Ascending: those of the arguments are smaller. */
  readonly id: number
  readonly op: Leaf | Operation
  readonly args: readonly Node[]
  /** Of a parameter or state variable, else empty. */
  readonly name: string
  /** Of a constant; the number of a draw; else 0. */
  readonly value: number
  /** The same for all neurons: made of constants, `dt` and parameters that are one number. Computed once a step. */
  readonly uniform: boolean
  /** +0 or 1 and nothing else, whatever the arguments. */
  readonly boolean: boolean
}

/** What a step computes, of one variant of a model. */
export interface Graph {
  /** Everything needed, arguments first. */
  readonly nodes: readonly Node[]
  /** What the step leaves in each state variable, in the model's order, flushed. */
  readonly state: readonly { readonly name: string; readonly value: Node }[]
  /** What it emits, flushed. */
  readonly output: Node
}

/** Operations that give 0 or 1. */
export const truths: ReadonlySet<Node['op']> = new Set<Node['op']>(['lt', 'le', 'gt', 'ge', 'eq', 'ne', 'spike'])

function isBoolean(op: Node['op'], [a, b, c]: readonly Node[], value: number): boolean {
  if (op === 'constant') return Object.is(value, 0) || value === 1
  if (op === 'select') return b?.boolean === true && c?.boolean === true
  if (op === 'detach' || op === 'flush') return a?.boolean === true
  return truths.has(op)
}

/** Makes nodes, each distinct one once. What depends on constants only is computed here, with the same roundings. */
export class GraphBuilder {
  readonly #nodes = new Map<string, Node>()
  /** Parameters that have one value per neuron. */
  readonly #arrays: ReadonlySet<string>
  #draws = 0

  constructor(arrays: Iterable<string>) {
    this.#arrays = new Set(arrays)
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#nodes.size
  }

  constant(value: number): Node {
    return this.#node('constant', [], '', Math.fround(value), true)
  }

  dt(): Node {
    return this.#node('dt', [], '', 0, true)
  }

  x(): Node {
    return this.#node('x', [], '', 0, false)
  }

  param(name: string): Node {
    return this.#node('param', [], name, 0, !this.#arrays.has(name))
  }

  state(name: string): Node {
    return this.#node('state', [], name, 0, false)
  }

  /** A new one at every call. */
  draw(): Node {
    return this.#node('draw', [], '', this.#draws++, false)
  }

  apply(op: Operation, ...args: readonly Node[]): Node {
    if (args.every((each) => each.op === 'constant')) {
      const [a, b, c] = args.map((each) => each.value)
      return this.constant(evaluate(op, a ?? 0, b ?? 0, c ?? 0))
    }
    return this.#node(
      op,
      args,
      '',
      0,
      args.every((each) => each.uniform),
    )
  }

  #node(op: Node['op'], args: readonly Node[], name: string, value: number, uniform: boolean): Node {
    const key = `${op} ${args.map((each) => each.id).join(' ')} ${name} ${Object.is(value, -0) ? '-0' : value}`
    const known = this.#nodes.get(key)
    if (known !== undefined) return known
    const node: Node = { id: this.#nodes.size, op, args, name, value, uniform, boolean: isBoolean(op, args, value) }
    this.#nodes.set(key, node)
    return node
  }
}

/** These values and all that they depend on, arguments first. */
export function reachable(roots: readonly Node[]): readonly Node[] {
  const found = new Set(roots)
  for (const node of found) for (const each of node.args) found.add(each)
  return [...found].sort((a, b) => a.id - b.id)
}
