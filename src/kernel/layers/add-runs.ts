/** Sums over weights that lie in runs, each weight with the place that it adds to. */

import type { Memory } from '../arena.ts'
import { type Code, f32, i32, type Local, range } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/** 4-byte words of a run (byte offsets of its begin and end, and its factor), and of an entry (byte offset in y, and its weight). */
export const RUN_WORDS = 3
export const ENTRY_WORDS = 2

/** `add(y, runs, count)`: y[place] += weight * factor, entry by entry, run by run, each product and each sum rounded to float32. */
export const addRuns: KernelSource<'add'> = {
  key: 'add-runs',
  functions: () => [
    {
      name: 'add',
      params: ['i32', 'i32', 'i32'],
      result: 'i32',
      body: ({ params, local }): Code => {
        const [y, runs, count] = params as [Local, Local, Local]
        const [k, entry, at, end, factor] = [local('i32'), local('i32'), local('i32'), local('i32'), local('f32')]
        return [
          range(k, i32.const(0), count.get, 1, [
            end.set(i32.load(runs.get, 4)),
            factor.set(f32.load(runs.get, 8)),
            range(entry, i32.load(runs.get), end.get, ENTRY_WORDS * 4, [
              at.set(i32.add(y.get, i32.load(entry.get))),
              f32.store(at.get, f32.add(f32.load(at.get), f32.mul(f32.load(entry.get, 4), factor.get))),
            ]),
            runs.set(i32.add(runs.get, i32.const(RUN_WORDS * 4))),
          ]),
          i32.const(0),
        ]
      },
    },
  ],
  javascript: ({ f32, i32 }: Memory) => ({
    add: (y = 0, runs = 0, count = 0) => {
      for (let run = runs >> 2; run < (runs >> 2) + count * RUN_WORDS; run += RUN_WORDS) {
        const [end, factor] = [(i32[run + 1] as number) >> 2, f32[run + 2] as number]
        for (let entry = (i32[run] as number) >> 2; entry < end; entry += ENTRY_WORDS) {
          const at = (y + (i32[entry] as number)) >> 2
          f32[at] = (f32[at] as number) + Math.fround((f32[entry + 1] as number) * factor)
        }
      }
      return 0
    },
  }),
}
