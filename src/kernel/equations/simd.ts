/** From values to vector instructions. A truth is a mask of all bits or none; it becomes 1 or 0 only where a number is wanted. */

import { type Code, f32x4, i32, i32x4, v128 } from '../assembler.ts'
import { SECOND, SITE } from './draw.ts'
import { TINY } from './evaluate.ts'
import { expConstants } from './exp.ts'
import type { Graph, Node } from './graph.ts'
import { type Wire, Wiring } from './wires.ts'

/** Where values enter: code for the group of four with this number within a round. */
export interface Inputs {
  readonly dt: () => Code
  readonly x: (group: number) => Code
  readonly state: (name: string, group: number) => Code
  /** One value per neuron, or one in all lanes. */
  readonly param: (name: string, group: number) => Code
  /** The numbers of four neurons, as integers. */
  readonly element: (group: number) => Code
  /** The words of the step's random key, in all lanes. */
  readonly key: (word: 'a' | 'b') => Code
}

/** The sign bit of a float32. */
const SIGN = 1 << 31

type Instruction1 = (a: Code) => Code
type Instruction2 = (a: Code, b: Code) => Code

class Lowering {
  readonly #wiring = new Wiring()
  readonly #inputs: Inputs
  readonly #values = new Map<Node, Wire>()
  readonly #masks = new Map<Node, Wire>()

  constructor(inputs: Inputs) {
    this.#inputs = inputs
  }

  /** Nodes come arguments first, so what is asked for here is mostly there. */
  value(node: Node): Wire {
    return memo(this.#values, node, () => this.#value(node))
  }

  #value(node: Node): Wire {
    const { op, name, value } = node
    const inputs = this.#inputs
    const arg = (k: number) => this.value(node.args[k] as Node)
    switch (op) {
      case 'constant':
        return this.#constant(value)
      case 'dt':
        return this.#wiring.add('dt', [], () => inputs.dt(), true)
      case 'x':
        return this.#wiring.add('x', [], (_, group) => inputs.x(group), false)
      case 'state':
        return this.#wiring.add(`state ${name}`, [], (_, group) => inputs.state(name, group), false)
      case 'param':
        return this.#wiring.add(`param ${name}`, [], (_, group) => inputs.param(name, group), node.uniform)
      case 'draw':
        return this.#draw(value)
      case 'neg':
        return this.#two('xor', v128.xor, arg(0), this.#integer(SIGN))
      case 'abs':
        return this.#abs(arg(0))
      case 'sqrt':
        return this.#one(op, f32x4.sqrt, arg(0))
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'min':
      case 'max':
        return this.#two(op, f32x4[op], arg(0), arg(1))
      case 'exp':
        return this.#exp(arg(0))
      case 'detach':
        return arg(0)
      case 'flush':
        return this.#two('andNot', v128.andNot, arg(0), this.#two('lt', f32x4.lt, this.#abs(arg(0)), this.#constant(TINY)))
      case 'select':
        return node.boolean ? this.#number(node) : this.#choose(this.mask(node.args[0] as Node), arg(1), arg(2))
      default:
        return this.#number(node)
    }
  }

  /** 1 where the mask of a node is set. */
  #number(node: Node): Wire {
    return this.#two('and', v128.and, this.mask(node), this.#constant(1))
  }

  /** All bits where a node is true: neither 0 nor NaN. */
  mask(node: Node): Wire {
    return memo(this.#masks, node, () => this.#mask(node))
  }

  #mask(node: Node): Wire {
    const [p, q, r] = node.args
    const value = (of: Node | undefined) => this.value(of as Node)
    const mask = (of: Node | undefined) => this.mask(of as Node)
    switch (node.op) {
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
      case 'eq':
      case 'ne':
        return this.#two(node.op, f32x4[node.op], value(p), value(q))
      case 'spike':
        // With gradual underflow a - b > 0 is a > b for all floats, infinities and NaN included.
        if (p?.op === 'sub') return this.#two('gt', f32x4.gt, value(p.args[0]), value(p.args[1]))
        return this.#two('gt', f32x4.gt, value(p), this.#constant(0))
      case 'select':
        if (node.boolean) return this.#either(mask(p), q as Node, r as Node)
        break
    }
    return this.#two('gt', f32x4.gt, this.#abs(value(node)), this.#constant(0))
  }

  /** The mask of a choice between truths. */
  #either(condition: Wire, a: Node, b: Node): Wire {
    if (isConstant(a, 0)) return this.#two('andNot', v128.andNot, this.mask(b), condition)
    if (isConstant(b, 0)) return this.#two('and', v128.and, this.mask(a), condition)
    if (isConstant(a, 1)) return this.#two('or', v128.or, this.mask(b), condition)
    return this.#choose(condition, this.mask(a), this.mask(b))
  }

  #choose(mask: Wire, a: Wire, b: Wire): Wire {
    const zero = this.#constant(0)
    if (a === zero) return this.#two('andNot', v128.andNot, b, mask)
    if (b === zero) return this.#two('and', v128.and, a, mask)
    return this.#wiring.add('select', [a, b, mask], ([p = [], q = [], m = []]) => v128.select(p, q, m))
  }

  /** V8 makes three instructions of `f32x4.abs`, and two of `neg`. With the mask at hand it is one. */
  #abs(a: Wire): Wire {
    return this.#two('and', v128.and, a, this.#integer(~SIGN))
  }

  #constant(value: number): Wire {
    return this.#wiring.add(`constant ${Object.is(value, -0) ? '-0' : value}`, [], () => f32x4.const(value), true)
  }

  #one(name: string, instruction: Instruction1, a: Wire): Wire {
    return this.#wiring.add(name, [a], ([p = []]) => instruction(p))
  }

  #two(name: string, instruction: Instruction2, a: Wire, b: Wire): Wire {
    return this.#wiring.add(name, [a, b], ([p = [], q = []]) => instruction(p, q))
  }

  /** See exp.ts. Rounding leaves n in the low bits of t; adding them to the exponent multiplies by 2^n. */
  #exp(x: Wire): Wire {
    const { high, low, log2e, round, ln2High, ln2Low, c5, c4, c3, c2, c1 } = expConstants
    const add = (a: Wire, b: Wire) => this.#two('add', f32x4.add, a, b)
    const sub = (a: Wire, b: Wire) => this.#two('sub', f32x4.sub, a, b)
    const mul = (a: Wire, b: Wire) => this.#two('mul', f32x4.mul, a, b)
    const of = (value: number) => this.#constant(value)
    const t = add(mul(x, of(log2e)), of(round))
    const n = sub(t, of(round))
    const r = sub(sub(x, mul(n, of(ln2High))), mul(n, of(ln2Low)))
    const r2 = mul(r, r)
    const upper = add(mul(r2, of(c5)), add(mul(r, of(c4)), of(c3)))
    const q = add(mul(upper, r2), add(mul(r, of(c2)), of(c1)))
    const p = add(add(mul(q, r2), r), of(1))
    const scaled = this.#sum(
      p,
      this.#one('shl 23', (a) => i32x4.shl(a, i32.const(23)), t),
    )
    const bounded = this.#choose(this.#two('le', f32x4.le, x, of(high)), scaled, add(x, of(Infinity)))
    return this.#two('andNot', v128.andNot, bounded, this.#two('lt', f32x4.lt, x, of(low)))
  }

  /** randomUniform of random.ts. */
  #draw(number: number): Wire {
    const element = this.#wiring.add('element', [], (_, group) => this.#inputs.element(group), false)
    const [a, b] = this.#drawKey(number)
    const bits = this.#mix(this.#sum(this.#mix(this.#two('xor', v128.xor, element, a)), b))
    const upper = this.#one('convert', f32x4.convert, this.#shiftRight(bits, 8))
    return this.#two('mul', f32x4.mul, upper, this.#constant(2 ** -24))
  }

  /** drawKey of draw.ts. */
  #drawKey(number: number): readonly [Wire, Wire] {
    const word = (name: 'a' | 'b') => this.#wiring.add(`key ${name}`, [], () => this.#inputs.key(name), true)
    if (number === 0) return [word('a'), word('b')]
    const a = this.#mix(this.#sum(this.#sum(word('a'), this.#integer(Math.imul(number, SITE))), word('b')))
    return [a, this.#mix(this.#sum(a, this.#integer(SECOND)))]
  }

  #integer(value: number): Wire {
    return this.#wiring.add(`integer ${value}`, [], () => v128.const(value), true)
  }

  #sum(a: Wire, b: Wire): Wire {
    return this.#two('add integers', i32x4.add, a, b)
  }

  /** mix of random.ts. */
  #mix(h: Wire): Wire {
    const xor = (a: Wire, b: Wire) => this.#two('xor', v128.xor, a, b)
    const times = (a: Wire, factor: number) => this.#two('mul integers', i32x4.mul, a, this.#integer(factor))
    const once = times(xor(h, this.#shiftRight(h, 16)), 0x21f0aaad)
    const twice = times(xor(once, this.#shiftRight(once, 15)), 0xd35a2d97 | 0)
    return xor(twice, this.#shiftRight(twice, 15))
  }

  #shiftRight(a: Wire, bits: number): Wire {
    return this.#one(`shr ${bits}`, (p) => i32x4.shrU(p, i32.const(bits)), a)
  }
}

const isConstant = (node: Node, value: number) => node.op === 'constant' && Object.is(node.value, value)

function memo(known: Map<Node, Wire>, node: Node, make: () => Wire): Wire {
  const wire = known.get(node) ?? make()
  known.set(node, wire)
  return wire
}

/** The vector instructions of a graph: what to store in each state variable, and as output. */
export function lower(
  graph: Graph,
  inputs: Inputs,
): { readonly state: readonly { readonly name: string; readonly value: Wire }[]; readonly output: Wire } {
  const lowering = new Lowering(inputs)
  return {
    state: graph.state.map(({ name, value }) => ({ name, value: lowering.value(value) })),
    output: lowering.value(graph.output),
  }
}
