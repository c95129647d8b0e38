import type { OperatorFunction } from 'rxjs'
import type { EventPacket } from '../src/events.ts'
import { binned, type Bins } from '../src/stream/bins.ts'
import { Tensor, type Shape } from '../src/tensor.ts'

/**
 * Events to frames, binned by event time: one tensor [channels, height, width] per `dt` seconds, also for a step without events. It
 * carries the end of its step as `t` and its length as `dt`.
 *
 * - `merged` (default): one channel, how many events fell on the pixel
 * - `split`: two channels, how many OFF events (0) and how many ON events (1)
 * - `signed`: one channel, ON minus OFF events
 *
 * The first step begins at the first event's time, since recordings start anywhere; an event on a boundary belongs to the later step.
 * Frames are the same however the packets are cut. The last step, however short, comes at completion.
 *
 * Of odd times: an event earlier than the current step goes into it ('stale' in `diagnostics`); one more than `maxGap` seconds (1) earlier
 * starts the time anew, and a silence longer than `maxGap` gives that much of empty frames and then skips ('resynchronized').
 * Events outside the sensor are left out ('dropped').
 * @throws RangeError for a `dt` or `maxGap` that is not positive, TypeError for another word, at the call; ShapeError, in the stream, where
 * the sensor's size changes
 */
export function toFrames(options: {
  readonly dt: number
  readonly polarity?: 'merged' | 'split' | 'signed'
  readonly maxGap?: number
}): OperatorFunction<EventPacket, Tensor> {
  const { dt, polarity = 'merged' } = options
  if (!Object.hasOwn(counters, polarity)) throw new TypeError(`toFrames: polarity is ${String(polarity)}: 'merged', 'split' or 'signed' is needed`)
  return binned('toFrames', options, (width, height) => frames(width, height, dt, polarity))
}

type Counter = (frame: Float32Array, packet: EventPacket, from: number, to: number, width: number, height: number) => number

/** One loop for each, so that none branches on the polarity's meaning. Each returns how many events lay outside. */
const counters: Readonly<Record<'merged' | 'split' | 'signed', Counter>> = {
  merged(frame, { x, y }, from, to, width, height) {
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) frame[row * width + column]!++
      else outside++
    }
    return outside
  },
  split(frame, { x, y, p }, from, to, width, height) {
    const plane = width * height
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) frame[(p[k] === 0 ? 0 : plane) + row * width + column]!++
      else outside++
    }
    return outside
  },
  signed(frame, { x, y, p }, from, to, width, height) {
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) frame[row * width + column]! += p[k] === 0 ? -1 : 1
      else outside++
    }
    return outside
  },
}

function frames(width: number, height: number, dt: number, polarity: 'merged' | 'split' | 'signed'): Bins {
  const shape: Shape = [polarity === 'split' ? 2 : 1, height, width]
  const size = width * height * (polarity === 'split' ? 2 : 1)
  const count = counters[polarity]
  /** Emitted tensors never change, so all empty frames may share their zeros. */
  const empty = new Float32Array(size)
  let frame = empty
  return {
    add(packet, from, to) {
      if (frame === empty) frame = new Float32Array(size)
      return count(frame, packet, from, to, width, height)
    },
    close(end) {
      const data = frame
      frame = empty
      return new Tensor(shape, data, { t: end, dt })
    },
    restart: () => undefined,
  }
}
