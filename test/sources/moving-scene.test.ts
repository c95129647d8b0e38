import { lastValueFrom, map, take, toArray } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { movingScene } from '../../sources/moving-scene.ts'
import type { EventPacket } from '../../src/events.ts'
import { paced } from '../../src/stream/paced.ts'
import { fakeTimer } from '../stream/fake-timer.ts'
import { reportsOf } from '../stream/record-reports.ts'

const all = (options: Parameters<typeof movingScene>[0]): Promise<EventPacket[]> => lastValueFrom(movingScene(options).pipe(toArray()))
const scene = { width: 120, height: 90, duration: 0.5, speed: Infinity, rate: 100_000 }

describe('movingScene', () => {
  it('gives one packet per millisecond, time-ordered, on the sensor', async () => {
    const packets = await all(scene)
    expect(packets.length).toBe(500)
    packets.forEach(({ t, x, y, p, width, height }, k) => {
      expect([width, height]).toEqual([120, 90])
      expect(t.every((time, n) => time >= (t[n - 1] ?? k * 1000) && time < (k + 1) * 1000)).toBe(true)
      expect(x.every((value) => value < 120) && y.every((value) => value < 90) && p.every((value) => value <= 1)).toBe(true)
      expect([x.length, y.length, p.length]).toEqual([t.length, t.length, t.length])
    })
  })

  it('has the rate that was asked for, in the mean', async () => {
    for (const rate of [50_000, 1_000_000]) {
      const packets = await all({ ...scene, rate, duration: 2.5 })
      const total = packets.reduce((sum, { t }) => sum + t.length, 0)
      expect(total / 2.5 / rate).toBeCloseTo(1, 1)
    }
  })

  it('is the same for the same seed and different for another', async () => {
    const [one, again, other] = await Promise.all([all(scene), all(scene), all({ ...scene, seed: 2 })])
    expect(again).toEqual(one)
    expect(other).not.toEqual(one)
  })

  it('leading edges are ON: right of the disc, where it moves to the right, and OFF behind it', async () => {
    // At its lowest point the disc moves to the left: heading = pi, at time 0.5 s of its 2 s circle (y points down).
    const packets = await all({ ...scene, rate: 1e6, duration: 0.52 })
    const near = { on: [] as number[], off: [] as number[] }
    for (const { x, y, p, t } of packets.slice(490, 510)) {
      for (let k = 0; k < t.length; k++) {
        const dx = (x[k] as number) - 60
        const dy = (y[k] as number) - (45 + 0.28 * 90)
        if (Math.hypot(dx, dy) < 14 && Math.hypot(dx, dy) > 8) (p[k] === 1 ? near.on : near.off).push(dx)
      }
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    expect(near.on.length).toBeGreaterThan(100)
    expect(mean(near.on)).toBeLessThan(-5)
    expect(mean(near.off)).toBeGreaterThan(5)
  })

  it('lets the event loop have its turns at full speed, and stops when unsubscribed', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await lastValueFrom(movingScene({ speed: Infinity, rate: 2e6 }).pipe(take(2000)))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })

  it('checks its options at the call', () => {
    for (const options of [
      { width: 1 },
      { height: 0.5 },
      { rate: -1 },
      { rate: Infinity },
      { seed: 0.5 },
      { speed: 0 },
      { duration: 0 },
      { width: 70_000 },
    ]) {
      expect(() => movingScene(options)).toThrow(/movingScene: /)
    }
  })

  describe('in real time', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    it('keeps the pace and gives the same packets', async () => {
      const packets: EventPacket[] = []
      let done = false
      movingScene({ ...scene, speed: 1 }).subscribe({ next: (packet) => packets.push(packet), complete: () => (done = true) })
      vi.advanceTimersByTime(100)
      expect(packets.length).toBe(100)
      vi.advanceTimersByTime(400)
      expect([packets.length, done, vi.getTimerCount()]).toEqual([500, true, 0])
      vi.useRealTimers()
      expect(packets).toEqual(await all(scene))
    })
  })
})

describe('paced', () => {
  it('leaves nothing out where it falls behind: the rest comes later, and that is reported', async () => {
    const seen: number[] = []
    const timer = fakeTimer()
    const reports = await reportsOf(() => {
      paced(1000, { at: 'late scene', period: 1e-3, speed: 1, timer }, () => (k) => k).subscribe((k) => seen.push(k))
      timer.advance(10)
      timer.advance(200, 195)
    })
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, k) => k))
    expect(reports['overrun late scene']).toBeGreaterThan(100)
    const before = seen.length
    timer.advance(20)
    expect(seen.length).toBeGreaterThanOrEqual(before + 19)
  })

  it('takes a speed', () => {
    const timer = fakeTimer()
    const seen: number[] = []
    paced(1000, { at: 'fast', period: 1e-3, speed: 4, timer }, () => (k) => k)
      .pipe(map((k) => seen.push(k)))
      .subscribe()
    timer.advance(10)
    expect(seen.length).toBe(40)
  })
})
