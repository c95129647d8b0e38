import { Observable, type OperatorFunction } from 'rxjs'
import { report } from '../src/diagnostics.ts'
import { defaultMaxAge } from '../src/stream/held.ts'
import { listen } from '../src/stream/listen.ts'
import { checkSeconds } from '../src/stream/ticks.ts'
import { Tensor } from '../src/tensor.ts'

/**
 * Sample and hold by the data's own time, for recordings: a regular stream, `dt` seconds apart, that starts at the first tensor's `t`.
 * Each output is the newest input whose `t` is not later, stamped with the output's `t` and `dt`. Outputs come as soon as a later
 * input shows that nothing newer can come, the last ones at completion.
 *
 * As `hold`, it falls silent where the newest input is older than `maxAge` seconds (0.5; Infinity for ever): those steps are left out
 * and reported as 'stale'. An input earlier than the one before is dropped and reported; one that is earlier by more than `maxAge`
 * starts the time anew ('resynchronized').
 * @throws RangeError where `dt` or `maxAge` is not positive, at the call; TypeError, in the stream, for a tensor without `t`
 */
export function resample(options: { readonly dt: number; readonly maxAge?: number }): OperatorFunction<Tensor, Tensor> {
  const { dt, maxAge = defaultMaxAge } = options
  checkSeconds('resample', 'dt', dt)
  if (maxAge !== Infinity) checkSeconds('resample', 'maxAge', maxAge)
  const period = dt * 1e6
  return (source) =>
    new Observable((out) => {
      let held: Tensor | undefined
      let heldAt = 0
      let origin = 0
      let step = 0

      const emit = (isDue: (t: number) => boolean) => {
        if (held === undefined) return
        for (let t = origin + step * period; !out.closed && isDue(t) && t - heldAt <= maxAge * 1e6 + 0.5; t = origin + step * period) {
          step++
          out.next(new Tensor(held.shape, held.data, { t, dt }))
        }
      }

      listen(source, out, {
        next: (x) => {
          const { t } = x
          if (t === undefined || !Number.isFinite(t)) {
            throw new TypeError('resample: a tensor without a time t came: resample goes by the time of the data; hold(ticks) does without')
          }
          if (held === undefined || t < heldAt - maxAge * 1e6) {
            if (held !== undefined) {
              emit((due) => due <= heldAt)
              report({ kind: 'resynchronized', at: 'resample', count: 1 })
            }
            origin = t
            step = 0
          } else if (t < heldAt) {
            report({ kind: 'dropped', at: 'resample', count: 1 })
            return
          } else {
            emit((due) => due < t)
            const next = Math.ceil((t - origin) / period - 1e-9)
            if (next > step) {
              report({ kind: 'stale', at: 'resample', count: next - step })
              step = next
            }
          }
          held = x
          heldAt = t
        },
        complete: () => {
          emit((due) => due <= heldAt)
          out.complete()
        },
      })
    })
}
