/** What lies between a sink, which takes every value at the pipeline's pace, and the page, which asks at the display's. */

import type { Tensor } from '../../tensor.ts'
import type { StreamInfo } from '../control.ts'

/** What a channel tells of itself; the hub adds the rest. */
export type Description = Omit<StreamInfo, 'id' | 'name' | 'ended'>

export interface Channel<T = never> {
  /** Takes a value, quickly: no more than a look at a few elements. The value never changes, so it may be kept. */
  next(value: T): void
  /** A message for the page, or undefined where nothing is new. Asked at most as often as a display shows. */
  frame(stream: number, sequence: number): Uint8Array | undefined
  describe(): Description
  /** Changes whenever `describe` does. */
  readonly revision: number
  readonly received: number
  /** ON and OFF events since the start, where there are such. */
  readonly polarity?: { readonly on: number; readonly off: number }
  /** Events or spikes since the start, where they are counted. */
  readonly activity?: number
  /** End of the latest value, microseconds in the source's time, where it says so. */
  readonly time: number | undefined
  /** Whether anybody looks. What is gathered for the page is gathered only then. */
  watched: boolean
  /** Values that the page should have seen and will not. */
  readonly lost: number
  /** The page asks for a window, in milliseconds, or for neurons. */
  choose?(choice: { readonly ms?: number; readonly neurons?: readonly number[] }): void
}

/** Times of a stream of tensors, microseconds: their own, or counted in their steps, or in milliseconds where they know neither. */
export class StepTimes {
  /** End of the latest step. */
  now = 0
  /** Its begin. */
  from = 0
  /** Whether the tensors know their time. */
  known = false

  take({ t, dt }: Tensor): void {
    const length = (dt ?? 1e-3) * 1e6
    this.known = t !== undefined
    this.now = t ?? this.now + length
    this.from = this.now - length
  }
}
