/** Sum pooling: the spikes of a window, counted. */

import { ShapeError } from '../errors.ts'
import { link } from '../kernel/kernel.ts'
import { sumPool2d } from '../kernel/layers/sum-pool2d.ts'
import { type Shape, sizeOf } from '../tensor.ts'
import type { Node } from './node.ts'

/**
 * Sums over windows of kernelSize x kernelSize of the last two axes, every `stride` elements, without padding; what is left
 * over at the lower and right edge is dropped: [..., y, x] -> [..., floor((y - kernelSize) / stride) + 1, the same of x].
 * @throws RangeError at the call unless both sizes are positive integers
 */
export function sumPool2dNode(kernelSize: number, stride: number = kernelSize): Node {
  for (const [name, value] of Object.entries({ kernelSize, stride })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`sumPool2d: ${name} ${value} must be a positive integer`)
  }
  const outputShape = (input: Shape, path: string): Shape => {
    const [height, width] = input.slice(-2)
    if (height === undefined || width === undefined || height < kernelSize || width < kernelSize) {
      throw new ShapeError(path, `[..., y, x] with y and x at least ${kernelSize}`, input)
    }
    return [...input.slice(0, -2), Math.floor((height - kernelSize) / stride) + 1, Math.floor((width - kernelSize) / stride) + 1]
  }
  return {
    kind: 'sumPool2d',
    description: { kind: 'sumPool2d', kernelSize, stride },
    outputShape,
    initialState: () => ({}),
    initialWeights: () => ({}),
    ports: () => [],
    build: ({ arena, path, shape, x }) => {
      const out = outputShape(shape, path)
      const y = arena.reserve(sizeOf(out))
      const planes = sizeOf(shape.slice(0, -2))
      const [inHeight, inWidth] = shape.slice(-2) as [number, number]
      const [outHeight, outWidth] = out.slice(-2) as [number, number]
      const source = sumPool2d({ kernel: kernelSize, stride, inHeight, inWidth, outHeight, outWidth })
      let run = (): void => {}
      const start = (): void => {
        const { pool } = link(arena, source)
        run = () => pool(x.offset, y.offset, planes)
      }
      return { shape: out, y, state: {}, weights: {}, controls: [], start, run: () => run() }
    },
  }
}
