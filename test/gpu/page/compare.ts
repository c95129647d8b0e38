/** Runs a network on this processor and on a GPU, in the page, and says how far they are apart. */

import { from, lastValueFrom, type Observable, toArray } from 'rxjs'
import { gpu, type GpuBackend } from '../../../src/gpu/index.ts'
import type { Layer } from '../../../src/stream/layer.ts'
import { valve } from '../../../src/stream/valve.ts'
import { Tensor } from '../../../src/tensor.ts'

/** How far the values of a GPU are from those of the processor. */
export interface Difference {
  /** how many steps came back, of how many */
  readonly steps: readonly [got: number, expected: number]
  /** largest |a - b| / max(1, |a|) */
  readonly largest: number
  /** elements that are not equal, 0 and -0 being so */
  readonly unequal: number
  /** elements of the processor's values that are not 0 */
  readonly active: number
  /** whether shapes, t and dt agree */
  readonly alike: boolean
}

export function difference(expected: readonly Tensor[], got: readonly Tensor[]): Difference {
  let [largest, unequal, active, alike] = [0, 0, 0, true]
  expected.forEach((a, k) => {
    const b = got[k]
    if (b === undefined) return
    alike &&= a.shape.join() === b.shape.join() && a.t === b.t && a.dt === b.dt && a.data.length === b.data.length
    a.data.forEach((x, n) => {
      const y = b.data[n] as number
      if (x !== 0) active++
      if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return
      unequal++
      largest = Math.max(largest, Math.abs(x - y) / Math.max(1, Math.abs(x)))
      if (Number.isNaN(y)) largest = Infinity
    })
  })
  return { steps: [got.length, expected.length], largest, unequal, active, alike }
}

/** Numbers that a seed decides, in [low, high). */
export function randoms(seed: number, low = 0, high = 1): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return low + (high - low) * ((state >>> 8) / 2 ** 24)
  }
}

/** `steps` inputs of a shape, a share of them active. */
export function inputs(
  steps: number,
  shape: readonly number[],
  options: { seed?: number; active?: number; high?: number } = {},
): readonly Tensor[] {
  const { seed = 7, active = 0.5, high = 2 } = options
  const draw = randoms(seed)
  const size = shape.reduce((product, each) => product * each, 1)
  return Array.from(
    { length: steps },
    (_, k) =>
      new Tensor(
        shape,
        Float32Array.from({ length: size }, () => (draw() < active ? draw() * high : 0)),
        { t: k * 1000, dt: 1e-3 },
      ),
  )
}

/** Enough room for any test: nothing is dropped. */
export const onGpu = (layer: Layer, backend: GpuBackend): Layer => layer.with({ device: gpu({ backend, inFlight: 3, overflow: valve() }) })

export const all = <T>(values: Observable<T>): Promise<T[]> => lastValueFrom(values.pipe(toArray()))

/** The same inputs through both. */
export async function compare(layer: Layer, xs: readonly Tensor[], backend: GpuBackend): Promise<Difference> {
  return difference(await all(from(xs).pipe(layer)), await all(from(xs).pipe(onGpu(layer, backend))))
}
