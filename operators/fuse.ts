import { Observable } from 'rxjs'
import { defaultMaxAge, Held, nothing } from '../src/stream/held.ts'
import { listen } from '../src/stream/listen.ts'
import { checkSeconds, type Tick } from '../src/stream/ticks.ts'

/** The latest of each stream, by name. */
export type Fused<R> = { readonly [K in keyof R]: R[K] extends Observable<infer T> ? T : never }

/**
 * `combineLatest` on a common time base: each stream held as by `hold`, each with its own age. Emits on every tick on which each
 * has a value no older than `maxAge` seconds (0.5; Infinity for ever); the others are reported as 'stale' at `fuse.NAME`. Tensors
 * are stamped with the tick's `t` and `dt`.
 *
 * Completes with the ticks; or as soon as a stream has completed and its last value is too old.
 * @throws RangeError where there are no streams or `maxAge` is not positive
 */
export function fuse<const R extends Readonly<Record<string, Observable<unknown>>>>(
  streams: R,
  ticks: Observable<Tick>,
  options: { readonly maxAge?: number } = {},
): Observable<Fused<R>> {
  const { maxAge = defaultMaxAge } = options
  if (maxAge !== Infinity) checkSeconds('fuse', 'maxAge', maxAge)
  const entries = Object.entries(streams)
  if (entries.length === 0)
    throw new RangeError('fuse: no streams were given: one or more by name are needed, as in fuse({ tof, imu }, ticks)')
  return new Observable((out) => {
    const all = entries.map(([name, stream]) => ({ name, stream, held: new Held<unknown>(`fuse.${name}`, maxAge) }))
    for (const { stream, held } of all) listen(stream, out, { next: (value) => held.set(value), complete: () => held.complete() })
    listen(ticks, out, {
      next: (tick) => {
        const values = all.map(({ name, held }) => [name, held.at(tick)] as const)
        if (values.every(([, value]) => value !== nothing)) out.next(Object.fromEntries(values) as Fused<R>)
        else if (all.some(({ held }) => held.spent(tick))) out.complete()
      },
    })
  })
}
