/** How an operator subscribes to its source. */

import { Subscriber, type Observable } from 'rxjs'

/**
 * Subscribes to `source` on behalf of `out`: unsubscribed with it, also in the midst of a synchronous source; the source's error is
 * its error, and so is what `next` or `complete` throws. Without `complete`, `out` completes with the source.
 */
export function listen<A>(source: Observable<A>, out: Subscriber<unknown>, on: { next(value: A): void; complete?(): void }): void {
  const inner = new Subscriber<A>({
    next: (value) => {
      try {
        on.next(value)
      } catch (error) {
        out.error(error)
      }
    },
    error: (error: unknown) => out.error(error),
    complete: () => {
      try {
        if (on.complete === undefined) out.complete()
        else on.complete()
      } catch (error) {
        out.error(error)
      }
    },
  })
  out.add(inner)
  source.subscribe(inner)
}
