/** Sums over windows of steps that follow each other without overlap. */

import { Observable, type OperatorFunction } from 'rxjs'
import { ShapeError } from '../errors.ts'
import { sameShape, Tensor } from '../tensor.ts'
import { listen } from './listen.ts'
import { checkCount } from './ticks.ts'

/**
 * One output per `steps` inputs: `finish` makes it of the sums, elementwise, in double precision. It ends when its last step ends and
 * is as long as all of them. A window that completion cuts short is not emitted.
 */
export function sumsOver(at: string, steps: number, finish: (sum: number) => number): OperatorFunction<Tensor, Tensor> {
  checkCount(at, 'steps', steps)
  return (source) =>
    new Observable((out) => {
      let first: Tensor | undefined
      let sums = new Float64Array(0)
      let count = 0
      let length = 0
      let even = true
      listen(source, out, {
        next: (x) => {
          if (first === undefined) {
            first = x
            sums = new Float64Array(x.data.length)
            length = 0
            even = true
          } else if (!sameShape(x.shape, first.shape)) {
            throw new ShapeError(at, `[${first.shape.join(', ')}] like the first of its window`, x.shape)
          }
          for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) + (x.data[k] as number)
          length += x.dt ?? NaN
          even &&= x.dt === first.dt
          if (++count < steps) return
          // Steps of one length add up to exactly their number times that length: downstream compares `dt`.
          const dt = even && first.dt !== undefined ? first.dt * steps : length
          const result = new Tensor(x.shape, Float32Array.from(sums, finish), { t: x.t, dt: Number.isNaN(dt) ? undefined : dt })
          first = undefined
          count = 0
          out.next(result)
        },
      })
    })
}
