/** Ticks by a timer: drift-corrected, with a bound on catching up. */

import { Observable } from 'rxjs'
import { report } from '../diagnostics.ts'
import type { Tick } from './ticks.ts'
import type { Timer } from './timer.ts'

/** How much missed time is caught up at once, seconds. */
const catchUp = 0.05

/**
 * Tick k is due at (k + 1) * dt after the subscription, however late the ticks before it were. Those that are due at a wake-up come
 * at once, up to 50 ms worth of them (at least one); older ones are left out of the numbering and counted as 'overrun'.
 */
export function ticking(at: string, dt: number, timer: Timer): Observable<Tick> {
  const most = Math.max(1, Math.floor(catchUp / dt + 1e-9))
  const period = dt * 1000
  return new Observable((subscriber) => {
    const start = timer.now()
    const epoch = Math.round(timer.unix() * 1000)
    let step = 0
    let cancel: () => void

    const beat = () => {
      // A timer that wakes a hair early, or a dt that is no binary fraction, must not cost a tick.
      const due = Math.floor((timer.now() - start) / period + 1e-6)
      const missed = due - step - most
      if (missed > 0) {
        report({ kind: 'overrun', at, count: missed })
        step += missed
      }
      while (step < due && !subscriber.closed) {
        const tick = { step, t: epoch + (step + 1) * (dt * 1e6), dt }
        step++
        subscriber.next(tick)
      }
      if (!subscriber.closed) sleep()
    }
    const sleep = () => {
      cancel = timer.wake(Math.max(0, start + (step + 1) * period - timer.now()), beat)
    }
    sleep()
    return () => cancel()
  })
}
