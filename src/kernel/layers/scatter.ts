/**
 * Few active inputs add their weights to planes of outputs. Inputs come in ascending order, so each output is what it begins with
 * plus its terms in ascending order of the inputs, each product and each sum rounded to float32.
 *
 * Inputs stand in lines (a row of one channel). Each meets, per output channel, the same rectangle of taps, less where the outputs
 * end: some rows of the kernel, some taps of each.
 */

import type { Memory } from '../arena.ts'
import { block, br, brIf, type Code, f32, f32x4, i32, type Local, loop, type Scope, v128, when } from '../assembler.ts'
import type { Kernel, KernelSource } from '../kernel.ts'

/** Baked into the code. Distances in elements. */
export interface ScatterGeometry {
  /** inputs of a line */
  readonly line: number
  /** output channels that an input reaches */
  readonly channels: number
  /** from an output channel to the next */
  readonly plane: number
  /** taps in a row of the kernel */
  readonly kernel: number
  /** rows of the kernel from an output channel to the next */
  readonly channelRows: number
  /** between two outputs of neighbouring rows of the kernel that one input meets */
  readonly rowStep: number
  /** between two taps of a row that one input meets, and between their outputs (may be negative) */
  readonly tapStep: number
  readonly outStep: number
}

/** Where the inputs meet which taps. */
export interface ScatterTables {
  /** Per line 3 integers: rows of the kernel, the first of them, the output of its row at column 0. */
  readonly lines: Int32Array
  /** Per place in a line 3 integers: taps, the first of them, its output. */
  readonly places: Int32Array
}

/** Vectors of a row of the kernel that is stored as it lies over the outputs, gaps included. */
const rowVectors = ({ kernel, outStep }: ScatterGeometry): number => Math.ceil(((kernel - 1) * Math.abs(outStep) + 1) / 4)

/** Whether whole rows, gaps included, beat the taps one by one. */
const usesRows = (geometry: ScatterGeometry): boolean => geometry.tapStep === 1 && rowVectors(geometry) < geometry.kernel

/** Elements of the stored rows of so many weights. */
export const scatterRowsLength = (geometry: ScatterGeometry, weights: number): number =>
  usesRows(geometry) ? (weights / geometry.kernel) * rowVectors(geometry) * 4 : 0

/** The stored rows; `into` holds zeros in the gaps. */
export function storeScatterRows(geometry: ScatterGeometry, weights: Float32Array, into: Float32Array): void {
  if (!usesRows(geometry)) return
  const { kernel, outStep } = geometry
  const width = rowVectors(geometry) * 4
  const first = outStep < 0 ? (1 - kernel) * outStep : 0
  for (let k = 0; k < weights.length; k++) {
    into[Math.floor(k / kernel) * width + first + (k % kernel) * outStep] = weights[k] as number
  }
}

/** The tables as the kernels read them: 4 integers each, distances in bytes; of a place the begin of a whole row, -1 where it does not fit. */
export function scatterTables(geometry: ScatterGeometry, { lines, places }: ScatterTables): { lines: Int32Array; places: Int32Array } {
  const { kernel, outStep } = geometry
  const entries = (table: Int32Array, of: (count: number, first: number, out: number) => readonly number[]) =>
    Int32Array.from(
      Array.from({ length: table.length / 3 }, (_, k) => of(...([...table.subarray(k * 3, k * 3 + 3)] as [number, number, number]))).flat(),
    )
  return {
    lines: entries(lines, (count, first, out) => [count, first * rowVectors(geometry) * 16, out * 4, first * kernel * 4]),
    places: entries(places, (count, first, out) => [
      count,
      first * 4,
      out * 4,
      usesRows(geometry) && count === kernel ? (out + Math.min(0, (kernel - 1) * outStep)) * 4 : -1,
    ]),
  }
}

/** `scatter(x, list, count, y, rows, weights, lines, places)` adds the inputs in the list. May write up to 3 elements behind the end of y. */
export function scatter(geometry: ScatterGeometry): KernelSource<'scatter'> {
  return {
    key: `scatter ${Object.values(geometry).join(' ')}`,
    functions: () => [
      {
        name: 'scatter',
        params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
        result: 'i32',
        body: (scope) => body(scope, geometry),
      },
    ],
    javascript: (memory) => ({ scatter: twin(memory, geometry) }),
  }
}

const twin =
  ({ f32, i32 }: Memory, { line, channels, plane, kernel, channelRows, rowStep, tapStep, outStep }: ScatterGeometry): Kernel =>
  (x = 0, list = 0, count = 0, y = 0, _rows = 0, weights = 0, lines = 0, places = 0) => {
    for (let k = 0; k < count; k++) {
      const index = i32[(list >> 2) + k] as number
      const value = f32[(x >> 2) + index] as number
      const row = (lines >> 2) + Math.floor(index / line) * 4
      const place = (places >> 2) + (index % line) * 4
      const [height, width] = [i32[row] as number, i32[place] as number]
      let from = (weights + (i32[row + 3] as number) + (i32[place + 1] as number)) >> 2
      let to = (y + (i32[row + 2] as number) + (i32[place + 2] as number)) >> 2
      for (let o = 0; o < channels; o++, from += channelRows * kernel, to += plane) {
        for (let a = 0; a < height; a++) {
          let out = to + a * rowStep
          const begin = from + a * kernel
          for (let tap = begin; tap < begin + width * tapStep; tap += tapStep, out += outStep) {
            f32[out] = (f32[out] as number) + Math.fround(value * (f32[tap] as number))
          }
        }
      }
    }
    return 0
  }

/** Counts down from `count`, at least once. */
const repeat = (counter: Local, count: Code, body: Code): Code => [
  counter.set(count),
  loop([body, brIf(counter.tee(i32.sub(counter.get, i32.const(1))), 0)]),
]
const move = (pointer: Local, bytes: number): Code => pointer.set(i32.add(pointer.get, i32.const(bytes)))

function body(scope: Scope, geometry: ScatterGeometry): Code {
  const { line, channels, plane, kernel, channelRows, rowStep, tapStep, outStep } = geometry
  const [x, list, count, y, rows, weights, lines, places] = scope.params as [Local, Local, Local, Local, Local, Local, Local, Local]
  const locals = Array.from({ length: 12 }, () => scope.local('i32'))
  const [end, index, lineEnd, place, height, o, a, b, from, to, tap, out] = locals as [
    Local,
    Local,
    Local,
    Local,
    Local,
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

  /** Per output channel and row of the kernel: `taps`, with `tap` and `out` at the row's begin. `rowBytes` between the rows. */
  const everyRow = (rowBytes: number, taps: Code): Code =>
    repeat(o, i32.const(channels), [
      tap.set(from.get),
      out.set(to.get),
      repeat(a, height.get, [taps, move(tap, rowBytes), move(out, rowStep * 4)]),
      move(from, rowBytes * channelRows),
      move(to, plane * 4),
    ])

  const vectors = Array.from({ length: rowVectors(geometry) }, (_, k) => k * 16)
  const byRows: Code = [
    splat.set(f32x4.splat(value.get)),
    from.set(i32.add(rows.get, i32.load(lines.get, 4))),
    to.set(i32.add(i32.add(y.get, i32.load(lines.get, 8)), i32.load(place.get, 12))),
    everyRow(
      vectors.length * 16,
      vectors.map((k) => v128.store(out.get, f32x4.add(v128.load(out.get, k), f32x4.mul(v128.load(tap.get, k), splat.get)), k)),
    ),
  ]
  const byTaps: Code = when(i32.load(place.get), [
    from.set(i32.add(i32.add(weights.get, i32.load(lines.get, 12)), i32.load(place.get, 4))),
    to.set(i32.add(i32.add(y.get, i32.load(lines.get, 8)), i32.load(place.get, 8))),
    everyRow(kernel * 4, [
      repeat(b, i32.load(place.get), [
        f32.store(out.get, f32.add(f32.load(out.get), f32.mul(f32.load(tap.get), value.get))),
        move(tap, tapStep * 4),
        move(out, outStep * 4),
      ]),
      // back to the begin of the row
      tap.set(i32.sub(tap.get, i32.mul(i32.load(place.get), i32.const(tapStep * 4)))),
      out.set(i32.sub(out.get, i32.mul(i32.load(place.get), i32.const(outStep * 4)))),
    ]),
  ])
  // The stored zeros times an infinity would be NaN: such values go tap by tap.
  const fits = i32.and(i32.geS(i32.load(place.get, 12), i32.const(0)), f32.lt(f32.abs(value.get), f32.const(Number.POSITIVE_INFINITY)))
  return [
    end.set(i32.add(list.get, i32.shl(count.get, i32.const(2)))),
    lineEnd.set(i32.const(line)),
    block(
      loop([
        brIf(i32.geU(list.get, end.get), 1),
        index.set(i32.load(list.get)),
        block(loop([brIf(i32.ltU(index.get, lineEnd.get), 1), move(lineEnd, line), move(lines, 16), br(0)])),
        height.set(i32.load(lines.get)),
        when(height.get, [
          value.set(f32.load(i32.add(x.get, i32.shl(index.get, i32.const(2))))),
          place.set(i32.add(places.get, i32.shl(i32.sub(index.get, i32.sub(lineEnd.get, i32.const(line))), i32.const(4)))),
          usesRows(geometry) ? when(fits, byRows, byTaps) : byTaps,
        ]),
        move(list, 4),
        br(0),
      ]),
    ),
    i32.const(0),
  ]
}
