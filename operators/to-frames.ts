import type { OperatorFunction } from 'rxjs'
import type { EventPacket } from '../src/events.ts'
import { binned, type Bins } from '../src/stream/bins.ts'
import { type Shape, type Sparse, sparseTensor, Tensor } from '../src/tensor.ts'

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
  if (!Object.hasOwn(counters, polarity))
    throw new TypeError(`toFrames: polarity is ${String(polarity)}: 'merged', 'split' or 'signed' is needed`)
  return binned('toFrames', options, (width, height) => frames(width, height, dt, polarity))
}

/** The frame that is being filled, and which pixels were zero before an event reached them: the list of a sparse frame. */
interface Filling {
  readonly frame: Float32Array
  /** Room for as many pixels as a sparse frame may have; `count` at its length: too many to list. */
  readonly touched: Uint32Array
  count: number
}

type Counter = (filling: Filling, packet: EventPacket, from: number, to: number, width: number, height: number) => number

/** One loop for each, so that none branches on the polarity's meaning. Each returns how many events lay outside. */
const counters: Readonly<Record<'merged' | 'split' | 'signed', Counter>> = {
  merged(filling, { x, y }, from, to, width, height) {
    const { frame, touched } = filling
    let { count } = filling
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) {
        const at = row * width + column
        if (frame[at]!++ === 0 && count < touched.length) touched[count++] = at
      } else outside++
    }
    filling.count = count
    return outside
  },
  split(filling, { x, y, p }, from, to, width, height) {
    const { frame, touched } = filling
    let { count } = filling
    const plane = width * height
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) {
        const at = (p[k] === 0 ? 0 : plane) + row * width + column
        if (frame[at]!++ === 0 && count < touched.length) touched[count++] = at
      } else outside++
    }
    filling.count = count
    return outside
  },
  signed(filling, { x, y, p }, from, to, width, height) {
    const { frame, touched } = filling
    let { count } = filling
    let outside = 0
    for (let k = from; k < to; k++) {
      const column = x[k] as number
      const row = y[k] as number
      if (column < width && row < height) {
        const at = row * width + column
        const before = frame[at] as number
        frame[at] = before + (p[k] === 0 ? -1 : 1)
        if (before === 0 && count < touched.length) touched[count++] = at
      } else outside++
    }
    filling.count = count
    return outside
  },
}

/** From this many pixels on a frame is a list of its active pixels, unless more than one in `CROWDED` is active. */
const LARGE = 16384
const CROWDED = 16

function frames(width: number, height: number, dt: number, polarity: 'merged' | 'split' | 'signed'): Bins {
  const shape: Shape = [polarity === 'split' ? 2 : 1, height, width]
  const size = width * height * (polarity === 'split' ? 2 : 1)
  const count = counters[polarity]
  /** Emitted tensors never change, so all empty frames may share their zeros. */
  const empty = new Float32Array(size)
  const fresh = (): Filling => ({ frame: new Float32Array(size), touched: new Uint32Array(size < LARGE ? 0 : size / CROWDED), count: 0 })
  let filling = fresh()
  let touched = false
  return {
    add(packet, from, to) {
      touched = true
      return count(filling, packet, from, to, width, height)
    },
    close(end) {
      const time = { t: end, dt }
      if (!touched) return new Tensor(shape, empty, time)
      touched = false
      if (filling.count < filling.touched.length) return sparseTensor(shape, taken(filling), time)
      const { frame } = filling
      filling = fresh()
      return new Tensor(shape, frame, time)
    },
    restart: () => undefined,
  }
}

/** The list of what was filled; the frame is left empty for the next. */
function taken(filling: Filling): Sparse {
  const indices = filling.touched.slice(0, filling.count)
  const values = new Float32Array(indices.length)
  for (let k = 0; k < indices.length; k++) values[k] = filling.frame[indices[k] as number] as number
  for (let k = 0; k < indices.length; k++) filling.frame[indices[k] as number] = 0
  filling.count = 0
  return { indices, values }
}
