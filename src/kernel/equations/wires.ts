/** Vector instructions as a graph: every distinct one once, so that what two values share is computed once and what is uniform, before the loop. */

import type { Code, Local, Scope } from '../assembler.ts'

/** The result of one instruction on four lanes. */
export interface Wire {
  /** Ascending: those of the arguments are smaller. */
  readonly id: number
  readonly args: readonly Wire[]
  /** The same in every round of the loop. */
  readonly uniform: boolean
  /** The instruction, for the group of four with this number within a round. */
  readonly emit: (args: readonly Code[], group: number) => Code
}

/** Longer expressions are cut: the assembler and engines walk code recursively. */
const DEEPEST = 30

export class Wiring {
  readonly #wires = new Map<string, Wire>()

  /** `name` and arguments tell instructions apart. */
  add(name: string, args: readonly Wire[], emit: Wire['emit'], uniform: boolean = args.every((each) => each.uniform)): Wire {
    const key = `${name} ${args.map((each) => each.id).join(' ')}`
    const known = this.#wires.get(key)
    if (known !== undefined) return known
    const wire = { id: this.#wires.size, args, uniform, emit }
    this.#wires.set(key, wire)
    return wire
  }
}

/** The uniform wires that the varying ones, or the results themselves, are made of: what to compute before the loop. */
export function shared(roots: readonly Wire[]): readonly Wire[] {
  const found = new Set(roots)
  for (const wire of found) if (!wire.uniform) for (const each of wire.args) found.add(each)
  return [...found].filter((each) => each.uniform)
}

/** Code that computes wires into locals, and what gets each. */
export interface Emission {
  readonly code: readonly Code[]
  get(wire: Wire): Code
}

/**
 * Wires in order. What is read once stays on the operand stack, the rest and the `roots` get a local. `known` are computed already.
 */
export function emit(
  scope: Scope,
  roots: readonly Wire[],
  group: number,
  known: ReadonlyMap<Wire, Local>,
): Emission & { readonly locals: ReadonlyMap<Wire, Local> } {
  const found = new Set(roots.filter((each) => !known.has(each)))
  for (const wire of found) for (const each of wire.args) if (!known.has(each)) found.add(each)
  const uses = new Map<Wire, number>()
  for (const wire of found) for (const each of wire.args) uses.set(each, (uses.get(each) ?? 0) + 1)
  const keep = new Set(roots)
  const locals = new Map<Wire, Local>()
  const open = new Map<Wire, { readonly code: Code; readonly depth: number }>()
  const code: Code[] = []
  const get = (wire: Wire): Code => (known.get(wire) ?? locals.get(wire))?.get ?? open.get(wire)?.code ?? []
  for (const wire of [...found].sort((a, b) => a.id - b.id)) {
    const depth = 1 + Math.max(0, ...wire.args.map((each) => open.get(each)?.depth ?? 0))
    const result = wire.emit(wire.args.map(get), group)
    if (keep.has(wire) || (uses.get(wire) ?? 0) > 1 || depth > DEEPEST) {
      const local = scope.local('v128')
      code.push(local.set(result))
      locals.set(wire, local)
    } else open.set(wire, { code: result, depth })
  }
  return { code, get, locals }
}
