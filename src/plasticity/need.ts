/**
 * Which synapses a step must look at: where `pre` and `post` are 0, most rules leave the weight as it is. Found from the graph, so it
 * holds for every rule; only what is proved is used.
 *
 * Two facts are followed. A value is zero if it is 0 or NaN whatever the rest is, and a value is bounded if its magnitude is below a
 * power of two while all that enters a synapse (weights, parameters, values of inputs and outputs) is at most 2^20: then a product
 * with zero is 0. Whoever uses this checks these magnitudes at run time, so that a NaN there is seen, too.
 */

import type { Node } from '../kernel/equations/graph.ts'
import type { RuleEquations } from './equations.ts'

/** log2 of the largest magnitude that may enter a synapse that is left out. */
export const TAME = 20
/** log2 of the largest float32, rounded down. */
const FINITE = 127

/** Whether the weight can change where the input is, and the output is, not 0. */
export interface Need {
  /** Neither: then every synapse must be looked at in every step. */
  readonly neither: boolean
  /** The input only. */
  readonly input: boolean
  /** The output only. */
  readonly output: boolean
}

/** @param remembers whether synapses have traces: these change by themselves */
export function needOf(equations: RuleEquations, remembers: boolean): Need {
  const { w } = equations
  if (remembers) return { neither: true, input: true, output: true }
  const changes = (silent: readonly string[]) => w !== undefined && !new Silence(equations, silent).keeps(w)
  return { neither: changes(['pre', 'post']), input: changes(['post']), output: changes(['pre']) }
}

/** What follows if `pre`, `post` or both are 0. */
class Silence {
  readonly #equations: RuleEquations
  readonly #silent: readonly string[]
  readonly #zeros = new Map<Node, boolean>()
  readonly #bounds = new Map<Node, number>()

  constructor(equations: RuleEquations, silent: readonly string[]) {
    this.#equations = equations
    this.#silent = silent
  }

  /** Whether this value is the old weight. */
  keeps({ op, name, args }: Node): boolean {
    const [a, b, c] = args as [Node, Node, Node]
    switch (op) {
      case 'state':
        return name === 'w'
      case 'add':
        return (this.keeps(a) && this.#isZero(b)) || (this.#isZero(a) && this.keeps(b))
      case 'sub':
        return this.keeps(a) && this.#isZero(b)
      case 'select':
        return this.keeps(c) && (this.#isZero(a) || this.keeps(b))
      default:
        return false
    }
  }

  #isZero(node: Node): boolean {
    const known = this.#zeros.get(node) ?? this.#findZero(node)
    this.#zeros.set(node, known)
    return known
  }

  #findZero(node: Node): boolean {
    const { op, name, value, args } = node
    const [a, b, c] = args as [Node, Node, Node]
    const zero = (each: Node) => this.#isZero(each)
    switch (op) {
      case 'constant':
        return value === 0
      case 'param':
        return this.#silent.includes(name)
      case 'mul':
        return (zero(a) && this.#isHarmless(node, b)) || (zero(b) && this.#isHarmless(node, a))
      case 'neg':
      case 'abs':
      case 'sqrt':
      case 'detach':
      case 'flush':
      case 'spike':
        return zero(a)
      case 'add':
      case 'sub':
      case 'min':
      case 'max':
      case 'lt':
      case 'gt':
        return zero(a) && zero(b)
      case 'ne':
        return this.#isExactly(a) && this.#isExactly(b)
      case 'select':
        return zero(c) && (zero(a) || zero(b))
      default:
        return false
    }
  }

  /** 0 and no NaN: NaN differs from everything. */
  readonly #isExactly = ({ op, name, value }: Node): boolean =>
    (op === 'constant' && value === 0) || (op === 'param' && this.#silent.includes(name))

  /** Whether 0 times `factor` is 0, or a NaN that is seen where values of inputs and outputs are checked. */
  #isHarmless(product: Node, factor: Node): boolean {
    const rank = this.#equations.rankOf(product)
    return rank === 'pre' || rank === 'post' || this.#bound(factor) < FINITE
  }

  /** log2 of a bound of the magnitude; Infinity where it may overflow on the way. */
  #bound(node: Node): number {
    const known = this.#bounds.get(node) ?? this.#findBound(node)
    const bound = known < FINITE ? known : Infinity
    this.#bounds.set(node, bound)
    return bound
  }

  #findBound(node: Node): number {
    const { op, value, args } = node
    const rank = this.#equations.rankOf(node)
    if (rank === 'pre' || rank === 'post') return TAME
    const [a, b, c] = args as [Node, Node, Node]
    switch (op) {
      case 'constant':
        return value === 0 ? 0 : Math.log2(Math.abs(value))
      case 'dt':
      case 'param':
      case 'state':
        return TAME
      case 'add':
      case 'sub':
        return Math.max(this.#bound(a), this.#bound(b)) + 1
      case 'mul':
        return this.#bound(a) + this.#bound(b)
      case 'div':
        return b.op === 'constant' && b.value !== 0 ? this.#bound(a) - Math.log2(Math.abs(b.value)) : Infinity
      case 'neg':
      case 'abs':
      case 'detach':
      case 'flush':
        return this.#bound(a)
      case 'min':
      case 'max':
        return Math.max(this.#bound(a), this.#bound(b))
      case 'select':
        return Math.max(this.#bound(b), this.#bound(c))
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
      case 'eq':
      case 'ne':
      case 'spike':
        return 0
      default:
        return Infinity
    }
  }
}
