/** The stateful step that the operators here are made of. */

import { map, scan, type OperatorFunction } from 'rxjs'

/**
 * Carries a state from value to value: `scan` with the output mapped out. One output per input, at once.
 *
 * The state is made by `initial` from the first value of each subscription, so two subscriptions never share it. What `initial` or
 * `step` throws is the stream's `error`.
 *
 * @example
 * // differences between neighbours
 * of(1, 4, 9).pipe(mapAccum((first) => first, (before, x) => [x, x - before])) // 0, 3, 5
 */
export function mapAccum<A, S, B>(initial: (first: A) => S, step: (state: S, value: A) => readonly [S, B]): OperatorFunction<A, B> {
  return (source) =>
    source.pipe(
      scan((held: readonly [S, B] | undefined, value: A) => step(held === undefined ? initial(value) : held[0], value), undefined),
      map((held) => (held as readonly [S, B])[1]),
    )
}
