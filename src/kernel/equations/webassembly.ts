/** The loop around the vector instructions: eight neurons a round, in two groups of four. */

import { block, brIf, type Code, type FunctionSource, i32, i32x4, type Local, loop, type Scope, v128 } from '../assembler.ts'
import type { Graph } from './graph.ts'
import { lower } from './simd.ts'
import { FIXED, type Layout } from './slots.ts'
import { emit, shared } from './wires.ts'

/** Groups of four neurons a round. Two are 5 to 20 % faster than one; regions of memory are padded to four. */
const GROUPS = 2

/** `step` of the model with this graph. Neurons beyond `count`, up to the next multiple of eight, are computed too and read by nobody. */
export function stepFunction(graph: Graph, layout: Layout, groups: number = GROUPS): FunctionSource & { readonly name: 'step' } {
  const arity = FIXED + layout.state.length + layout.params.length
  return {
    name: 'step',
    params: Array.from({ length: arity }, () => 'i32' as const),
    result: 'i32',
    body: (scope) => body(scope, graph, layout, groups),
  }
}

function body(scope: Scope, graph: Graph, layout: Layout, groups: number): Code {
  const [count, dt, x, y, keyA, keyB] = scope.params as [Local, Local, Local, Local, Local, Local]
  const stateBase = (name: string) => scope.params[FIXED + layout.state.indexOf(name)] as Local
  const paramBase = (name: string) => scope.params[FIXED + layout.state.length + layout.params.indexOf(name)] as Local
  const scalars = new Set(graph.nodes.filter((each) => each.op === 'param' && each.uniform).map((each) => each.name))
  /** Bytes from the begin of every region. */
  const at = scope.local('i32')

  const here = (base: Local) => i32.add(base.get, at.get)
  const { state, output } = lower(graph, {
    dt: () => v128.loadSplat32(dt.get),
    x: (group) => v128.load(here(x), 16 * group),
    state: (name, group) => v128.load(here(stateBase(name)), 16 * group),
    param: (name, group) => (scalars.has(name) ? v128.loadSplat32(paramBase(name).get) : v128.load(here(paramBase(name)), 16 * group)),
    element: (group) => i32x4.add(i32x4.splat(i32.shrU(at.get, i32.const(2))), v128.const(4 * group, 4 * group + 1, 4 * group + 2, 4 * group + 3)),
    key: (word) => i32x4.splat((word === 'a' ? keyA : keyB).get),
  })
  const roots = [...state.map((each) => each.value), output]
  const before = emit(scope, shared(roots), 0, new Map())
  const round = Array.from({ length: groups }, (_, group): Code => {
    const { code, get } = emit(scope, roots, group, before.locals)
    const stores = state.map(({ name, value }) => v128.store(here(stateBase(name)), get(value), 16 * group))
    return [code, stores, v128.store(here(y), get(output), 16 * group)]
  })
  const bytes = scope.local('i32')
  return [
    before.code,
    bytes.set(i32.shl(count.get, i32.const(2))),
    block([
      brIf(i32.leS(count.get, i32.const(0)), 0),
      loop([round, brIf(i32.ltS(at.tee(i32.add(at.get, i32.const(16 * groups))), bytes.get), 0)]),
    ]),
    i32.const(0),
  ]
}
