/** Windows of images as single values: sums, averages, maxima. */

import { ShapeError } from '../errors.ts'
import { link } from '../kernel/kernel.ts'
import { pool2d } from '../kernel/layers/pool2d.ts'
import { type Shape, sizeOf } from '../tensor.ts'
import type { Node, Running, Site } from './node.ts'

export type PoolKind = 'sumPool2d' | 'avgPool2d' | 'maxPool2d'

export interface Pool2dOptions {
  /** Default: `kernelSize`. */
  readonly stride?: number
  /** Rows and columns around the image, at most half of `kernelSize`: zeros, for a maximum less than all numbers. Default 0. */
  readonly padding?: number
  /** Whether an average counts the zeros of the padding. Default true. */
  readonly countIncludePad?: boolean
}

interface Sizes {
  readonly kernelSize: number
  readonly stride: number
  readonly padding: number
}

/**
 * Windows of kernelSize x kernelSize of the last two axes, every `stride` elements; what is left over at the lower and right edge
 * is dropped: [..., y, x] -> [..., floor((y + 2 padding - kernelSize) / stride) + 1, the same of x]. As PyTorch's avg_pool2d
 * (sums: with divisor 1) and max_pool2d: taps in row-major order, NaN is larger than all numbers.
 * @throws RangeError at the call for sizes that are out of range
 */
export function pool2dNode(kind: PoolKind, kernelSize: number, options: Pool2dOptions = {}): Node {
  const { stride = kernelSize, padding = 0, countIncludePad = true } = options
  for (const [name, value] of Object.entries({ kernelSize, stride })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${kind}: ${name} ${value} must be a positive integer`)
  }
  if (!Number.isInteger(padding) || padding < 0 || padding > kernelSize / 2)
    throw new RangeError(`${kind}: padding ${padding} must be an integer from 0 to half of kernelSize, ${Math.floor(kernelSize / 2)}`)
  const sizes = { kernelSize, stride, padding }
  const outputShape = (input: Shape, path: string): Shape => {
    const [height, width] = input.slice(-2)
    const least = Math.max(1, kernelSize - 2 * padding)
    if (height === undefined || width === undefined || height < least || width < least)
      throw new ShapeError(path, `[..., y, x] with y and x at least ${least}`, input)
    return [...input.slice(0, -2), outLength(height, sizes), outLength(width, sizes)]
  }
  return {
    kind,
    description: kind === 'avgPool2d' ? { kind, ...sizes, countIncludePad } : { kind, ...sizes },
    outputShape,
    initialState: () => ({}),
    initialWeights: () => ({}),
    ports: () => [],
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      return padding === 0 ? plain(site, kind, shape, sizes) : padded(site, kind, shape, sizes, countIncludePad)
    },
  }
}

const outLength = (length: number, { kernelSize, stride, padding }: Sizes): number =>
  Math.floor((length + 2 * padding - kernelSize) / stride) + 1

/** The kernel for planes of this shape. */
function source(kind: PoolKind, { kernelSize, stride }: Sizes, [inHeight, inWidth]: Shape, out: Shape, divided: boolean) {
  const [outHeight, outWidth] = out.slice(-2) as [number, number]
  return pool2d({
    reduce: kind === 'maxPool2d' ? 'max' : 'sum',
    ...(divided && { divisor: kernelSize ** 2 }),
    kernel: kernelSize,
    stride,
    inHeight: inHeight as number,
    inWidth: inWidth as number,
    outHeight,
    outWidth,
  })
}

const stateless = { state: {}, weights: {}, controls: [] }

function plain({ arena, shape, x }: Site, kind: PoolKind, out: Shape, sizes: Sizes): Running {
  const y = arena.reserve(sizeOf(out))
  const planes = sizeOf(shape.slice(0, -2))
  let run = (): void => {}
  const start = (): void => {
    const { pool } = link(arena, source(kind, sizes, shape.slice(-2), out, kind === 'avgPool2d'))
    run = () => pool(x.offset, y.offset, planes)
  }
  return { ...stateless, shape: out, y, start, run: () => run() }
}

/** One plane after another through a plane with a border. */
function padded({ arena, shape, x }: Site, kind: PoolKind, out: Shape, sizes: Sizes, countIncludePad: boolean): Running {
  const y = arena.reserve(sizeOf(out))
  const planes = sizeOf(shape.slice(0, -2))
  const [height, width] = shape.slice(-2) as [number, number]
  const [outHeight, outWidth] = out.slice(-2) as [number, number]
  const { padding } = sizes
  const inner = [height + 2 * padding, width + 2 * padding] as const
  const plane = arena.reserve(inner[0] * inner[1])
  const divided = kind === 'avgPool2d' && countIncludePad
  const divisors = kind === 'avgPool2d' && !countIncludePad ? outer(counts(height, outHeight, sizes), counts(width, outWidth, sizes)) : []
  let run = (): void => {}
  const start = (): void => {
    const { pool } = link(arena, source(kind, sizes, inner, out, divided))
    const [from, into, result] = [arena.floats(x), arena.floats(plane), arena.floats(y)]
    into.fill(kind === 'maxPool2d' ? Number.NEGATIVE_INFINITY : 0)
    run = () => {
      for (let p = 0; p < planes; p++) {
        for (let row = 0; row < height; row++) {
          const begin = (p * height + row) * width
          into.set(from.subarray(begin, begin + width), (row + padding) * inner[1] + padding)
        }
        pool(plane.offset, y.offset + p * outHeight * outWidth * 4, 1)
      }
      for (let k = 0, p = 0; p < planes && divisors.length > 0; p++)
        for (const divisor of divisors) result[k] = (result[k++] as number) / divisor
    }
  }
  return { ...stateless, shape: out, y, start, run: () => run() }
}

/** How many elements of the image each window holds along one axis. */
const counts = (length: number, outputs: number, { kernelSize, stride, padding }: Sizes): readonly number[] =>
  Array.from({ length: outputs }, (_, k) => {
    const begin = k * stride - padding
    return Math.min(begin + kernelSize, length) - Math.max(begin, 0)
  })

const outer = (rows: readonly number[], columns: readonly number[]): readonly number[] =>
  rows.flatMap((row) => columns.map((column) => row * column))
