import { take, toArray } from 'rxjs'
import { expect, it } from 'vitest'
import { steps } from '../../sources/steps.ts'
import type { Tick } from '../../src/stream/ticks.ts'

it('gives all ticks at once and completes', () => {
  let ticks: Tick[] = []
  steps(1000, { dt: 1e-3 })
    .pipe(toArray())
    .subscribe((all) => (ticks = all))
  expect(ticks).toEqual(Array.from({ length: 1000 }, (_, k) => ({ step: k, t: 1000 * (k + 1), dt: 1e-3 })))
})

it('gives none of none', () => {
  let ticks: Tick[] | undefined
  steps(0, { dt: 1 })
    .pipe(toArray())
    .subscribe((all) => (ticks = all))
  expect(ticks).toEqual([])
})

it('stops in the midst where unsubscribed', () => {
  let seen = 0
  steps(Number.MAX_SAFE_INTEGER, { dt: 1 })
    .pipe(take(3))
    .subscribe(() => seen++)
  expect(seen).toBe(3)
})

it('checks its options at the call', () => {
  for (const count of [-1, 0.5, NaN, Infinity]) expect(() => steps(count, { dt: 1 })).toThrow(/steps: count is/)
  for (const dt of [0, -1, NaN]) expect(() => steps(1, { dt })).toThrow(/steps: dt is/)
})
