/**
 * Convolution of few active inputs: each adds its kernel to the outputs that it reaches. Inputs come in ascending order, which
 * is, for every output, the order of a dense convolution; so the bits are the same.
 */

import type { Memory } from '../arena.ts'
import {
  block,
  br,
  brIf,
  type Code,
  f32,
  f32x4,
  type FunctionSource,
  i32,
  type Local,
  loop,
  memory,
  range,
  type Scope,
  v128,
  when,
} from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'
import { type Conv2dGeometry, geometryKey, outStep, reaches, tapStep } from './conv2d-geometry.ts'

/** Vectors in a kernel row that is flipped and stored with the zeros of its dilation. */
export const rowVectors = ({ kernel, dilation }: Conv2dGeometry): number => Math.ceil(((kernel - 1) * dilation + 1) / 4)

/** Whether whole rows, zeros included, beat the taps one by one. */
export const usesRows = (geometry: Conv2dGeometry): boolean => geometry.stride === 1 && rowVectors(geometry) < geometry.kernel

/** Elements of the stored rows. */
export const rowsLength = (geometry: Conv2dGeometry): number =>
  usesRows(geometry) ? ((geometry.outChannels * geometry.inChannels) / geometry.groups) * geometry.kernel * rowVectors(geometry) * 4 : 0

/** The stored rows, from weights [out, in / groups, kernel, kernel]. */
export function storeRows(geometry: Conv2dGeometry, weights: Float32Array, into: Float32Array): void {
  if (!usesRows(geometry)) return
  const { kernel, dilation } = geometry
  const width = rowVectors(geometry) * 4
  for (let k = 0; k < weights.length; k++) {
    into[Math.floor(k / kernel) * width + (kernel - 1 - (k % kernel)) * dilation] = weights[k] as number
  }
}

/** Entries of 4 integers. Of an input row: tap rows, byte offsets of the first one among the stored rows, of its first output, of the first one in the weights. */
export function rowTable(geometry: Conv2dGeometry): Int32Array {
  const { inChannels, outChannels, groups, kernel, outHeight, outWidth } = geometry
  const inGroup = inChannels / groups
  const axis = reaches(geometry, geometry.inHeight, outHeight)
  return Int32Array.from(
    Array.from({ length: inChannels }, (_, channel) => {
      const group = Math.floor(channel / inGroup)
      const firstOut = (group * outChannels) / groups
      return axis.flatMap(({ count, first, out }) => {
        const tap = (firstOut * inGroup + (channel % inGroup)) * kernel + first
        return [count, tap * rowVectors(geometry) * 16, (firstOut * outHeight + out) * outWidth * 4, tap * kernel * 4]
      })
    }).flat(),
  )
}

/** Entries of 4 integers. Of an input column: taps, byte offsets of the first one, of its output, of the start of a whole row, or -1 where it does not fit. */
export function columnTable(geometry: Conv2dGeometry): Int32Array {
  const { inWidth, outWidth, kernel, dilation } = geometry
  return Int32Array.from(
    reaches(geometry, inWidth, outWidth).flatMap(({ count, first, out }) => [
      count,
      first * 4,
      out * 4,
      usesRows(geometry) && count === kernel ? (out - (kernel - 1) * dilation) * 4 : -1,
    ]),
  )
}

/**
 * `fill(y, bias)` begins every output with its bias, `clear(y)` with 0. `scatter(x, list, count, y, rows, weights, rowTable,
 * columnTable)` adds the inputs in the list. Both may write up to 3 elements behind the end of y.
 */
export function conv2dScatter(geometry: Conv2dGeometry): KernelSource<'fill' | 'clear' | 'scatter'> {
  const { outChannels, outHeight, outWidth } = geometry
  const plane = outHeight * outWidth
  return {
    key: `conv2d-scatter ${geometryKey(geometry)}`,
    functions: () => [
      { name: 'fill', params: ['i32', 'i32'], result: 'i32', body: (scope) => fill(scope, outChannels, plane) },
      {
        name: 'clear',
        params: ['i32'],
        result: 'i32',
        body: ({ params }) => [memory.fill((params[0] as Local).get, i32.const(0), i32.const(outChannels * plane * 4)), i32.const(0)],
      },
      scatterSource(geometry),
    ],
    javascript: (memory) => ({
      fill: (y = 0, bias = 0) => {
        for (let o = 0; o < outChannels; o++) {
          memory.f32.fill((memory.f32[(bias >> 2) + o] as number) + 0, (y >> 2) + o * plane, (y >> 2) + (o + 1) * plane)
        }
        return 0
      },
      clear: (y = 0) => {
        memory.f32.fill(0, y >> 2, (y >> 2) + outChannels * plane)
        return 0
      },
      scatter: scatterTwin(memory, geometry),
    }),
  }
}

function fill({ params, local }: Scope, channels: number, plane: number): Code {
  const [y, bias] = params as [Local, Local]
  const [o, end, at, value] = [local('i32'), local('i32'), local('i32'), local('v128')]
  return [
    at.set(y.get),
    range(o, i32.const(0), i32.const(channels * 4), 4, [
      value.set(f32x4.add(v128.loadSplat32(i32.add(bias.get, o.get)), f32x4.const(0))),
      at.set(y.get),
      end.set(i32.add(y.get, i32.const(plane * 4))),
      loop([v128.store(at.get, value.get), brIf(i32.ltU(at.tee(i32.add(at.get, i32.const(16))), end.get), 0)]),
      y.set(end.get),
    ]),
    i32.const(0),
  ]
}

const scatterTwin =
  ({ f32, i32 }: Memory, geometry: Conv2dGeometry) =>
  (x = 0, list = 0, count = 0, y = 0, _rows = 0, weights = 0, rowTable = 0, columnTable = 0): number => {
    const { inWidth, kernel, outWidth } = geometry
    const plane = geometry.outHeight * outWidth
    const kernels = (geometry.inChannels / geometry.groups) * kernel * kernel
    const [step, down] = [tapStep(geometry), outStep(geometry)]
    for (let k = 0; k < count; k++) {
      const index = i32[(list >> 2) + k] as number
      const value = f32[(x >> 2) + index] as number
      const row = (rowTable >> 2) + Math.floor(index / inWidth) * 4
      const column = (columnTable >> 2) + (index % inWidth) * 4
      const [height, width] = [i32[row] as number, i32[column] as number]
      let from = (weights + (i32[row + 3] as number) + (i32[column + 1] as number)) >> 2
      let to = (y + (i32[row + 2] as number) + (i32[column + 2] as number)) >> 2
      for (let o = 0; o < geometry.outChannels / geometry.groups; o++, from += kernels, to += plane) {
        for (let a = 0; a < height; a++) {
          let out = to - a * down * outWidth
          const begin = from + a * step * kernel
          for (let tap = begin; tap < begin + width * step; tap += step, out -= down) {
            f32[out] = (f32[out] as number) + Math.fround(value * (f32[tap] as number))
          }
        }
      }
    }
    return 0
  }

function scatterSource(geometry: Conv2dGeometry): FunctionSource & { readonly name: 'scatter' } {
  return {
    name: 'scatter',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    result: 'i32',
    body: (scope) => scatter(scope, geometry),
  }
}

/** Counts down from `count`, at least once. */
const repeat = (counter: Local, count: Code, body: Code): Code => [
  counter.set(count),
  loop([body, brIf(counter.tee(i32.sub(counter.get, i32.const(1))), 0)]),
]
const move = (pointer: Local, bytes: number): Code => pointer.set(i32.add(pointer.get, i32.const(bytes)))

function scatter(scope: Scope, geometry: Conv2dGeometry): Code {
  const { inWidth, kernel, outWidth } = geometry
  const [x, list, count, y, rows, weights, rowTable, columnTable] = scope.params as [Local, Local, Local, Local, Local, Local, Local, Local]
  const [end, index, rowEnd, column, height] = Array.from({ length: 5 }, () => scope.local('i32')) as [Local, Local, Local, Local, Local]
  const [o, a, b, from, to, tap, out] = Array.from({ length: 7 }, () => scope.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ]
  const value = scope.local('f32')
  const splat = scope.local('v128')
  const outGroup = geometry.outChannels / geometry.groups
  const plane = geometry.outHeight * outWidth * 4
  const [step, down] = [tapStep(geometry), outStep(geometry)]
  const tapRows = (geometry.inChannels / geometry.groups) * kernel

  /** Per output channel and tap row: `line`, with `tap` and `out` at the row's begin. `rowBytes` between stored rows. */
  const everyRow = (rowBytes: number, line: Code): Code =>
    repeat(o, i32.const(outGroup), [
      tap.set(from.get),
      out.set(to.get),
      repeat(a, height.get, [line, move(tap, rowBytes * step), move(out, -down * outWidth * 4)]),
      move(from, rowBytes * tapRows),
      move(to, plane),
    ])

  const vectors = Array.from({ length: rowVectors(geometry) }, (_, k) => k * 16)
  const byRows: Code = [
    splat.set(f32x4.splat(value.get)),
    from.set(i32.add(rows.get, i32.load(rowTable.get, 4))),
    to.set(i32.add(i32.add(y.get, i32.load(rowTable.get, 8)), i32.load(column.get, 12))),
    everyRow(
      vectors.length * 16,
      vectors.map((k) => v128.store(out.get, f32x4.add(v128.load(out.get, k), f32x4.mul(v128.load(tap.get, k), splat.get)), k)),
    ),
  ]
  const byTaps: Code = when(i32.load(column.get), [
    from.set(i32.add(i32.add(weights.get, i32.load(rowTable.get, 12)), i32.load(column.get, 4))),
    to.set(i32.add(i32.add(y.get, i32.load(rowTable.get, 8)), i32.load(column.get, 8))),
    everyRow(kernel * 4, [
      repeat(b, i32.load(column.get), [
        f32.store(out.get, f32.add(f32.load(out.get), f32.mul(f32.load(tap.get), value.get))),
        move(tap, step * 4),
        move(out, -down * 4),
      ]),
      // back to the begin of the row
      tap.set(i32.sub(tap.get, i32.mul(i32.load(column.get), i32.const(step * 4)))),
      out.set(i32.add(out.get, i32.mul(i32.load(column.get), i32.const(down * 4)))),
    ]),
  ])
  // The stored zeros times an infinity would be NaN: such values go tap by tap.
  const fits = i32.and(i32.geS(i32.load(column.get, 12), i32.const(0)), f32.lt(f32.abs(value.get), f32.const(Number.POSITIVE_INFINITY)))
  return [
    end.set(i32.add(list.get, i32.shl(count.get, i32.const(2)))),
    rowEnd.set(i32.const(inWidth)),
    block(
      loop([
        brIf(i32.geU(list.get, end.get), 1),
        index.set(i32.load(list.get)),
        block(loop([brIf(i32.ltU(index.get, rowEnd.get), 1), move(rowEnd, inWidth), move(rowTable, 16), br(0)])),
        height.set(i32.load(rowTable.get)),
        when(height.get, [
          value.set(f32.load(i32.add(x.get, i32.shl(index.get, i32.const(2))))),
          column.set(i32.add(columnTable.get, i32.shl(i32.sub(index.get, i32.sub(rowEnd.get, i32.const(inWidth))), i32.const(4)))),
          usesRows(geometry) ? when(fits, byRows, byTaps) : byTaps,
        ]),
        move(list, 4),
        br(0),
      ]),
    ),
    i32.const(0),
  ]
}
