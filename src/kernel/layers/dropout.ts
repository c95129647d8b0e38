/** Some elements of a vector become 0, the others grow. */

import type { Memory } from '../arena.ts'
import { type Code, f32x4, i32, type Local, range, v128 } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/**
 * `one(x, u, p, y, n)`: y = u < p ? 0 : x / (1 - p); `each(x, u, p, y, n)`: with one p an element. `p` is a byte offset in both.
 * Whole vectors are read and written.
 */
export const dropout: KernelSource<'one' | 'each'> = {
  key: 'dropout',
  functions: () =>
    (['one', 'each'] as const).map((name) => ({
      name,
      params: ['i32', 'i32', 'i32', 'i32', 'i32'],
      result: 'i32',
      body: ({ params, local }): Code => {
        const [x, u, p, y, n] = params as [Local, Local, Local, Local, Local]
        const [k, share] = [local('i32'), local('v128')]
        const at = (base: Local) => i32.add(base.get, k.get)
        const kept = f32x4.ge(v128.load(at(u)), share.get)
        return [
          share.set(v128.loadSplat32(p.get)),
          range(k, i32.const(0), i32.shl(n.get, i32.const(2)), 16, [
            name === 'each' ? share.set(v128.load(at(p))) : [],
            v128.store(at(y), v128.and(kept, f32x4.div(v128.load(at(x)), f32x4.sub(f32x4.const(1), share.get)))),
          ]),
          i32.const(0),
        ]
      },
    })),
  javascript: ({ f32 }: Memory) => {
    const drop = (x: number, u: number, p: number, y: number, n: number, step: 0 | 1) => {
      for (let k = 0; k < n; k++) {
        const share = f32[(p >> 2) + k * step] as number
        f32[(y >> 2) + k] = (f32[(u >> 2) + k] as number) >= share ? (f32[(x >> 2) + k] as number) / Math.fround(1 - share) : 0
      }
      return 0
    }
    return {
      one: (x = 0, u = 0, p = 0, y = 0, n = 0) => drop(x, u, p, y, n, 0),
      each: (x = 0, u = 0, p = 0, y = 0, n = 0) => drop(x, u, p, y, n, 1),
    }
  },
}
