/** A gain. */

import { ShapeError } from '../errors.ts'
import { BLOCK } from '../kernel/arena.ts'
import { type Kernel, link } from '../kernel/kernel.ts'
import { scale } from '../kernel/layers/scale.ts'
import { seedOf } from '../random.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { isLearnable, learnableStart } from './learnable.ts'
import { isStream, type Node, type Place, type Port, type Slot, type Streamable, type Tree } from './node.ts'
import type { Learnable } from './options.ts'

/** One number; or one value for each position of the last axis; or a tensor for as many last axes as it has. */
export type Factor = number | readonly number[] | Tensor

/**
 * y = factor * x, elementwise; the factor spreads over the axes to its left.
 * @param factor a stream of factors becomes the port `<path>.factor`, and the factor is 1 until it emits; learnable, it is the
 * weight `factor`, of the shape that it begins with ([] for a number)
 * @throws TypeError at the call for what is no factor, ShapeError where the input's last axes have another shape
 */
export function scaleNode(factor: Factor | Streamable | Learnable): Node {
  const stream = isStream(factor) ? factor : undefined
  const startAt = ({ path, seed }: Place): Factor => {
    if (isLearnable(factor)) return learnableStart(factor, seedOf(`${path}.factor`, seed))
    return isStream(factor) ? 1 : factor
  }
  if (!isStream(factor) && !isLearnable(factor)) checked('scale', factor)
  return {
    kind: 'scale',
    description: { kind: 'scale', factor },
    outputShape: (input, path) => {
      fit(path, startAt({ path, seed: 0 }), input)
      return input
    },
    initialState: () => ({}),
    initialWeights: (place): Tree => (isLearnable(factor) ? { factor: asTensor(startAt(place)) } : {}),
    ports: ({ path }): readonly Port[] => (stream === undefined ? [] : [{ path: `${path}.factor`, stream }]),
    build: ({ arena, path, seed, shape, x, weights }) => {
      const initial = startAt({ path, seed })
      fit(path, initial, shape)
      const n = sizeOf(shape)
      const y = x.map === undefined ? arena.reserve(n) : arena.reserveMapped(n)
      const factors = arena.reserve(stream === undefined && typeof initial === 'number' ? 0 : n)
      let one: number | undefined
      let current = initial
      const set = (value: Factor): void => {
        current = value
        one = typeof value === 'number' ? value : undefined
        if (typeof value === 'number') return
        const values = value instanceof Tensor ? value.data : value
        const each = arena.floats(factors)
        for (let k = 0; k < n; k += values.length) each.set(values, k)
      }
      const at = `${path}.factor`
      const write = (value: unknown): void => set(fit(at, checked(at, value), shape))
      const own = asTensor(initial).shape
      const slot: Slot = {
        shape: own,
        read: () => asTensor(current).data.slice(),
        write: (data) => set(typeof initial === 'number' ? (data[0] as number) : new Tensor(own, data.slice())),
      }
      let run = (): void => {}
      const start = (): void => {
        const kernels = link(arena, scale)
        const maps = x.map === undefined || y.map === undefined ? undefined : { x: arena.bytes(x.map), y: arena.bytes(y.map) }
        set(initial)
        if (isLearnable(factor)) slot.write((weights['factor'] as Tensor).data)
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
      const controls = stream === undefined ? [] : [{ path: at, write }]
      return { shape, y, state: {}, weights: isLearnable(factor) ? { factor: slot } : {}, controls, start, run: () => run() }
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

const asTensor = (factor: Factor): Tensor =>
  factor instanceof Tensor ? factor : new Tensor(typeof factor === 'number' ? [] : [factor.length], Float32Array.from([factor].flat()))

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
