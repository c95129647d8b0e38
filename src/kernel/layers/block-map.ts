/** Which blocks of a vector hold anything but zeros. */

import { BLOCK, type Memory } from '../arena.ts'
import { type Code, i32, type Local, range, type Scope, v128 } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/** `mark(x, n, map)`: a byte for each 64 elements, 1 where one of them is not +0, to the bit; returns how many. The last block is read whole. */
export const blockMap: KernelSource<'mark'> = {
  key: 'block-map',
  functions: () => [{ name: 'mark', params: ['i32', 'i32', 'i32'], result: 'i32', body }],
  javascript: ({ i32, u8 }: Memory) => ({
    mark: (x = 0, n = 0, map = 0) => {
      let marked = 0
      for (let block = 0; block * BLOCK < n; block++) {
        const from = (x >> 2) + block * BLOCK
        const active = i32.subarray(from, from + BLOCK).some((value) => value !== 0) ? 1 : 0
        u8[map + block] = active
        marked += active
      }
      return marked
    },
  }),
}

function body(scope: Scope): Code {
  const [x, n, map] = scope.params as [Local, Local, Local]
  const k = scope.local('i32')
  const active = scope.local('i32')
  const marked = scope.local('i32')
  const vectors = Array.from({ length: BLOCK / 4 }, (_, vector) => v128.load(x.get, vector * 16))
  return [
    range(k, i32.const(0), n.get, BLOCK, [
      i32.store8(map.get, active.tee(v128.anyTrue(vectors.reduce((a, b) => v128.or(a, b))))),
      marked.set(i32.add(marked.get, active.get)),
      x.set(i32.add(x.get, i32.const(BLOCK * 4))),
      map.set(i32.add(map.get, i32.const(1))),
    ]),
    marked.get,
  ]
}
