/**
 * Products of a vector with a weight matrix. The weights lie input by input, [in][columns]: one row holds what one input adds
 * to all outputs, padded with zeros to whole vectors. Every output is bias + its inputs in ascending order, each product and
 * each sum rounded to float32, so a list of the inputs that are not 0 gives the same bits as all inputs (with finite weights).
 */

import type { Memory } from '../arena.ts'
import { block, br, brIf, type Code, f32x4, type FunctionSource, i32, type Local, loop, range, type Scope, v128 } from '../assembler.ts'
import type { Kernel, KernelSource } from '../kernel.ts'

/** Up to this many columns the sums stay in registers while the inputs pass. */
export const NARROW = 32
/** How many rows of weights pass over the outputs at a time. */
const ROWS = 4

/** Length of a row of weights, in elements. A store of a whole row reaches at most 7 elements behind `outFeatures`. */
export const columnsFor = (outFeatures: number): number =>
  outFeatures <= NARROW ? Math.ceil(outFeatures / 4) * 4 : Math.ceil(outFeatures / 8) * 8

/**
 * `listed(x, list, count, y, weights, bias)` sums the `count` inputs in `list`; `all(x, list, n, y, weights, bias)` the first
 * n inputs and ignores the list. Both write `columns` outputs. `bias` has as many elements; its -0 counts as 0.
 */
export function linear(columns: number): KernelSource<'listed' | 'all'> {
  const body = columns <= NARROW ? narrow : wide
  const one = <Name extends string>(name: Name, listed: boolean): FunctionSource & { readonly name: Name } => ({
    name,
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'i32',
    body: (scope) => body(scope, columns, listed),
  })
  return {
    key: `linear ${columns}`,
    functions: () => [one('listed', true), one('all', false)],
    javascript: (memory) => ({ listed: twin(memory, columns, true), all: twin(memory, columns, false) }),
  }
}

const twin =
  ({ f32, i32 }: Memory, columns: number, listed: boolean): Kernel =>
  (x = 0, list = 0, count = 0, y = 0, weights = 0, bias = 0) => {
    const sums = f32.subarray(y >> 2, (y >> 2) + columns)
    for (let j = 0; j < columns; j++) sums[j] = (f32[(bias >> 2) + j] as number) + 0
    for (let k = 0; k < count; k++) {
      const input = listed ? (i32[(list >> 2) + k] as number) : k
      const value = f32[(x >> 2) + input] as number
      const row = (weights >> 2) + input * columns
      for (let j = 0; j < columns; j++) sums[j] = (sums[j] as number) + Math.fround(value * (f32[row + j] as number))
    }
    return 0
  }

const ZERO = f32x4.const(0)
const bytes = (count: number): Code => i32.const(count)

/** What both bodies share: reading one input, and where its weights are. */
function inputs({ params }: Scope, columns: number, listed: boolean) {
  const [x, list, count, y, weights, bias] = params as [Local, Local, Local, Local, Local, Local]
  /** The k-th input from the cursor on: its index into `index`, its value splat. */
  const value = (index: Local, cursor: Local, k: number): Code => [
    index.set(listed ? i32.load(cursor.get, k * 4) : i32.add(cursor.get, i32.const(k))),
    v128.loadSplat32(i32.add(x.get, i32.shl(index.get, i32.const(2)))),
  ]
  const row = (index: Local): Code => i32.add(weights.get, i32.mul(index.get, bytes(columns * 4)))
  const first = listed ? list.get : i32.const(0)
  const size = listed ? 4 : 1
  const end = listed ? i32.add(list.get, i32.shl(count.get, i32.const(2))) : count.get
  return { y, bias, value, row, first, size, end }
}

function narrow(scope: Scope, columns: number, listed: boolean): Code {
  const { y, bias, value, row, first, size, end } = inputs(scope, columns, listed)
  const cursor = scope.local('i32')
  const index = scope.local('i32')
  const last = scope.local('i32')
  const at = scope.local('i32')
  const splat = scope.local('v128')
  const sums = Array.from({ length: columns / 4 }, () => scope.local('v128'))
  return [
    last.set(end),
    sums.map((sum, j) => sum.set(f32x4.add(v128.load(bias.get, j * 16), ZERO))),
    range(cursor, first, last.get, size, [
      splat.set(value(index, cursor, 0)),
      at.set(row(index)),
      sums.map((sum, j) => sum.set(f32x4.add(sum.get, f32x4.mul(v128.load(at.get, j * 16), splat.get)))),
    ]),
    sums.map((sum, j) => v128.store(y.get, sum.get, j * 16)),
    i32.const(0),
  ]
}

function wide(scope: Scope, columns: number, listed: boolean): Code {
  const { y, bias, value, row, first, size, end } = inputs(scope, columns, listed)
  const cursor = scope.local('i32')
  const index = scope.local('i32')
  const last = scope.local('i32')
  const j = scope.local('i32')
  const sum = scope.local('v128')
  const rows = Array.from({ length: ROWS }, () => ({ at: scope.local('i32'), splat: scope.local('v128') }))
  const at = (base: Local): Code => i32.add(base.get, j.get)
  const everyColumn = (body: (offset: number) => Code): Code => [
    j.set(i32.const(0)),
    loop([body(0), body(16), brIf(i32.ltS(j.tee(i32.add(j.get, i32.const(32))), bytes(columns * 4)), 0)]),
  ]
  const sweep = (count: number): Code => {
    const some = rows.slice(0, count)
    return [
      some.map(({ at, splat }, k) => [splat.set(value(index, cursor, k)), at.set(row(index))]),
      everyColumn((offset) => [
        sum.set(v128.load(at(y), offset)),
        some.map((each) => sum.set(f32x4.add(sum.get, f32x4.mul(v128.load(at(each.at), offset), each.splat.get)))),
        v128.store(at(y), sum.get, offset),
      ]),
      cursor.set(i32.add(cursor.get, i32.const(count * size))),
    ]
  }
  const sweeps = (count: number): Code =>
    block(loop([brIf(i32.gtS(i32.add(cursor.get, i32.const(count * size)), last.get), 1), sweep(count), br(0)]))
  return [
    last.set(end),
    everyColumn((offset) => v128.store(at(y), f32x4.add(v128.load(at(bias), offset), ZERO), offset)),
    cursor.set(first),
    sweeps(ROWS),
    sweeps(1),
    i32.const(0),
  ]
}
