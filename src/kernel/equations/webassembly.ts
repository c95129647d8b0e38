/** The loop around the vector instructions: eight neurons a round, in two groups of four. */

import { block, brIf, type Code, type FunctionSource, i32, type Local, loop, type Scope } from '../assembler.ts'
import type { Graph } from './graph.ts'
import { FIXED, type Layout } from './slots.ts'
import { vectorStep } from './vector-step.ts'

/** Groups of four neurons a round. Two are 5 to 20 % faster than one; regions of memory are padded to four. */
export const GROUPS: number = 2

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
  const [count, dt, x, y, keyA, keyB, ...rest] = scope.params as [Local, Local, Local, Local, Local, Local, ...Local[]]
  const at = scope.local('i32')
  const bytes = scope.local('i32')
  const [state, params] = [rest.slice(0, layout.state.length), rest.slice(layout.state.length)]
  const { before, round } = vectorStep(scope, graph, layout, { at, dt, x, y, keyA, keyB, state, params }, groups)
  return [
    before,
    bytes.set(i32.shl(count.get, i32.const(2))),
    block([
      brIf(i32.leS(count.get, i32.const(0)), 0),
      loop([round, brIf(i32.ltS(at.tee(i32.add(at.get, i32.const(16 * groups))), bytes.get), 0)]),
    ]),
    i32.const(0),
  ]
}
