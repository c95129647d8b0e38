/** Products of a vector with one factor or with one factor an element. */

import type { Memory } from '../arena.ts'
import { f32x4, i32, type Local, range, v128 } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/** `one(x, factor, y, n)`: y = x * factor; `each(x, factors, y, n)`: y[k] = x[k] * factors[k]. Whole vectors are read and written. */
export const scale: KernelSource<'one' | 'each'> = {
  key: 'scale',
  functions: () => [
    {
      name: 'one',
      params: ['i32', 'f32', 'i32', 'i32'],
      result: 'i32',
      body: ({ params, local }) => {
        const [x, factor, y, n] = params as [Local, Local, Local, Local]
        const [k, factors] = [local('i32'), local('v128')]
        return [
          factors.set(f32x4.splat(factor.get)),
          range(k, i32.const(0), i32.shl(n.get, i32.const(2)), 16, [
            v128.store(i32.add(y.get, k.get), f32x4.mul(v128.load(i32.add(x.get, k.get)), factors.get)),
          ]),
          i32.const(0),
        ]
      },
    },
    {
      name: 'each',
      params: ['i32', 'i32', 'i32', 'i32'],
      result: 'i32',
      body: ({ params, local }) => {
        const [x, factors, y, n] = params as [Local, Local, Local, Local]
        const k = local('i32')
        const at = (base: Local) => i32.add(base.get, k.get)
        return [
          range(k, i32.const(0), i32.shl(n.get, i32.const(2)), 16, [
            v128.store(at(y), f32x4.mul(v128.load(at(x)), v128.load(at(factors)))),
          ]),
          i32.const(0),
        ]
      },
    },
  ],
  javascript: ({ f32 }: Memory) => ({
    one: (x = 0, factor = 0, y = 0, n = 0) => {
      const rounded = Math.fround(factor)
      for (let k = 0; k < n; k++) f32[(y >> 2) + k] = (f32[(x >> 2) + k] as number) * rounded
      return 0
    },
    each: (x = 0, factors = 0, y = 0, n = 0) => {
      for (let k = 0; k < n; k++) f32[(y >> 2) + k] = (f32[(x >> 2) + k] as number) * (f32[(factors >> 2) + k] as number)
      return 0
    },
  }),
}
