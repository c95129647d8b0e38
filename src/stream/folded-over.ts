/** One value for each window of steps, windows following each other without overlap. */

import { Observable, type OperatorFunction } from 'rxjs'
import { ShapeError } from '../errors.ts'
import { sameShape, Tensor } from '../tensor.ts'
import { listen } from './listen.ts'
import { checkCount } from './ticks.ts'

/** How a window is folded, elementwise, in double precision. */
export interface Fold {
  readonly start: number
  readonly add: (all: Float64Array, x: Float32Array) => void
  readonly finish?: (value: number) => number
}

/** Sums. */
export const sums: Fold = {
  start: 0,
  add: (all, x) => {
    for (let k = 0; k < all.length; k++) all[k] = (all[k] as number) + (x[k] as number)
  },
}

/** Maxima; NaN counts as the largest. */
export const maxima: Fold = {
  start: -Infinity,
  add: (all, x) => {
    for (let k = 0; k < all.length; k++) all[k] = Math.max(all[k] as number, x[k] as number)
  },
}

/**
 * One output per `steps` inputs. It ends when its last step ends and is as long as all of them. A window that completion cuts short is
 * not emitted.
 */
export function foldedOver(at: string, steps: number, { start, add, finish }: Fold): OperatorFunction<Tensor, Tensor> {
  checkCount(at, 'steps', steps)
  return (source) =>
    new Observable((out) => {
      let first: Tensor | undefined
      let all = new Float64Array(0)
      let count = 0
      let length = 0
      let even = true
      listen(source, out, {
        next: (x) => {
          if (first === undefined) {
            first = x
            all = new Float64Array(x.data.length).fill(start)
            length = 0
            even = true
          } else if (!sameShape(x.shape, first.shape)) {
            throw new ShapeError(at, `[${first.shape.join(', ')}] like the first of its window`, x.shape)
          }
          add(all, x.data)
          length += x.dt ?? NaN
          even &&= x.dt === first.dt
          if (++count < steps) return
          // Steps of one length add up to exactly their number times that length: downstream compares `dt`.
          const dt = even && first.dt !== undefined ? first.dt * steps : length
          const values = finish === undefined ? Float32Array.from(all) : Float32Array.from(all, finish)
          const result = new Tensor(x.shape, values, { t: x.t, dt: Number.isNaN(dt) ? undefined : dt })
          first = undefined
          count = 0
          out.next(result)
        },
      })
    })
}
