/** One round of a step in vector instructions: what both loops around it, over all neurons and over blocks, share. */

import { type Code, i32, i32x4, type Local, type Scope, v128 } from '../assembler.ts'
import type { Graph } from './graph.ts'
import { lower } from './simd.ts'
import type { Layout } from './slots.ts'
import { emit, shared } from './wires.ts'

/** Byte offsets of what a step works on, and `at`, the bytes from there to the neurons of this round. */
export interface Places {
  readonly at: Local
  readonly dt: Local
  readonly x: Local
  readonly y: Local
  readonly keyA: Local
  readonly keyB: Local
  /** In the order of the layout. */
  readonly state: readonly Local[]
  readonly params: readonly Local[]
}

/** Collects what a round did, for a loop that wants to know. */
export interface Witness {
  /** Has a bit where the output has one. */
  readonly active: Local
  /** Has a bit where a state variable changed one; to know costs a third of the step. */
  readonly changed?: Local
}

export interface VectorStep {
  /** What all neurons share: once, before the loop. */
  readonly before: Code
  /** Four neurons for each group. */
  readonly round: Code
}

export function vectorStep(scope: Scope, graph: Graph, layout: Layout, places: Places, groups: number, witness?: Witness): VectorStep {
  const { at, dt, x, y, keyA, keyB } = places
  const stateBase = (name: string) => places.state[layout.state.indexOf(name)] as Local
  const paramBase = (name: string) => places.params[layout.params.indexOf(name)] as Local
  const scalars = new Set(graph.nodes.filter((each) => each.op === 'param' && each.uniform).map((each) => each.name))
  const here = (base: Local) => i32.add(base.get, at.get)
  const { state, output } = lower(graph, {
    dt: () => v128.loadSplat32(dt.get),
    x: (group) => v128.load(here(x), 16 * group),
    state: (name, group) => v128.load(here(stateBase(name)), 16 * group),
    param: (name, group) => (scalars.has(name) ? v128.loadSplat32(paramBase(name).get) : v128.load(here(paramBase(name)), 16 * group)),
    element: (group) =>
      i32x4.add(i32x4.splat(i32.shrU(at.get, i32.const(2))), v128.const(4 * group, 4 * group + 1, 4 * group + 2, 4 * group + 3)),
    key: (word) => i32x4.splat((word === 'a' ? keyA : keyB).get),
  })
  const roots = [...state.map((each) => each.value), output]
  const before = emit(scope, shared(roots), 0, new Map())
  const round = Array.from({ length: groups }, (_, group): Code => {
    const { code, get } = emit(scope, roots, group, before.locals)
    const stores = state.map(({ name, value }): Code => {
      const base = stateBase(name)
      const changed = witness?.changed
      const note = changed?.set(v128.or(changed.get, v128.xor(v128.load(here(base), 16 * group), get(value)))) ?? []
      return [note, v128.store(here(base), get(value), 16 * group)]
    })
    const note = witness === undefined ? [] : witness.active.set(v128.or(witness.active.get, get(output)))
    return [code, stores, note, v128.store(here(y), get(output), 16 * group)]
  })
  return { before: before.code, round }
}
