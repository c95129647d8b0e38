/** A leaky sum, v = v / 2 + x, and ways to get it wrong. */

import type { Slot } from '../../src/layers/node.ts'
import { type Layer, makeLayer } from '../../src/stream/layer.ts'
import { sizeOf, Tensor } from '../../src/tensor.ts'

/** Where a faulty step may reach. */
export interface Reach {
  readonly x: Float32Array
  readonly v: Float32Array
  readonly y: Float32Array
  readonly backend: string
  readonly t: number | undefined
  readonly weight: Float32Array
}

export interface Fault {
  /** Done after the right step. */
  readonly then?: (reach: Reach) => void
  /** The same memory for the state of all that runs. */
  readonly shared?: boolean
  /** What the state looks like from outside. */
  readonly slots?: (right: Slot, v: () => Float32Array) => Readonly<Record<string, Slot>>
  /** Has a weight. */
  readonly weighted?: boolean
  /** What outputShape says of the last axis. */
  readonly promise?: (size: number) => number
}

export function leakySum({ then, shared = false, slots, weighted = false, promise = (size) => size }: Fault = {}): Layer {
  const common = new Float32Array(64)
  return makeLayer({
    kind: 'leakySum',
    outputShape: (input) => [...input.slice(0, -1), promise(input.at(-1) ?? 0)],
    initialState: (input) => ({ v: new Tensor(input, new Float32Array(sizeOf(input))) }),
    initialWeights: () => (weighted ? { weight: new Tensor([1], Float32Array.of(1)) } : {}),
    ports: () => [],
    build: ({ arena, shape, x: input, time }) => {
      const size = sizeOf(shape)
      const [output, state] = [arena.reserve(size), arena.reserve(size)]
      const weight = Float32Array.of(1)
      const v = () => (shared ? common.subarray(0, size) : arena.floats(state))
      const slot: Slot = { shape, batchAxis: 0, read: () => v().slice(), write: (data) => v().set(data) }
      const single: Slot = { shape: [1], read: () => weight.slice(), write: (data) => weight.set(data) }
      return {
        shape,
        y: output,
        state: slots?.(slot, v) ?? { v: slot },
        weights: weighted ? { weight: single } : {},
        controls: [],
        start: () => undefined,
        run: () => {
          const reach = { x: arena.floats(input), v: v(), y: arena.floats(output), backend: arena.backend, t: time.t, weight }
          for (let k = 0; k < size; k++) {
            reach.v[k] = (reach.v[k] as number) / 2 + (reach.x[k] as number)
            reach.y[k] = reach.v[k] as number
          }
          then?.(reach)
        },
      }
    },
  })
}
