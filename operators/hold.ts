import { Observable, type OperatorFunction } from 'rxjs'
import { defaultMaxAge, Held, nothing } from '../src/stream/held.ts'
import { listen } from '../src/stream/listen.ts'
import { checkSeconds, type Tick } from '../src/stream/ticks.ts'

/**
 * Sample and hold: the latest value again on every tick. A tensor is stamped with the tick's `t` and `dt`; other values pass as they are.
 *
 * A value older than `maxAge` seconds (0.5; Infinity for ever), counted in ticks from the first that follows it, is not emitted but
 * reported as 'stale': a dead sensor must become silence, or no watchdog downstream can see it. So is a sensor that never spoke.
 *
 * Completes with the ticks; or, once the source has completed, as soon as its last value is too old: nothing can follow.
 * @throws RangeError where `maxAge` is not positive
 */
export function hold<T>(ticks: Observable<Tick>, options: { readonly maxAge?: number } = {}): OperatorFunction<T, T> {
  const { maxAge = defaultMaxAge } = options
  if (maxAge !== Infinity) checkSeconds('hold', 'maxAge', maxAge)
  return (source) =>
    new Observable((out) => {
      const held = new Held<T>('hold', maxAge)
      listen(source, out, { next: (value) => held.set(value), complete: () => held.complete() })
      listen(ticks, out, {
        next: (tick) => {
          const value = held.at(tick)
          if (value !== nothing) out.next(value)
          else if (held.spent(tick)) out.complete()
        },
      })
    })
}
