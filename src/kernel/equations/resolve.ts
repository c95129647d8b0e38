/** From a parsed text to a graph: names get their values, operators their operations. */

import { EquationError } from '../../errors.ts'
import { functions, isReserved } from './functions.ts'
import type { GraphBuilder, Node, Operation } from './graph.ts'
import { log, pow } from './logarithm.ts'
import { normal } from './normal.ts'
import { suggestion } from './suggest.ts'
import type { Assignment, BinaryOperator, Expression } from './syntax.ts'
import type { Place } from './tokens.ts'

/** More is no neuron. Bounds the time and memory that a text from elsewhere can take. */
const MOST = 2_000

const operations: Readonly<Record<Exclude<BinaryOperator, '&&' | '||'>, Operation>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
}

/** What names mean. */
export interface Names {
  readonly model: string
  readonly text: string
  /** Values that are read only. */
  readonly constants: ReadonlyMap<string, () => Node>
  /** State variables, before the step. */
  readonly state: ReadonlyMap<string, Node>
}

class Resolver {
  readonly #graph: GraphBuilder
  readonly #names: Names
  readonly #values: Map<string, Node>
  /** Names that get a value further down. */
  readonly #assigned: ReadonlySet<string>

  constructor(graph: GraphBuilder, names: Names, assignments: readonly Assignment[]) {
    this.#graph = graph
    this.#names = names
    this.#values = new Map(names.state)
    this.#assigned = new Set(assignments.map((each) => each.name))
  }

  assign({ name, value, ...place }: Assignment): void {
    const { constants, state } = this.#names
    if (functions.has(name)) this.#fail(`'${name}' is a function and cannot be assigned`, place)
    if (constants.has(name)) {
      const what = isReserved(name) ? `'${name}' is given` : `'${name}' is a parameter`
      const hint = state.size === 0 ? '' : `; state is ${[...state.keys()].join(', ')}`
      this.#fail(`${what} and cannot be assigned${hint}`, place)
    }
    this.#values.set(name, this.#value(value))
  }

  get values(): ReadonlyMap<string, Node> {
    return this.#values
  }

  #fail(message: string, { line, column }: Place): never {
    throw new EquationError(this.#names.model, message, { text: this.#names.text, line, column })
  }

  #value(expression: Expression): Node {
    const node = this.#node(expression)
    if (this.#graph.size > MOST) this.#fail(`more than ${MOST} operations`, expression)
    return node
  }

  #node(expression: Expression): Node {
    switch (expression.kind) {
      case 'number':
        return this.#graph.constant(expression.value)
      case 'name':
        return this.#read(expression.name, expression)
      case 'call':
        return this.#call(expression.name, expression.args, expression)
      case 'unary': {
        const of = this.#value(expression.of)
        return expression.operator === '-' ? this.#graph.apply('neg', of) : this.#select(of, this.#bit(0), this.#bit(1))
      }
      case 'binary':
        return this.#binary(expression)
      case 'choice':
        return this.#select(this.#value(expression.condition), this.#value(expression.then), this.#value(expression.otherwise))
    }
  }

  /** Long sums lean left: they are walked here, not on the stack. */
  #binary(expression: Expression & { readonly kind: 'binary' }): Node {
    const spine = [expression]
    for (let left = expression.left; left.kind === 'binary'; left = left.left) spine.push(left)
    let value: Node | undefined
    for (const { operator, left, right, line, column } of spine.reverse()) {
      value = this.#combine(operator, value ?? this.#value(left), this.#value(right))
      if (this.#graph.size > MOST) this.#fail(`more than ${MOST} operations`, { line, column })
    }
    return value as Node
  }

  #combine(operator: BinaryOperator, a: Node, b: Node): Node {
    if (operator === '&&') return this.#select(a, this.#truth(b), this.#bit(0))
    if (operator === '||') return this.#select(a, this.#bit(1), this.#truth(b))
    return this.#graph.apply(operations[operator], a, b)
  }

  #read(name: string, place: Place): Node {
    const value = this.#values.get(name) ?? this.#names.constants.get(name)?.()
    if (value !== undefined) return value
    if (functions.has(name)) this.#fail(`'${name}' is a function: write ${name}(...)`, place)
    if (this.#assigned.has(name)) this.#fail(`'${name}' is used before it is assigned`, place)
    this.#fail(`unknown name '${name}'${suggestion(name, [...this.#names.constants.keys(), ...this.#values.keys()])}`, place)
  }

  #call(name: string, args: readonly Expression[], place: Place): Node {
    const known = functions.get(name)
    if (known === undefined) this.#fail(`unknown function '${name}'${suggestion(name, [...functions.keys()])}`, place)
    if (args.length !== known.arity) {
      const takes = known.arity === 0 ? 'no arguments' : known.arity === 1 ? '1 argument' : `${known.arity} arguments`
      this.#fail(`${name}() takes ${takes}, got ${args.length}`, place)
    }
    const values = args.map((each) => this.#value(each))
    if (known.name === 'uniform') return this.#graph.draw()
    if (known.name === 'normal') return normal(this.#graph)
    if (known.name === 'log') return log(this.#graph, values[0] as Node)
    if (known.name === 'pow') return pow(this.#graph, values[0] as Node, values[1] as Node)
    return this.#graph.apply(known.name, ...values)
  }

  #select(condition: Node, a: Node, b: Node): Node {
    return this.#graph.apply('select', condition, a, b)
  }

  #truth(node: Node): Node {
    return node.boolean ? node : this.#select(node, this.#bit(1), this.#bit(0))
  }

  #bit(value: 0 | 1): Node {
    return this.#graph.constant(value)
  }
}

/**
 * The values of all state variables and temporaries after these assignments; `each` sees every value as it is assigned.
 * @throws EquationError for names that mean nothing.
 */
export function resolve(
  graph: GraphBuilder,
  names: Names,
  assignments: readonly Assignment[],
  each?: (assignment: Assignment, value: Node) => void,
): ReadonlyMap<string, Node> {
  const resolver = new Resolver(graph, names, assignments)
  for (const assignment of assignments) {
    resolver.assign(assignment)
    each?.(assignment, resolver.values.get(assignment.name) as Node)
  }
  return resolver.values
}
