/** Time that a test lets pass. */

import { Observable, Subject } from 'rxjs'
import { checkSeconds, type Tick } from '../stream/ticks.ts'

/** Ticks that come when a test says so. What subscribes hears those from then on. */
export interface VirtualClock extends Observable<Tick> {
  /** So much time passes, in seconds: its ticks come before this returns. @throws RangeError unless it is a whole number of steps */
  advance(seconds: number): void
  /** So much time passes without ticks, as on a machine that is late: their numbers are missing. @throws RangeError as `advance` */
  skip(seconds: number): void
  /** No more ticks: it completes. */
  stop(): void
}

/**
 * A stand-in for `clock({ dt })`, which operators that need time take (`hold`, `fuse`, ...): a second passes in no time. Step k ends at
 * `t` = (k + 1) * dt, in microseconds from 0. No operator reads a clock of its own. What does, as `clock` and `movingScene`, reads
 * `performance.now` and `setTimeout`, which test runners replace: after `vi.useFakeTimers()`, `vi.advanceTimersByTime(100)` makes ticks.
 *
 * @example
 * const time = virtualClock({ dt: 1e-3 })
 * const heard: Tensor[] = []
 * sensor.pipe(hold(time, { maxAge: 0.5 })).subscribe((x) => heard.push(x))
 * sensor.next(ones(2))
 * time.advance(0.6)      // heard on 501 ticks, then it is too old
 * @param options.dt seconds
 * @throws RangeError where `dt` is not positive
 */
export function virtualClock(options: { readonly dt: number }): VirtualClock {
  const { dt } = options
  checkSeconds('virtualClock', 'dt', dt)
  const ticks = new Subject<Tick>()
  let step = 0
  const stepsIn = (at: string, seconds: number) => {
    const count = Math.round(seconds / dt)
    if (!(count >= 0 && Math.abs(count * dt - seconds) <= 1e-6 * dt + 1e-12))
      throw new RangeError(`virtualClock: ${at}(${String(seconds)}): a whole number of steps of ${dt} s is needed`)
    return count
  }
  return Object.assign(new Observable<Tick>((out) => ticks.subscribe(out)), {
    advance: (seconds: number) => {
      for (let left = stepsIn('advance', seconds); left > 0; left--) {
        const tick = { step, t: (step + 1) * (dt * 1e6), dt }
        step++
        ticks.next(tick)
      }
    },
    skip: (seconds: number) => {
      step += stepsIn('skip', seconds)
    },
    stop: () => ticks.complete(),
  })
}
