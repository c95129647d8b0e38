import { bufferCount, map, mergeMap, type OperatorFunction } from 'rxjs'
import { report } from '../src/diagnostics.ts'
import { ShapeError } from '../src/errors.ts'
import { checkCount } from '../src/stream/ticks.ts'
import { sizeOf, stack, Tensor } from '../src/tensor.ts'

/**
 * Gathers `steps` tensors [...] into one [steps, ...]: time first, as `sequence` and `overTime` take it. Its `t` is the end of the last
 * step, its `dt` the length of one. At completion the rest comes as a shorter one, so that `unstackTime` gives every step back.
 * @throws RangeError where `steps` is not 1 or more, at the call; ShapeError, in the stream, where shapes differ
 */
export function stackTime(options: { readonly steps: number }): OperatorFunction<Tensor, Tensor> {
  const { steps } = options
  checkCount('stackTime', 'steps', steps)
  return (source) =>
    source.pipe(
      bufferCount(steps),
      map((gathered) => {
        const dt = gathered[0]?.dt
        const other = gathered.find((each) => each.dt !== dt)
        if (other !== undefined)
          report({ kind: 'dt-mismatch', at: 'stackTime', message: `steps of ${dt} s and ${other.dt} s stacked: ${dt} s is taken for all` })
        const { shape, data } = stack(gathered)
        return new Tensor(shape, data, { t: gathered.at(-1)?.t, dt })
      }),
    )
}

/**
 * The steps of tensors that have time first: [steps, ...] becomes `steps` tensors [...], without a copy. Each ends `dt` after the one
 * before, the last at the `t` of the whole; without a `dt` only the last has a time.
 * @throws ShapeError, in the stream, for a single number
 */
export const unstackTime = (): OperatorFunction<Tensor, Tensor> =>
  mergeMap((x) => {
    const [steps, ...shape] = x.shape
    if (steps === undefined) throw new ShapeError('unstackTime', '[steps, ...]', x.shape)
    const size = sizeOf(shape)
    const { t, dt } = x
    return Array.from({ length: steps }, (_, k) => {
      const before = steps - 1 - k
      const end = t === undefined || before === 0 ? t : dt === undefined ? undefined : t - before * (dt * 1e6)
      return new Tensor(shape, x.data.subarray(k * size, (k + 1) * size), { t: end, dt })
    })
  })
