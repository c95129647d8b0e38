/** Lines that take time. */

import { sizeOf, Tensor, zeros, type Shape } from '../tensor.ts'
import { broadcastTo, checkBroadcast, checkValue, type Value } from './broadcast.ts'
import { DEFAULT_DT } from './beat.ts'
import type { Node } from './node.ts'
import { checkDelays, checkRoom, largest, Past, stepsOf } from './past.ts'

export interface DelayOptions {
  /** Delays in whole steps, or in seconds: one number, or values that broadcast from the last axis. */
  readonly unit: 'steps' | 'seconds'
  readonly value: Value
  /** The shortest step, seconds: decides how many of them delays in seconds are, at most. Default 1e-3. */
  readonly dt?: number
}

/**
 * y(t) = x(t - delay), elementwise, and 0 before the first input. Delays in seconds are rounded to whole steps of the `dt` of the step
 * at hand. State: `past`, the last inputs, oldest first: [longest delay in steps, ...shape].
 * @throws RangeError at the call for delays that are negative, not finite, no whole steps, or longer than 2^24 steps
 */
export function delayNode({ unit, value, dt = DEFAULT_DT }: DelayOptions): Node {
  checkValue(`delay: ${unit}`, value)
  const given = typeof value === 'number' ? [value] : value instanceof Tensor ? value.data : value
  checkDelays(`delay: ${unit}`, given, unit === 'steps')
  const depth = unit === 'steps' ? largest(given) : largest(stepsOf('delay', Float32Array.from(given), dt))
  const outputShape = (input: Shape, path: string): Shape => {
    checkBroadcast(`${path}.${unit}`, value, input)
    return input
  }
  return {
    kind: 'delay',
    description: { kind: 'delay', unit, value },
    outputShape,
    initialState: (input) => ({ past: zeros(depth, ...input) }),
    initialWeights: () => ({}),
    ports: () => [],
    build: ({ arena, path, shape, time, x }) => {
      outputShape(shape, path)
      const y = arena.reserve(sizeOf(shape))
      const past = new Past(depth, shape)
      const delays = broadcastTo(value, shape).data
      let steps: Int32Array = new Int32Array(delays)
      let laidOutFor = 0
      let from: Float32Array
      let into: Float32Array
      const layOut = () => {
        if (unit === 'seconds') steps = stepsOf(path, delays, time.dt)
        checkRoom(path, largest(steps), depth, time.dt)
        laidOutFor = time.dt
      }
      return {
        shape,
        y,
        state: { past: past.slot },
        weights: {},
        controls: [],
        start: () => {
          ;[from, into] = [arena.floats({ ...x, length: y.length }), arena.floats(y)]
        },
        run: () => {
          if (time.dt !== laidOutFor) layOut()
          past.push(from)
          const { values } = past
          if (typeof value === 'number') {
            const begin = past.offset(steps[0] ?? 0)
            into.set(values.subarray(begin, begin + into.length))
            return
          }
          const begins = Int32Array.from({ length: depth + 1 }, (_, age) => past.offset(age))
          for (let k = 0; k < into.length; k++) into[k] = values[(begins[steps[k] as number] as number) + k] as number
        },
      }
    },
  }
}
