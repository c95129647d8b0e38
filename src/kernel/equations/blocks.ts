/**
 * The step of a large population, block by block, that leaves out what does not change: a block without input whose state the last
 * step left as it was stays as it is, to the bit. Of the rest, blocks without input read no input, blocks without output write none.
 * A camera's frame and its spikes are mostly zeros, and memory is what large populations wait for.
 */

import { BLOCK, type Memory } from '../arena.ts'
import {
  br,
  brIf,
  block as leave,
  type Code,
  type FunctionSource,
  i32,
  type Local,
  loop,
  select,
  type Scope,
  v128,
  when,
} from '../assembler.ts'
import type { Kernel } from '../kernel.ts'
import type { Graph } from './graph.ts'
import type { Layout } from './slots.ts'
import { vectorStep } from './vector-step.ts'
import { GROUPS } from './webassembly.ts'

/** Arguments of `blocks` before the state: count, dt, x, y, keyA, keyB, xMap, yMap, rest, spare. */
const FIXED_BLOCKS = 10
/** Bytes of a block of neurons. */
const BYTES = BLOCK * 4
/** Elements of the region `spare`: a block of zeros, and one to write to. */
export const SPARE: number = 2 * BLOCK
/** What `rest` holds of a block: steps without input since it was last examined; when to examine it; that it rests. */
const [EXAMINE, AGAIN, RESTING] = [64, 32, 255]

/**
 * `blocks(count, dt, x, y, keyA, keyB, xMap, yMap, rest, spare, ...state, ...params)`: as `step`, and keeps maps, a byte a block:
 * `xMap`: 0 where all input is +0; `yMap`: 0 where all output is; `rest`: what is known of how the block changes without input,
 * 0 where nothing is. Whoever changes state, parameters or dt from outside clears it. Whole blocks are computed: regions have room for them.
 */
export function blocksFunction(graph: Graph, layout: Layout): FunctionSource & { readonly name: 'blocks' } {
  return {
    name: 'blocks',
    params: Array.from({ length: FIXED_BLOCKS + layout.state.length + layout.params.length }, () => 'i32' as const),
    result: 'i32',
    body: (scope) => body(scope, graph, layout),
  }
}

function body(scope: Scope, graph: Graph, layout: Layout): Code {
  type Ten = [Local, Local, Local, Local, Local, Local, Local, Local, Local, Local, ...Local[]]
  const [count, dt, x, y, keyA, keyB, xMap, yMap, rest, spare, ...others] = scope.params as Ten
  const [state, params] = [others.slice(0, layout.state.length), others.slice(layout.state.length)]
  const number = scope.local('i32')
  const input = scope.local('i32')
  const at = scope.local('i32')
  const end = scope.local('i32')
  const [from, to] = [scope.local('i32'), scope.local('i32')]
  const active = scope.local('v128')
  const changed = scope.local('v128')
  const silent = scope.local('i32')
  const places = { at, dt, x: from, y: to, keyA, keyB, state, params }
  const quick = vectorStep(scope, graph, layout, places, GROUPS, { active })
  const examining = vectorStep(scope, graph, layout, places, GROUPS, { active, changed })
  const nothing = v128.const(0)
  const vectors = Array.from({ length: BLOCK / 4 }, (_, k) => 16 * k)
  const target = scope.local('i32')
  const byte = (map: Local) => i32.add(map.get, number.get)
  const rounds = (round: Code) => loop([round, brIf(i32.ltS(at.tee(i32.add(at.get, i32.const(16 * GROUPS))), end.get), 0)])
  return [
    quick.before,
    examining.before,
    leave(
      loop([
        brIf(i32.geS(i32.shl(number.get, i32.const(Math.log2(BLOCK))), count.get), 1),
        input.set(i32.load8(byte(xMap))),
        silent.set(select(i32.const(0), i32.load8(byte(rest)), input.get)),
        when(i32.ne(silent.get, i32.const(RESTING)), [
          at.set(i32.mul(number.get, i32.const(BYTES))),
          target.set(i32.add(y.get, at.get)),
          end.set(i32.add(at.get, i32.const(BYTES))),
          from.set(select(x.get, i32.sub(spare.get, at.get), input.get)),
          to.set(i32.sub(i32.add(spare.get, i32.const(BYTES)), at.get)),
          active.set(nothing),
          when(
            i32.ltU(silent.get, i32.const(EXAMINE)),
            [rounds(quick.round), silent.set(i32.add(silent.get, i32.const(1)))],
            [
              changed.set(nothing),
              rounds(examining.round),
              silent.set(select(i32.const(AGAIN), i32.const(RESTING), v128.anyTrue(changed.get))),
            ],
          ),
          i32.store8(byte(rest), silent.get),
          when(
            v128.anyTrue(active.get),
            [
              vectors.map((offset) => v128.store(target.get, v128.load(spare.get, BYTES + offset), offset)),
              i32.store8(byte(yMap), i32.const(1)),
            ],
            when(i32.load8(byte(yMap)), [
              vectors.map((offset) => v128.store(target.get, nothing, offset)),
              i32.store8(byte(yMap), i32.const(0)),
            ]),
          ),
        ]),
        number.set(i32.add(number.get, i32.const(1))),
        br(0),
      ]),
    ),
    i32.const(0),
  ]
}

/** The twin: computes everything, and then looks where there is output. */
export function blocksTwin(step: Kernel, { i32: bits, u8 }: Memory): Kernel {
  return (count = 0, dt = 0, x = 0, y = 0, keyA = 0, keyB = 0, _xMap = 0, yMap = 0, ...more) => {
    step(count, dt, x, y, keyA, keyB, ...more.slice(2))
    for (let number = 0; number * BLOCK < count; number++) {
      const first = (y >> 2) + number * BLOCK
      u8[yMap + number] = bits.subarray(first, Math.min(first + BLOCK, (y >> 2) + count)).some((each) => each !== 0) ? 1 : 0
    }
    return 0
  }
}
