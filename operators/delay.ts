import { delayNode } from '../src/layers/delay.ts'
import type { RunOptions } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Tensor } from '../src/tensor.ts'
import type { PastState } from './delayed-linear.ts'

/** One number, or values that broadcast from the last axis: every line its own. */
type Delays = number | readonly number[] | Tensor

export interface DelayOptions extends Omit<RunOptions<PastState, {}>, 'weights' | 'seed'> {
  /** Delays in whole steps. */
  steps?: Delays
  /** Or in seconds, rounded to whole steps of the `dt` at hand. */
  seconds?: Delays
  /** Seconds. As everywhere; and the shortest step that there is room for (1e-3): with shorter ones the delays would be more steps. */
  dt?: number
}

/**
 * Lines that take time (axons): y(t) = x(t - delay) for each element, 0 before its first input. Exactly one of `steps` and `seconds`. One
 * output per input, at the input's time: RxJS's `delay` is about when values are emitted, this one about which.
 * @throws TypeError, RangeError at the call for delays that are negative, not finite or no whole steps; RangeError in the stream where
 * steps are shorter than there is room for; ShapeError where the delays do not broadcast
 */
export function delay(options: DelayOptions): Layer<PastState, {}> {
  if (typeof options !== 'object' || options === null || (options.steps === undefined) === (options.seconds === undefined)) {
    throw new TypeError(`delay: expected { steps } or { seconds }, got ${show(options)}; to emit later there is RxJS's delay`)
  }
  const { steps, seconds, ...run } = options
  const own = steps === undefined ? { unit: 'seconds' as const, value: seconds as Delays } : { unit: 'steps' as const, value: steps }
  return makeLayer<PastState, {}>(delayNode({ ...own, ...(run.dt !== undefined && { dt: run.dt }) }), run)
}

const show = (options: unknown) =>
  typeof options === 'object' && options !== null ? `{ ${Object.keys(options).join(', ')} }` : String(options)
