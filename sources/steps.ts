import { Observable } from 'rxjs'
import { checkCount, checkSeconds, type Tick } from '../src/stream/ticks.ts'

/**
 * `count` ticks without a clock, at once: the offline twin of `clock`. Tick k has `t` = (k + 1) * dt, in microseconds from 0.
 * Stops in their midst where unsubscribed.
 * @throws RangeError where `count` is not an integer from 0 up, or `dt` (seconds) not positive
 */
export function steps(count: number, options: { readonly dt: number }): Observable<Tick> {
  const { dt } = options
  checkCount('steps', 'count', count, 0)
  checkSeconds('steps', 'dt', dt)
  return new Observable((subscriber) => {
    for (let step = 0; step < count && !subscriber.closed; step++) subscriber.next({ step, t: (step + 1) * (dt * 1e6), dt })
    subscriber.complete()
  })
}
