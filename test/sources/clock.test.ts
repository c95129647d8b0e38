import { fc, test } from '@fast-check/vitest'
import { take } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clock } from '../../sources/clock.ts'
import { ticking } from '../../src/stream/ticking.ts'
import type { Tick } from '../../src/stream/ticks.ts'
import { fakeTimer } from '../stream/fake-timer.ts'
import { reportsOf } from '../stream/record-reports.ts'

const start = 1_700_000_000_000

describe('clock', () => {
  it('counts from its subscription in Unix microseconds', () => {
    const timer = fakeTimer(start)
    const ticks: Tick[] = []
    ticking('clock', 0.01, timer).subscribe((tick) => ticks.push(tick))
    timer.advance(30)
    expect(ticks).toEqual([1, 2, 3].map((k) => ({ step: k - 1, t: start * 1000 + k * 10_000, dt: 0.01 })))
  })

  test.prop([
    fc.constantFrom(1e-4, 5e-4, 1e-3, 1 / 300, 0.01, 0.03),
    fc.array(fc.double({ min: 0, max: 1.5, noNaN: true }), { minLength: 1, maxLength: 40 }),
  ])('however late the timer is, no tick is lost and time does not drift', (dt, lateness) => {
    const timer = fakeTimer(start)
    const ticks: Tick[] = []
    ticking('clock', dt, timer).subscribe((tick) => ticks.push(tick))
    let elapsed = 0
    for (const late of lateness) {
      timer.advance(dt * 3000 + late, late)
      elapsed += dt * 3000 + late
    }
    expect(ticks.map(({ step }) => step)).toEqual(ticks.map((_, k) => k))
    const due = Math.floor(elapsed / (dt * 1000) + 1e-6)
    expect(ticks.length).toBeLessThanOrEqual(due)
    expect(ticks.length).toBeGreaterThanOrEqual(due - Math.ceil(1.5 / (dt * 1000)) - 1)
    for (const { t, step } of ticks) expect(t).toBeCloseTo(start * 1000 + (step + 1) * dt * 1e6, 0)
  })

  it('catches up 50 ms at most: the older steps are missing from the numbers and reported', async () => {
    const steps: number[] = []
    const reports = await reportsOf(() => {
      const timer = fakeTimer(start)
      ticking('late clock', 1e-3, timer).subscribe(({ step }) => steps.push(step))
      timer.advance(2)
      timer.advance(200, 198)
    })
    expect(steps.slice(0, 2)).toEqual([0, 1])
    expect(steps.length).toBe(52)
    expect(steps.slice(2)).toEqual(Array.from({ length: 50 }, (_, k) => steps.at(-1)! - 49 + k))
    expect(reports).toEqual({ 'overrun late clock': steps[2]! - 2 })
  })

  it('a slow clock gives one late tick, not a burst of them', () => {
    const timer = fakeTimer(start)
    const steps: number[] = []
    ticking('clock', 0.1, timer).subscribe(({ step }) => steps.push(step))
    timer.advance(1000, 900)
    expect(steps).toEqual([9])
  })

  it('stops at once when unsubscribed, also among ticks that are due together', () => {
    const timer = fakeTimer(start)
    const steps: number[] = []
    ticking('clock', 1e-3, timer)
      .pipe(take(3))
      .subscribe(({ step }) => steps.push(step))
    timer.advance(20, 10)
    expect(steps).toEqual([0, 1, 2])
    expect(timer.armed).toBe(0)
  })

  it('each subscription has its own steps', () => {
    const timer = fakeTimer(start)
    const ticks = ticking('clock', 1e-3, timer)
    const one: Tick[] = []
    const two: Tick[] = []
    ticks.subscribe((tick) => one.push(tick))
    timer.advance(2)
    ticks.subscribe((tick) => two.push(tick))
    timer.advance(1)
    expect([one.length, two[0]?.step, two[0]?.t === one[2]?.t]).toEqual([3, 0, true])
  })

  it('checks dt at the call', () => {
    for (const dt of [0, -1, NaN, Infinity]) expect(() => clock({ dt })).toThrow(RangeError)
  })

  describe('by the wall clock', () => {
    beforeEach(() => void vi.useFakeTimers({ now: start }))
    afterEach(() => void vi.useRealTimers())

    it('ticks', () => {
      const ticks: Tick[] = []
      const subscription = clock({ dt: 1e-3 }).subscribe((tick) => ticks.push(tick))
      vi.advanceTimersByTime(1000)
      expect(ticks.length).toBe(1000)
      subscription.unsubscribe()
      expect(vi.getTimerCount()).toBe(0)
    })
  })

  it('is near the Unix time and keeps its rate on the real clock', async () => {
    const ticks: Tick[] = []
    const subscription = clock({ dt: 1e-3 }).subscribe((tick) => ticks.push(tick))
    await new Promise((resolve) => setTimeout(resolve, 300))
    subscription.unsubscribe()
    const last = ticks.at(-1) as Tick
    expect(Math.abs(last.t / 1000 - Date.now())).toBeLessThan(1000)
    expect(last.step).toBeGreaterThan(200)
  })
})
