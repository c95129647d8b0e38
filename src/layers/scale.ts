/** A gain. */

import { ShapeError } from '../errors.ts'
import { BLOCK } from '../kernel/arena.ts'
import { type Kernel, link } from '../kernel/kernel.ts'
import { scale } from '../kernel/layers/scale.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { isStream, type Node, type Port, type Streamable } from './node.ts'

/** One number; or one value for each position of the last axis; or a tensor for as many last axes as it has. */
export type Factor = number | readonly number[] | Tensor

/**
 * y = factor * x, elementwise; the factor spreads over the axes to its left.
 * @param factor a stream of factors becomes the port `<path>.factor`, and the factor is 1 until it emits
 * @throws TypeError at the call for what is no factor, ShapeError where the input's last axes have another shape
 */
export function scaleNode(factor: Factor | Streamable): Node {
  const stream = isStream(factor) ? factor : undefined
  const initial = isStream(factor) ? 1 : checked('scale', factor)
  return {
    kind: 'scale',
    description: { kind: 'scale', factor },
    outputShape: (input, path) => {
      fit(path, initial, input)
      return input
    },
    initialState: () => ({}),
    initialWeights: () => ({}),
    ports: ({ path }): readonly Port[] => (stream === undefined ? [] : [{ path: `${path}.factor`, stream }]),
    build: ({ arena, path, shape, x }) => {
      fit(path, initial, shape)
      const n = sizeOf(shape)
      const y = x.map === undefined ? arena.reserve(n) : arena.reserveMapped(n)
      const factors = arena.reserve(stream === undefined && typeof initial === 'number' ? 0 : n)
      let one: number | undefined
      const set = (value: Factor): void => {
        one = typeof value === 'number' ? value : undefined
        if (typeof value === 'number') return
        const values = value instanceof Tensor ? value.data : value
        const each = arena.floats(factors)
        for (let k = 0; k < n; k += values.length) each.set(values, k)
      }
      const at = `${path}.factor`
      const write = (value: unknown): void => set(fit(at, checked(at, value), shape))
      let run = (): void => {}
      const start = (): void => {
        const kernels = link(arena, scale)
        const maps = x.map === undefined || y.map === undefined ? undefined : { x: arena.bytes(x.map), y: arena.bytes(y.map) }
        set(initial)
        const whole = () => {
          if (one === undefined) kernels.each(x.offset, factors.offset, y.offset, n)
          else kernels.one(x.offset, one, y.offset, n)
        }
        run = () => {
          if (maps === undefined || x.map === undefined || y.map === undefined) {
            whole()
            return
          }
          const factor = one !== undefined && one > 0 && one < Infinity && !x.map.crowded ? one : undefined
          // What a crowded step left is found again by its marks.
          if (y.map.crowded) maps.y.fill(1)
          y.map.crowded = factor === undefined
          if (factor === undefined) whole()
          else scaleBlocks(kernels.one, x.offset, factor, y.offset, maps)
        }
      }
      return { shape, y, state: {}, weights: {}, controls: stream === undefined ? [] : [{ path: at, write }], start, run: () => run() }
    },
  }
}

/** Blocks of zeros stay zeros under a positive factor: only blocks that hold something, or did in the last step, are computed. */
function scaleBlocks(one: Kernel, x: number, factor: number, y: number, maps: { readonly x: Uint8Array; readonly y: Uint8Array }): void {
  for (let block = 0; block < maps.x.length; block++) {
    if (maps.x[block] === 0 && maps.y[block] === 0) continue
    maps.y[block] = maps.x[block] as number
    one(x + block * BLOCK * 4, factor, y + block * BLOCK * 4, BLOCK)
  }
}

function checked(at: string, factor: unknown): Factor {
  if (typeof factor === 'number' || factor instanceof Tensor) return factor
  if (Array.isArray(factor) && factor.every((each): each is number => typeof each === 'number')) return factor
  throw new TypeError(`${at}: a factor is a number, an array of numbers, a Tensor or a stream of these, not ${String(factor)}`)
}

function fit(at: string, factor: Factor, input: Shape): Factor {
  if (typeof factor === 'number') return factor
  const own = factor instanceof Tensor ? factor.shape : [factor.length]
  if (own.length <= input.length && sameShape(own, input.slice(input.length - own.length))) return factor
  throw new ShapeError(at, `[..., ${own.join(', ')}]`, input, 'the factor has the shape of the last axes')
}
