/** How many elements of a vector are not zero. */

import type { Memory } from '../arena.ts'
import { f32x4, type Code, i32, i32x4, type Local, range, type Scope, v128, when } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/** `count(x, n)`: the number of k < n with x[k] != 0 (NaN counts, -0 does not). Reads whole vectors. */
export const countActive: KernelSource<'count'> = {
  key: 'count-active',
  functions: () => [{ name: 'count', params: ['i32', 'i32'], result: 'i32', body }],
  javascript: ({ f32 }: Memory) => ({
    count: (x = 0, n = 0) => {
      let count = 0
      for (let k = x >> 2; k < (x >> 2) + n; k++) if (f32[k] !== 0) count++
      return count
    },
  }),
}

/** A true lane is -1 as an integer. */
const active = (at: Code, offset: number): Code => f32x4.ne(v128.load(at, offset), f32x4.const(0))

function body(scope: Scope): Code {
  const [x, n] = scope.params as [Local, Local]
  const k = scope.local('i32')
  const sum = scope.local('v128')
  const left = i32.and(n.get, i32.const(3))
  return [
    range(k, i32.const(0), i32.and(n.get, i32.const(-4)), 4, [
      sum.set(i32x4.sub(sum.get, active(x.get, 0))),
      x.set(i32.add(x.get, i32.const(16))),
    ]),
    when(left, sum.set(i32x4.sub(sum.get, v128.and(active(x.get, 0), i32x4.gtS(i32x4.splat(left), v128.const(0, 1, 2, 3)))))),
    i32.add(i32.add(i32x4.extract(sum.get, 0), i32x4.extract(sum.get, 1)), i32.add(i32x4.extract(sum.get, 2), i32x4.extract(sum.get, 3))),
  ]
}
