/** From a dense vector, mostly zeros, to the ascending list of the indices of its other elements. */

import type { Arena, Memory, Region } from '../arena.ts'
import { block, br, brIf, type Code, f32x4, i8x16, i32, i32x4, type Local, loop, range, type Scope, v128, when } from '../assembler.ts'
import { type Kernel, type KernelSource, link } from '../kernel.ts'

/**
 * `few(x, n, list, table)` and `many(x, n, list, table)` write the indices k < n with x[k] != 0 (so NaN counts, -0 does not)
 * to `list` and return their number. Equal results; `few` skips 16 zeros at a time, `many` has no branch. Both read whole
 * vectors of x; `many` writes up to 3 entries of rubbish behind the last. `table`: 16 patterns of 16 bytes, see `compaction`.
 */
export const activeScan: KernelSource<'few' | 'many'> = {
  key: 'active-scan',
  functions: () => [
    { name: 'few', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32', body: few },
    { name: 'many', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32', body: many },
  ],
  javascript: ({ f32, i32 }: Memory) => {
    const scan: Kernel = (x = 0, n = 0, list = 0) => {
      let count = 0
      for (let k = 0; k < n; k++) if (f32[(x >> 2) + k] !== 0) i32[(list >> 2) + count++] = k
      return count
    }
    return { few: scan, many: scan }
  },
}

const activeBits = (at: Code, offset: number): Code => i32x4.bitmask(f32x4.ne(v128.load(at, offset), f32x4.const(0)))

function few(scope: Scope): Code {
  const [x, n, list] = scope.params as [Local, Local, Local]
  const k = scope.local('i32')
  const bits = scope.local('i32')
  const to = scope.local('i32')
  const load = (offset: number) => v128.load(x.get, offset)
  const store16 = (keep: (bits: Code) => Code): Code =>
    when(v128.anyTrue(v128.or(v128.or(load(0), load(16)), v128.or(load(32), load(48)))), [
      bits.set(
        keep(
          i32.or(
            i32.or(activeBits(x.get, 0), i32.shl(activeBits(x.get, 16), i32.const(4))),
            i32.or(i32.shl(activeBits(x.get, 32), i32.const(8)), i32.shl(activeBits(x.get, 48), i32.const(12))),
          ),
        ),
      ),
      block(
        loop([
          brIf(i32.eqz(bits.get), 1),
          i32.store(to.get, i32.add(k.get, i32.ctz(bits.get))),
          to.set(i32.add(to.get, i32.const(4))),
          bits.set(i32.and(bits.get, i32.sub(bits.get, i32.const(1)))),
          br(0),
        ]),
      ),
    ])
  const left = i32.and(n.get, i32.const(15))
  return [
    to.set(list.get),
    range(k, i32.const(0), i32.and(n.get, i32.const(-16)), 16, [store16((all) => all), x.set(i32.add(x.get, i32.const(64)))]),
    when(left, store16((all) => i32.and(all, i32.sub(i32.shl(i32.const(1), left), i32.const(1))))),
    i32.shrU(i32.sub(to.get, list.get), i32.const(2)),
  ]
}

function many(scope: Scope): Code {
  const [x, n, list, table] = scope.params as [Local, Local, Local, Local]
  const k = scope.local('i32')
  const bits = scope.local('i32')
  const to = scope.local('i32')
  const ids = scope.local('v128')
  const store4 = (active: Code): Code => [
    bits.set(active),
    v128.store(to.get, i8x16.swizzle(ids.get, v128.load(i32.add(table.get, i32.shl(bits.get, i32.const(4)))))),
    to.set(i32.add(to.get, i32.shl(i32.popcnt(bits.get), i32.const(2)))),
    ids.set(i32x4.add(ids.get, v128.const(4))),
  ]
  const left = i32.and(n.get, i32.const(3))
  return [
    to.set(list.get),
    ids.set(v128.const(0, 1, 2, 3)),
    range(k, i32.const(0), i32.and(n.get, i32.const(-16)), 16, [
      [0, 16, 32, 48].map((offset) => store4(activeBits(x.get, offset))),
      x.set(i32.add(x.get, i32.const(64))),
    ]),
    range(k, i32.and(n.get, i32.const(-16)), i32.and(n.get, i32.const(-4)), 4, [
      store4(activeBits(x.get, 0)),
      x.set(i32.add(x.get, i32.const(16))),
    ]),
    when(left, store4(i32.and(activeBits(x.get, 0), i32.sub(i32.shl(i32.const(1), left), i32.const(1))))),
    i32.shrU(i32.sub(to.get, list.get), i32.const(2)),
  ]
}

/** For each of 16 sets of lanes the byte shuffle that moves these lanes, in order, to the front. */
export function compaction(): Uint8Array {
  const table = new Uint8Array(256)
  for (let set = 0; set < 16; set++) {
    let front = 0
    for (let lane = 0; lane < 4; lane++) {
      if ((set & (1 << lane)) === 0) continue
      for (let byte = 0; byte < 4; byte++) table[set * 16 + front * 4 + byte] = lane * 4 + byte
      front++
    }
  }
  return table
}

/** Below this share of active elements skipping beats the table. */
const FEW = 0.01

/** The list of active elements of one vector of fixed length, with the scan that suits how many there were the last time. */
export class ActiveList {
  /** 32-bit indices; room for all elements, since synchronous populations fire at once */
  readonly region: Region
  readonly #arena: Arena
  readonly #table: Region
  readonly #length: number
  #kernels: Readonly<Record<'few' | 'many', Kernel>> | undefined
  #count = 0

  constructor(arena: Arena, length: number) {
    this.#arena = arena
    this.#length = length
    this.region = arena.reserve(length + 4)
    this.#table = arena.reserve(64)
  }

  /** After the arena was allocated. */
  start(): void {
    this.#kernels = link(this.#arena, activeScan)
    this.#arena.memory.u8.set(compaction(), this.#table.offset)
  }

  /** Lists the elements that are not 0 of the vector at byte offset `x`; returns their number. */
  find(x: number): number {
    const kernels = this.#kernels
    if (kernels === undefined) throw new Error('ActiveList: used before start')
    const scan = this.#count < this.#length * FEW ? kernels.few : kernels.many
    this.#count = scan(x, this.#length, this.region.offset, this.#table.offset)
    return this.#count
  }
}
