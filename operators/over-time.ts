import { map, type OperatorFunction } from 'rxjs'
import type { Layer } from '../src/stream/layer.ts'
import { mapAccum } from '../src/stream/map-accum.ts'
import type { Tensor } from '../src/tensor.ts'

/**
 * A layer over tensors that have time first: each input [steps, ...] becomes an output [steps, ...].
 * @param options.state `carried`: the state goes on from one tensor to the next; `fresh`: each begins at rest
 * @throws RangeError for another `state`, or none
 */
export function overTime<S, W>(layer: Layer<S, W>, options: { readonly state: 'carried' | 'fresh' }): OperatorFunction<Tensor, Tensor> {
  const state = (options as Partial<typeof options> | undefined)?.state
  if (state === 'fresh') return map((x: Tensor) => layer.sequence(x)[0])
  if (state !== 'carried') throw new RangeError(`overTime: state '${String(state)}': 'carried' and 'fresh' are allowed`)
  return mapAccum<Tensor, S | undefined, Tensor>(
    () => undefined,
    (before, x) => {
      const [y, after] = layer.sequence(x, before)
      return [after, y]
    },
  )
}
