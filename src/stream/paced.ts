/** Values one after the other, at a pace: for sources that make or have them all and lose none. */

import { Observable } from 'rxjs'
import { report } from '../diagnostics.ts'
import type { Timer } from './timer.ts'

export interface Pace {
  /** Name for diagnostics. */
  readonly at: string
  /** Seconds of data in one value. */
  readonly period: number
  /** 1: real time; 2: twice as fast; Infinity: as fast as it is taken. */
  readonly speed: number
  readonly timer: Timer
}

/** The longest the event loop is held, and the farthest that lateness is made up for, milliseconds. */
const longest = { hold: 8, late: 50 }

/**
 * `make(0)`, `make(1)`, ... `make(count - 1)`, then completion. Value k is due when its data ends; lateness of one does not delay the next.
 * Where it falls behind by more than 50 ms, the rest comes later by the lateness, which is reported as 'overrun': nothing is left out.
 * The event loop gets its turn at least every 8 ms.
 */
export function paced<T>(count: number, pace: Pace, start: () => (k: number) => T): Observable<T> {
  const { at, speed, timer } = pace
  const period = (pace.period * 1000) / speed
  return new Observable((subscriber) => {
    const make = start()
    let origin = timer.now()
    let next = 0
    let cancel: () => void = () => undefined

    const turn = () => {
      const now = timer.now()
      const behind = period > 0 ? Math.floor((now - origin) / period + 1e-6) - next : Infinity
      const most = Math.max(1, Math.floor(longest.late / period))
      if (behind > most && period > 0) {
        origin += (behind - most) * period
        report({ kind: 'overrun', at, count: behind - most })
      }
      for (let left = Math.min(behind, most); left > 0 && next < count && !subscriber.closed; left--) {
        subscriber.next(make(next++))
        if (timer.now() - now > longest.hold) break
      }
      if (next >= count) subscriber.complete()
      if (!subscriber.closed) sleep()
    }
    const sleep = () => {
      cancel = timer.wake(Math.max(0, origin + (next + 1) * period - timer.now()), turn)
    }
    sleep()
    return () => cancel()
  })
}
