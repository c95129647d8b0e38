/** From a dense vector, mostly zeros, to the ascending list of the indices of its other elements. */

import { type Arena, BLOCK, type BlockMap, type Memory, type Region } from '../arena.ts'
import { block, br, brIf, type Code, f32x4, i8x16, i32, i32x4, type Local, loop, range, type Scope, v128, when } from '../assembler.ts'
import { type Kernel, type KernelSource, link } from '../kernel.ts'

/**
 * `few(x, n, list, table)` and `many(x, n, list, table)` write the indices k < n with x[k] != 0 (so NaN counts, -0 does not)
 * to `list` and return their number. Equal results; `few` skips 16 zeros at a time, `many` has no branch. Both read whole
 * vectors of x; `many` writes up to 3 entries of rubbish behind the last. `table`: 16 patterns of 16 bytes, see `compaction`.
 * `mapped(x, n, list, map)` does the same, looks only into blocks of 64 that `map` marks, and may list elements of the last block
 * beyond n: up to 63 entries too many.
 */
export const activeScan: KernelSource<'few' | 'many' | 'mapped'> = {
  key: 'active-scan',
  functions: () => [
    { name: 'few', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32', body: few },
    { name: 'many', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32', body: many },
    { name: 'mapped', params: ['i32', 'i32', 'i32', 'i32'], result: 'i32', body: mapped },
  ],
  javascript: ({ f32, i32 }: Memory) => {
    const scan: Kernel = (x = 0, n = 0, list = 0) => {
      let count = 0
      for (let k = 0; k < n; k++) if (f32[(x >> 2) + k] !== 0) i32[(list >> 2) + count++] = k
      return count
    }
    return { few: scan, many: scan, mapped: scan }
  },
}

const activeBits = (at: Code, offset: number): Code => i32x4.bitmask(f32x4.ne(v128.load(at, offset), f32x4.const(0)))

function few(scope: Scope): Code {
  const [x, n, list] = scope.params as [Local, Local, Local]
  const k = scope.local('i32')
  const to = scope.local('i32')
  const store16 = sixteen(scope, x, k, to)
  const left = i32.and(n.get, i32.const(15))
  return [
    to.set(list.get),
    range(k, i32.const(0), i32.and(n.get, i32.const(-16)), 16, [store16((all) => all), x.set(i32.add(x.get, i32.const(64)))]),
    when(
      left,
      store16((all) => i32.and(all, i32.sub(i32.shl(i32.const(1), left), i32.const(1)))),
    ),
    i32.shrU(i32.sub(to.get, list.get), i32.const(2)),
  ]
}

function mapped(scope: Scope): Code {
  const [x, n, list, map] = scope.params as [Local, Local, Local, Local]
  const k = scope.local('i32')
  const to = scope.local('i32')
  const base = scope.local('i32')
  const store16 = sixteen(scope, x, k, to)
  const sixteenMore = [store16((all) => all), x.set(i32.add(x.get, i32.const(64))), k.set(i32.add(k.get, i32.const(16)))]
  const counter = scope.local('i32')
  return [
    to.set(list.get),
    base.set(x.get),
    range(counter, i32.const(0), n.get, BLOCK, [
      when(i32.load8(i32.add(map.get, i32.shrU(counter.get, i32.const(Math.log2(BLOCK))))), [
        k.set(counter.get),
        x.set(i32.add(base.get, i32.shl(k.get, i32.const(2)))),
        Array.from({ length: BLOCK / 16 }, () => sixteenMore),
      ]),
    ]),
    i32.shrU(i32.sub(to.get, list.get), i32.const(2)),
  ]
}

/** Code that stores the indices k + i of the active ones of 16 elements at x, of those that `keep` keeps. */
function sixteen(scope: Scope, x: Local, k: Local, to: Local): (keep: (bits: Code) => Code) => Code {
  const bits = scope.local('i32')
  const load = (offset: number) => v128.load(x.get, offset)
  return (keep) =>
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
  #kernels: Readonly<Record<'few' | 'many' | 'mapped', Kernel>> | undefined
  #count = 0

  constructor(arena: Arena, length: number) {
    this.#arena = arena
    this.#length = length
    this.region = arena.reserve(length + BLOCK)
    this.#table = arena.reserve(64)
  }

  /** After the arena was allocated. */
  start(): void {
    this.#kernels = link(this.#arena, activeScan)
    this.#arena.memory.u8.set(compaction(), this.#table.offset)
  }

  /** Lists the elements that are not 0 of the vector at byte offset `x`, whose `map` says where to look; returns their number. */
  find(x: number, map?: BlockMap): number {
    const kernels = this.#kernels
    if (kernels === undefined) throw new Error('ActiveList: used before start')
    if (map?.crowded === false) return this.#trimmed(kernels.mapped(x, this.#length, this.region.offset, map.offset))
    const scan = this.#count < this.#length * FEW ? kernels.few : kernels.many
    this.#count = scan(x, this.#length, this.region.offset, this.#table.offset)
    return this.#count
  }

  #trimmed(count: number): number {
    const { i32 } = this.#arena.memory
    const first = this.region.offset >> 2
    while (count > 0 && (i32[first + count - 1] as number) >= this.#length) count--
    return count
  }
}
