import type { Observable } from 'rxjs'
import { ticking } from '../src/stream/ticking.ts'
import { checkSeconds, type Tick } from '../src/stream/ticks.ts'
import { wallTimer } from '../src/stream/timer.ts'

/**
 * Ticks by the wall clock, `dt` seconds apart, until unsubscribed. The first comes after `dt`; `t` is Unix time in microseconds.
 *
 * Drift-corrected: lateness of one tick does not delay the next. Late ticks are caught up at once, up to 50 ms worth of them (at
 * least one); what is older is missing from `step` and counted as 'overrun' in `diagnostics`. Each subscription starts its own clock.
 * @throws RangeError where `dt` is not positive
 */
export function clock(options: { readonly dt: number }): Observable<Tick> {
  checkSeconds('clock', 'dt', options.dt)
  return ticking('clock', options.dt, wallTimer)
}
