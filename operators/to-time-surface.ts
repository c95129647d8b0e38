import type { OperatorFunction } from 'rxjs'
import type { EventPacket } from '../src/events.ts'
import { binned, type Bins } from '../src/stream/bins.ts'
import { checkSeconds } from '../src/stream/ticks.ts'
import { Tensor, type Shape } from '../src/tensor.ts'

/**
 * How recent the last event of each pixel is: one tensor [1, height, width] per `dt` seconds of event time, with exp(-(t - last) / tau),
 * `t` being the end of the step and `last` the time of the pixel's last event of either polarity; 0 where there was none.
 *
 * Steps, packets and odd times are treated as by `toFrames`; after a skip in time the surface starts empty. Values are multiplied by
 * exp(-dt / tau) from step to step, in float32; what has faded below 1e-30 becomes 0 within 16 `tau`.
 * @param options.dt length of a step, seconds
 * @param options.tau time constant, seconds
 * @throws RangeError for a duration that is not positive, at the call; ShapeError, in the stream, where the sensor's size changes
 */
export function toTimeSurface(options: {
  readonly dt: number
  readonly tau: number
  readonly maxGap?: number
}): OperatorFunction<EventPacket, Tensor> {
  const { dt, tau } = options
  checkSeconds('toTimeSurface', 'tau', tau)
  return binned('toTimeSurface', options, (width, height) => surface(width, height, dt, tau))
}

/** Smaller values become 0 now and then, before they reach 1e-38, below which numbers are slow. */
const faintest = 1e-30

function surface(width: number, height: number, dt: number, tau: number): Bins {
  const shape: Shape = [1, height, width]
  const decay = Math.exp(-dt / tau)
  const perMicrosecond = 1e-6 / tau
  /** A value fades from 1e-30 to 1e-37 in 16 tau. */
  const stepsToClean = Math.max(1, Math.floor((16 * tau) / dt))
  let toClean = stepsToClean
  /** The surface at the end of the current step. */
  let current = new Float32Array(width * height)
  return {
    add({ t, x, y }, from, to, end) {
      let outside = 0
      for (let k = from; k < to; k++) {
        const column = x[k] as number
        const row = y[k] as number
        if (column < width && row < height) {
          const at = row * width + column
          const value = Math.exp(((t[k] as number) - end) * perMicrosecond)
          if (value > (current[at] as number)) current[at] = value
        } else outside++
      }
      return outside
    },
    close(end) {
      const closed = current
      current = new Float32Array(closed.length)
      for (let k = 0; k < current.length; k++) current[k] = (closed[k] as number) * decay
      if (--toClean === 0) {
        toClean = stepsToClean
        for (let k = 0; k < current.length; k++) if ((current[k] as number) < faintest) current[k] = 0
      }
      return new Tensor(shape, closed, { t: end, dt })
    },
    restart() {
      current = new Float32Array(width * height)
    },
  }
}
