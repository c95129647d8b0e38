import type { OperatorFunction } from 'rxjs'
import { foldedOver, sums } from '../src/stream/folded-over.ts'
import type { Tensor } from '../src/tensor.ts'

/**
 * The mean of every `steps` inputs, elementwise: one output per `steps` inputs, of the same shape. Windows follow each other without
 * overlap; `t` is the end of the last step and `dt` the length of the window. One cut short by completion is not emitted.
 * @throws RangeError where `steps` is not 1 or more, at the call; ShapeError, in the stream, where the shape changes within a window
 */
export function meanOver(options: { readonly steps: number }): OperatorFunction<Tensor, Tensor> {
  const { steps } = options
  return foldedOver('meanOver', steps, { ...sums, finish: (sum) => sum / steps })
}
