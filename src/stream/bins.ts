/** Cuts event packets into steps of equal length by the events' own time. */

import { Observable, type OperatorFunction } from 'rxjs'
import { report } from '../diagnostics.ts'
import { ShapeError } from '../errors.ts'
import type { EventPacket } from '../events.ts'
import type { Tensor } from '../tensor.ts'
import { listen } from './listen.ts'
import { metering, register } from './meter.ts'
import { checkSeconds } from './ticks.ts'

export interface BinOptions {
  /** Length of a step, seconds. */
  readonly dt: number
  /** Longest gap that is filled with empty steps, and farthest that a late event may lie back, seconds (1; at least one step). */
  readonly maxGap?: number
}

/** What is made of the events of one step after the other. */
export interface Bins {
  /** Takes the events `from` (inclusive) to `to` (exclusive), all of the current step, which ends at `end` (microseconds). Returns how many lay outside the sensor. */
  add(packet: EventPacket, from: number, to: number, end: number): number
  /** The step that ends at `end`, and a fresh one after it. */
  close(end: number): Tensor
  /** Time jumps: what came before has nothing to do with what comes after. */
  restart(): void
}

/**
 * Step k holds the events from origin + k * dt (inclusive) to origin + (k + 1) * dt (exclusive), the origin being the first event's
 * time. Nothing depends on where packets are cut. The last step, however short, is emitted at completion.
 *
 * An event earlier than the current step goes into it and is reported as 'stale'. One that is more than `maxGap` earlier begins a new
 * origin, and one that is more than `maxGap` ahead ends the empty steps there: both are reported as 'resynchronized'.
 */
export function binned(
  at: string,
  options: BinOptions,
  make: (width: number, height: number) => Bins,
): OperatorFunction<EventPacket, Tensor> {
  const { dt, maxGap = 1 } = options
  checkSeconds(at, 'dt', dt)
  checkSeconds(at, 'maxGap', maxGap)
  const period = dt * 1e6
  const gap = Math.max(1, Math.round(maxGap / dt))
  return (source) =>
    new Observable((out) => {
      const gauge = register({ at, backend: () => 'javascript' })
      out.add(() => gauge.close())
      let bins: Bins | undefined
      let width = 0
      let height = 0
      let origin = 0
      let step = 0
      /** Of the current step, microseconds; NaN before the first event. */
      let start = NaN
      let end = NaN
      /** Milliseconds of work for the step to come; `since` is undefined while nobody measures. */
      let worked = 0
      let since: number | undefined

      const goTo = (next: number) => {
        step = next
        start = origin + step * period
        end = origin + (step + 1) * period
      }
      const emit = (open: Bins) => {
        const frame = open.close(end)
        const t = end
        goTo(step + 1)
        if (since !== undefined) gauge.step(since - worked, performance.now(), t)
        out.next(frame)
        worked = 0
        if (since !== undefined) since = performance.now()
      }
      /** Makes the step of time `t` the current one. A time that is none leaves it as it is. */
      const advance = (open: Bins, t: number) => {
        if (!(Math.abs(t) <= Number.MAX_SAFE_INTEGER)) return
        if (Number.isNaN(start)) {
          origin = t
          goTo(0)
        } else if (t < start) {
          emit(open)
          open.restart()
          origin = t
          goTo(0)
          report({ kind: 'resynchronized', at, count: 1 })
        } else {
          for (let filled = 0; filled <= gap && t >= end && !out.closed; filled++) emit(open)
          if (t < end || out.closed) return
          open.restart()
          goTo(Math.floor((t - origin) / period))
          if (t < start) goTo(step - 1)
          else if (t >= end) goTo(step + 1)
          report({ kind: 'resynchronized', at, count: 1 })
        }
      }

      listen(source, out, {
        next: (packet) => {
          if (bins === undefined) {
            width = packet.width
            height = packet.height
            bins = make(width, height)
          } else if (packet.width !== width || packet.height !== height) {
            throw new ShapeError(at, `[${height}, ${width}] (height, width) like the packets before`, [packet.height, packet.width])
          }
          since = metering() ? performance.now() : undefined
          const { t } = packet
          let outside = 0
          let late = 0
          for (let from = 0; from < t.length && !out.closed; ) {
            const first = t[from] as number
            if (!(first >= start - gap * period && first < end)) advance(bins, first)
            // Locals, since this loop sees every event.
            const [oldest, opened, closes] = [start - gap * period, start, end]
            let to = from
            for (; to < t.length; to++) {
              const time = t[to] as number
              if (time >= opened && time < closes) continue
              if (!(time < opened && time >= oldest)) break
              late++
            }
            // An event with a time that is none belongs to the step at hand.
            if (to === from) to++
            outside += bins.add(packet, from, to, end)
            from = to
          }
          if (since !== undefined) worked += performance.now() - since
          if (outside > 0) report({ kind: 'dropped', at, count: outside })
          if (late > 0) report({ kind: 'stale', at, count: late })
        },
        complete: () => {
          if (bins !== undefined && !Number.isNaN(start)) emit(bins)
          out.complete()
        },
      })
    })
}
