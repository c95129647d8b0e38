/** Sums over square windows of planes. */

import type { Memory } from '../arena.ts'
import { brIf, type Code, f32, f32x4, type FunctionSource, i8x16, i32, type Local, loop, range, select, v128 } from '../assembler.ts'
import type { KernelSource } from '../kernel.ts'

/** Sizes of one pooling; baked into its code. */
export interface SumPool2dGeometry {
  readonly kernel: number
  readonly stride: number
  readonly inHeight: number
  readonly inWidth: number
  readonly outHeight: number
  readonly outWidth: number
}

/**
 * `pool(x, y, planes)`: y[p, oy, ox] = sum over ky, then kx, ascending, of x[p, oy s + ky, ox s + kx], beginning with 0.
 * Reads up to 1 element behind the end of x.
 */
export function sumPool2d(geometry: SumPool2dGeometry): KernelSource<'pool'> {
  const { kernel, stride, inHeight, inWidth, outHeight, outWidth } = geometry
  return {
    key: `sum-pool2d ${[kernel, stride, inHeight, inWidth, outHeight, outWidth].join(' ')}`,
    functions: () => [pool(geometry)],
    javascript: ({ f32 }: Memory) => ({
      pool: (x = 0, y = 0, planes = 0) => {
        let to = y >> 2
        for (let p = 0; p < planes; p++) {
          for (let oy = 0; oy < outHeight; oy++) {
            for (let ox = 0; ox < outWidth; ox++) {
              const corner = (x >> 2) + (p * inHeight + oy * stride) * inWidth + ox * stride
              let sum = 0
              for (let ky = 0; ky < kernel; ky++) {
                for (let kx = 0; kx < kernel; kx++) sum = Math.fround(sum + (f32[corner + ky * inWidth + kx] as number))
              }
              f32[to++] = sum
            }
          }
        }
        return 0
      },
    }),
  }
}

/** Kernels up to this size are written out tap by tap. */
const UNROLLED = 4

function pool({ kernel, stride, inHeight, inWidth, outHeight, outWidth }: SumPool2dGeometry): FunctionSource & { readonly name: 'pool' } {
  // Outputs computed together: in one vector, or in scalars side by side.
  const together = Math.min(4, outWidth)
  const wide = together === 4 && stride <= 2
  return {
    name: 'pool',
    params: ['i32', 'i32', 'i32'],
    result: 'i32',
    body: ({ params, local }) => {
      const [x, y, planes] = params as [Local, Local, Local]
      const [p, oy, ox, at, from, ky, kx] = Array.from({ length: 7 }, () => local('i32')) as [
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
        Local,
      ]
      const sums = Array.from({ length: wide ? 1 : together }, () => local(wide ? 'v128' : 'f32'))
      const four = (offset: number): Code =>
        stride === 1 ? v128.load(from.get, offset) : evenLanes(v128.load(from.get, offset), v128.load(from.get, offset + 16))
      const tap = (offset: number): Code =>
        sums.map((sum, k) =>
          sum.set(wide ? f32x4.add(sum.get, four(offset)) : f32.add(sum.get, f32.load(from.get, offset + k * stride * 4))),
        )
      const repeat = (counter: Local, body: Code): Code => [
        counter.set(i32.const(kernel)),
        loop([body, brIf(counter.tee(i32.sub(counter.get, i32.const(1))), 0)]),
      ]
      const move = (bytes: number): Code => from.set(i32.add(from.get, i32.const(bytes)))
      const taps: Code =
        kernel <= UNROLLED
          ? Array.from({ length: kernel * kernel }, (_, k) => tap((Math.floor(k / kernel) * inWidth + (k % kernel)) * 4))
          : repeat(ky, [repeat(kx, [tap(0), move(4)]), move((inWidth - kernel) * 4)])
      // The last block of a row starts early enough to end with the row: the windows that it shares are computed twice.
      const last = i32.const(outWidth - together)
      const window: Code = [
        at.set(select(ox.get, last, i32.ltS(ox.get, last))),
        from.set(i32.add(x.get, i32.mul(at.get, i32.const(stride * 4)))),
        sums.map((sum) => sum.set(wide ? f32x4.const(0) : f32.const(0))),
        taps,
        at.set(i32.add(y.get, i32.shl(at.get, i32.const(2)))),
        sums.map((sum, k) => (wide ? v128.store : f32.store)(at.get, sum.get, k * 4)),
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
    },
  }
}

/** Elements 0, 2, 4, 6 of eight. */
const evenLanes = (low: Code, high: Code): Code => i8x16.shuffle(low, high, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27])
