/** Runs layers and other operators to their end, at once. */

import { from, map, type Observable } from 'rxjs'
import type { Layer } from '../stream/layer.ts'
import { probe } from '../stream/probe.ts'
import { Tensor } from '../tensor.ts'
import { checkDt } from '../layers/options.ts'

/**
 * All values of an observable that completes synchronously, as every pipeline of layers over `from(...)` or `steps(...)` does.
 * @throws what the observable errs with; Error where it does not complete at once
 */
export function collect<T>(source: Observable<T>): readonly T[] {
  const values: T[] = []
  let failure: { readonly error: unknown } | undefined
  let complete = false
  source
    .subscribe({
      next: (value) => void values.push(value),
      error: (error: unknown) => {
        failure = { error }
      },
      complete: () => {
        complete = true
      },
    })
    .unsubscribe()
  if (failure !== undefined) throw failure.error
  if (!complete)
    throw new Error(
      `collect: the observable gave ${values.length} values and did not complete at once; bound it with take(...), or give it ticks from steps(...)`,
    )
  return values
}

/** What a layer gives for these steps, from rest: one output for each. */
export const outputs = (layer: Layer, inputs: readonly Tensor[]): readonly Tensor[] => collect(from(inputs).pipe(layer))

/** What a layer remembers after each of these steps, from rest. */
export function states<S>(layer: Layer<S>, inputs: readonly Tensor[]): readonly S[] {
  const brain = probe(layer)
  return collect(
    from(inputs).pipe(
      brain,
      map(() => brain.snapshot().state),
    ),
  )
}

/**
 * The same tensors as steps of a regular time base: tensor k gets `t` = (k + 1) * dt in microseconds, and `dt` in seconds.
 *
 * @example
 * outputs(lif(), timed([ones(1), ones(1)], { dt: 1e-4 }))
 * @throws RangeError where `dt` is not positive
 */
export function timed(tensors: readonly Tensor[], options: { readonly dt: number }): readonly Tensor[] {
  const { dt } = options
  checkDt('timed', dt)
  return tensors.map(({ shape, data }, k) => new Tensor(shape, data, { t: (k + 1) * (dt * 1e6), dt }))
}
