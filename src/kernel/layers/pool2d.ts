/** Square windows of planes: their sums, averages, maxima. */

import type { Memory } from '../arena.ts'
import { brIf, type Code, f32, f32x4, i8x16, i32, type Local, loop, range, select, v128 } from '../assembler.ts'
import type { Kernel, KernelSource } from '../kernel.ts'

/** Sizes of one pooling; baked into its code. */
export interface Pool2dGeometry {
  readonly reduce: 'sum' | 'max'
  /** Sums are divided by it; absent: they are not. */
  readonly divisor?: number
  readonly kernel: number
  readonly stride: number
  readonly inHeight: number
  readonly inWidth: number
  readonly outHeight: number
  readonly outWidth: number
}

/**
 * `pool(x, y, planes)`: y[p, oy, ox] is made of x[p, oy s + ky, ox s + kx], ky, then kx, ascending. A sum begins with 0; of a maximum
 * the first of equals counts (so also of -0 and 0), and NaN is larger than all. Reads up to 1 element behind the end of x.
 */
export function pool2d(geometry: Pool2dGeometry): KernelSource<'pool'> {
  const { reduce, divisor, kernel, stride, inHeight, inWidth, outHeight, outWidth } = geometry
  return {
    key: `pool2d ${[reduce, divisor, kernel, stride, inHeight, inWidth, outHeight, outWidth].join(' ')}`,
    functions: () => [
      { name: 'pool', params: ['i32', 'i32', 'i32'], result: 'i32', body: ({ params, local }) => pool(geometry, params, local) },
    ],
    javascript: (memory) => ({ pool: twin(memory, geometry) }),
  }
}

const twin =
  ({ f32 }: Memory, { reduce, divisor = 1, kernel, stride, inHeight, inWidth, outHeight, outWidth }: Pool2dGeometry): Kernel =>
  (x = 0, y = 0, planes = 0) => {
    let to = y >> 2
    for (let p = 0; p < planes; p++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          const corner = (x >> 2) + (p * inHeight + oy * stride) * inWidth + ox * stride
          let result = reduce === 'sum' ? 0 : Number.NEGATIVE_INFINITY
          for (let ky = 0; ky < kernel; ky++) {
            for (let kx = 0; kx < kernel; kx++) {
              const value = f32[corner + ky * inWidth + kx] as number
              if (reduce === 'sum') result = Math.fround(result + value)
              else if (value > result || Number.isNaN(value)) result = value
            }
          }
          f32[to++] = result / divisor
        }
      }
    }
    return 0
  }

/** Kernels up to this size are written out tap by tap. */
const UNROLLED = 4

/** What is kept of the taps of some windows, side by side in a vector or one in a scalar. */
interface Fold {
  readonly begin: Code
  take(tap: Code): Code
  readonly result: Code
}

function vectorFold({ reduce, divisor }: Pool2dGeometry, local: (type: 'v128') => Local): Fold {
  const kept = local('v128')
  if (reduce === 'sum') {
    return {
      begin: kept.set(f32x4.const(0)),
      take: (tap) => kept.set(f32x4.add(kept.get, tap)),
      result: divisor === undefined ? kept.get : f32x4.div(kept.get, f32x4.const(divisor)),
    }
  }
  const [value, strange] = [local('v128'), local('v128')]
  return {
    begin: [kept.set(f32x4.const(Number.NEGATIVE_INFINITY)), strange.set(v128.const(0))],
    // One comparison for NaN beside `pmax` takes half the time of `max`, which orders zeros, too.
    take: (tap) => [kept.set(f32x4.pmax(kept.get, value.tee(tap))), strange.set(v128.or(strange.get, f32x4.ne(value.get, value.get)))],
    result: v128.or(kept.get, strange.get),
  }
}

function scalarFold({ reduce, divisor }: Pool2dGeometry, local: (type: 'f32') => Local): Fold {
  const kept = local('f32')
  if (reduce === 'sum') {
    return {
      begin: kept.set(f32.const(0)),
      take: (tap) => kept.set(f32.add(kept.get, tap)),
      result: divisor === undefined ? kept.get : f32.div(kept.get, f32.const(divisor)),
    }
  }
  const value = local('f32')
  return {
    begin: kept.set(f32.const(Number.NEGATIVE_INFINITY)),
    take: (tap) => [
      value.set(tap),
      kept.set(select(value.get, kept.get, i32.or(f32.gt(value.get, kept.get), f32.ne(value.get, value.get)))),
    ],
    result: kept.get,
  }
}

function pool(geometry: Pool2dGeometry, params: readonly Local[], local: (type: 'i32' | 'f32' | 'v128') => Local): Code {
  const { kernel, stride, inHeight, inWidth, outHeight, outWidth } = geometry
  // Outputs computed together: in one vector, or in scalars side by side.
  const together = Math.min(4, outWidth)
  const wide = together === 4 && stride <= 2
  const [x, y, planes] = params as [Local, Local, Local]
  const counters = Array.from({ length: 7 }, () => local('i32'))
  const [p, oy, ox, at, from, ky, kx] = counters as [Local, Local, Local, Local, Local, Local, Local]
  const [low, high] = [local('v128'), local('v128')]
  const folds = wide ? [vectorFold(geometry, local)] : Array.from({ length: together }, () => scalarFold(geometry, local))

  const take = (taps: (k: number) => Code): Code => folds.map((fold, k) => fold.take(taps(k)))
  const tap = (offset: number): Code => {
    if (!wide) return take((k) => f32.load(from.get, offset + k * stride * 4))
    if (stride === 1) return take(() => v128.load(from.get, offset))
    return take(() => everySecond(v128.load(from.get, offset), v128.load(from.get, offset + 16), 0))
  }
  /** Two neighbouring taps of windows two apart share their loads. */
  const pair = (offset: number): Code => [
    low.set(v128.load(from.get, offset)),
    high.set(v128.load(from.get, offset + 16)),
    take(() => everySecond(low.get, high.get, 0)),
    take(() => everySecond(low.get, high.get, 1)),
  ]
  const line = (offset: number): Code => {
    const pairs = wide && stride === 2 ? kernel >> 1 : 0
    return [
      Array.from({ length: pairs }, (_, k) => pair(offset + k * 8)),
      Array.from({ length: kernel - pairs * 2 }, (_, k) => tap(offset + (pairs * 2 + k) * 4)),
    ]
  }
  const repeat = (counter: Local, body: Code): Code => [
    counter.set(i32.const(kernel)),
    loop([body, brIf(counter.tee(i32.sub(counter.get, i32.const(1))), 0)]),
  ]
  const move = (bytes: number): Code => from.set(i32.add(from.get, i32.const(bytes)))
  const taps: Code =
    kernel <= UNROLLED
      ? Array.from({ length: kernel }, (_, row) => line(row * inWidth * 4))
      : repeat(ky, [repeat(kx, [tap(0), move(4)]), move((inWidth - kernel) * 4)])
  // The last block of a row starts early enough to end with the row: the windows that it shares are computed twice.
  const last = i32.const(outWidth - together)
  const window: Code = [
    at.set(select(ox.get, last, i32.ltS(ox.get, last))),
    from.set(i32.add(x.get, i32.mul(at.get, i32.const(stride * 4)))),
    folds.map((fold) => fold.begin),
    taps,
    at.set(i32.add(y.get, i32.shl(at.get, i32.const(2)))),
    folds.map((fold, k) => (wide ? v128.store : f32.store)(at.get, fold.result, k * 4)),
  ]
  return [
    range(p, i32.const(0), planes.get, 1, [
      range(oy, i32.const(0), i32.const(outHeight), 1, [
        range(ox, i32.const(0), i32.const(outWidth), together, window),
        x.set(i32.add(x.get, i32.const(stride * inWidth * 4))),
        y.set(i32.add(y.get, i32.const(outWidth * 4))),
      ]),
      x.set(i32.add(x.get, i32.const((inHeight - outHeight * stride) * inWidth * 4))),
    ]),
    i32.const(0),
  ]
}

/** Elements first, first + 2, ... of eight. */
function everySecond(low: Code, high: Code, first: 0 | 1): Code {
  const bytes = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27].map((byte) => byte + first * 4)
  return i8x16.shuffle(low, high, bytes)
}
