import { fc, test } from '@fast-check/vitest'
import { of, Subject, take } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { toFrames } from '../../operators/to-frames.ts'
import { ShapeError } from '../../src/errors.ts'
import { meter, type Measurement } from '../../src/stream/meter.ts'
import type { Tensor } from '../../src/tensor.ts'
import { arbitraryEvents, cutAt, packetOf, type Event } from '../stream/arbitrary-packets.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'
import { reportsOf } from '../stream/record-reports.ts'

const dt = 1e-3
const cuts = fc.array(fc.nat(100), { maxLength: 8 })
const sum = (frames: readonly Tensor[]) => frames.reduce((total, frame) => total + [...frame].reduce((a, b) => a + b, 0), 0)
const event = (t: number, x = 0, y = 0, p = 1): Event => ({ t, x, y, p })
const framesOf = (events: readonly Event[], options: Partial<Parameters<typeof toFrames>[0]> = {}) =>
  outputs(toFrames({ dt, ...options }), [packetOf(events)])

describe('toFrames', () => {
  behavesAsOperator(() => toFrames({ dt }), [packetOf([event(0), event(1500)]), packetOf([event(2500)])])

  test.prop([
    arbitraryEvents(),
    fc.constantFrom('merged' as const, 'split' as const, 'signed' as const),
    fc.constantFrom(1e-3, 0.0007, 1 / 300),
  ])('counts each event in the step and pixel that its time and place say; every step is emitted', (events, polarity, dt) => {
    const frames = framesOf(events, { dt, polarity })
    const first = events[0]?.t ?? 0
    const period = dt * 1e6
    frames.forEach((frame, k) => {
      expect([frame.shape, frame.dt]).toEqual([[polarity === 'split' ? 2 : 1, 3, 4], dt])
      expect(frame.t).toBe(first + (k + 1) * period)
      const mine = events.filter(({ t }) => t >= first + k * period && t < first + (k + 1) * period)
      for (let y = 0; y < 3; y++) {
        for (let x = 0; x < 4; x++) {
          const [off, on] = [0, 1].map((p) => mine.filter((e) => e.x === x && e.y === y && e.p === p).length) as [number, number]
          if (polarity === 'merged') expect(frame.at(0, y, x)).toBe(on + off)
          else if (polarity === 'signed') expect(frame.at(0, y, x)).toBe(on - off)
          else expect([frame.at(0, y, x), frame.at(1, y, x)]).toEqual([off, on])
        }
      }
    })
    expect(frames.length).toBe(events.length === 0 ? 0 : frames.length)
    if (polarity !== 'signed') expect(sum(frames)).toBe(events.length)
    const last = events.at(-1)
    if (last !== undefined) expect(frames.at(-1)?.t).toBeGreaterThan(last.t)
  })

  test.prop([arbitraryEvents(fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(-5e6, 2e6, NaN, 0, 50_000)), 2), cuts], {
    numRuns: 30,
  })('packets cut anywhere give the same frames, whatever their times and places', (events, cuts) => {
    const packet = packetOf(events)
    expect(outputs(toFrames({ dt }), cutAt(packet, cuts))).toEqual(outputs(toFrames({ dt }), [packet]))
  })

  test.prop([arbitraryEvents(fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(-5e6, 2e6, 1e15, -1e15, NaN, Infinity)))], {
    numRuns: 30,
  })('no event is lost and no more frames come than a second of empty ones for each event', (events) => {
    const frames = framesOf(events, { dt: 0.01 })
    const timed = events.some(({ t }) => Math.abs(t) <= Number.MAX_SAFE_INTEGER)
    expect(sum(frames)).toBe(timed ? events.length : 0)
    expect(frames.length).toBeLessThanOrEqual(102 * events.length)
  })

  it('begins at the first event, and an event on a boundary belongs to the later step', () => {
    const frames = framesOf([event(700), event(1699), event(1700), event(2700)])
    expect(frames.map((frame) => [frame.t, sum([frame])])).toEqual([
      [1700, 2],
      [2700, 1],
      [3700, 1],
    ])
  })

  it('emits a step as soon as a later event comes, and not before', () => {
    const source = new Subject<ReturnType<typeof packetOf>>()
    let seen = 0
    source.pipe(toFrames({ dt })).subscribe(() => seen++)
    source.next(packetOf([event(0), event(999)]))
    expect(seen).toBe(0)
    source.next(packetOf([event(1000)]))
    expect(seen).toBe(1)
    source.complete()
    expect(seen).toBe(2)
  })

  it('emits nothing of nothing', () => {
    expect(framesOf([])).toEqual([])
  })

  it('an emitted frame never changes; empty ones may share their zeros', () => {
    const seen: { frame: Tensor; copy: Float32Array }[] = []
    of(packetOf([event(0), event(1000), event(4000), event(5000), event(9000)]))
      .pipe(toFrames({ dt }))
      .subscribe((frame) => seen.push({ frame, copy: frame.data.slice() }))
    expect(seen.length).toBe(10)
    for (const { frame, copy } of seen) expect(frame.data).toEqual(copy)
    const full = seen.filter(({ frame }) => sum([frame]) > 0)
    expect(new Set(full.map(({ frame }) => frame.data)).size).toBe(full.length)
  })

  it('a late event goes into the current step and is reported', async () => {
    let frames: Tensor[] = []
    const reports = await reportsOf(() => (frames = framesOf([event(5000), event(6500), event(5500), event(6600)])))
    expect(frames.map((frame) => sum([frame]))).toEqual([1, 3])
    expect(reports).toEqual({ 'stale toFrames': 1 })
  })

  it('a clock that starts anew starts the steps anew', async () => {
    let frames: Tensor[] = []
    const reports = await reportsOf(() => (frames = framesOf([event(5e6), event(100), event(1100)])))
    expect(frames.map((frame) => [frame.t, sum([frame])])).toEqual([
      [5.001e6, 1],
      [1100, 1],
      [2100, 1],
    ])
    expect(reports).toEqual({ 'resynchronized toFrames': 1 })
  })

  it('a long silence gives a second of empty frames and then skips, on the same grid', async () => {
    let frames: Tensor[] = []
    const reports = await reportsOf(() => (frames = framesOf([event(300), event(1e12 + 500)])))
    expect(frames.length).toBe(1002)
    expect(frames.at(-2)?.t).toBe(300 + 1001 * 1000)
    expect(frames.at(-1)?.t).toBe(1e12 + 1300)
    expect(reports).toEqual({ 'resynchronized toFrames': 1 })
    expect(framesOf([event(0), event(1e6)], { maxGap: 0.1 }).length).toBe(102)
    expect(framesOf([event(0), event(1.0005e6)]).length).toBe(1001)
  })

  test.prop([fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 5e6, max: 1e12 }), fc.constantFrom(0.0007, 1 / 300, 1 / 30, 0.1)])(
    'also after a skip an event lies within its step, to the bit',
    (first, gap, dt) => {
      const last = framesOf([event(first), event(first + gap)], { dt, maxGap: dt }).at(-1) as Tensor
      const step = Math.round(((last.t as number) - first) / (dt * 1e6))
      expect(last.t).toBe(first + step * (dt * 1e6))
      expect(last.t).toBeGreaterThan(first + gap)
      expect(first + (step - 1) * (dt * 1e6)).toBeLessThanOrEqual(first + gap)
    },
  )

  it('leaves out what lies outside the sensor, and says so', async () => {
    let frames: Tensor[] = []
    const reports = await reportsOf(() => (frames = framesOf([event(0), event(0, 4), event(0, 0, 3), event(0, 65535, 65535)])))
    expect(sum(frames)).toBe(1)
    expect(reports).toEqual({ 'dropped toFrames': 3 })
  })

  it('the sensor keeps its size', () => {
    expect(() => outputs(toFrames({ dt }), [packetOf([event(0)], 4, 3), packetOf([event(0)], 3, 4)])).toThrow(ShapeError)
  })

  it('stops in the midst of a packet', () => {
    let seen = 0
    of(packetOf([event(0), event(1e6)]))
      .pipe(toFrames({ dt }), take(3))
      .subscribe(() => seen++)
    expect(seen).toBe(3)
  })

  it('checks its options at the call', () => {
    for (const bad of [0, -1, NaN, Infinity]) expect(() => toFrames({ dt: bad })).toThrow(/toFrames: dt is/)
    expect(() => toFrames({ dt, maxGap: 0 })).toThrow(/toFrames: maxGap is/)
    expect(() => toFrames({ dt, polarity: 'both' as 'split' })).toThrow(/toFrames: polarity is both/)
    // @ts-expect-error a number stands for a duration only with its name
    expect(() => toFrames(1e-3)).toThrow(/dt/)
  })

  it('is measured without what comes after it', async () => {
    const reports: (readonly Measurement[])[] = []
    const watching = meter({ every: 0.05 }).subscribe((all) => reports.push(all))
    const source = new Subject<ReturnType<typeof packetOf>>()
    const subscription = source.pipe(toFrames({ dt })).subscribe(() => {
      for (const until = performance.now() + 2; performance.now() < until; );
    })
    source.next(packetOf([event(0), event(10_000)]))
    await new Promise((resolve) => setTimeout(resolve, 80))
    const mine = reports.flat().find(({ at, stepsPerSecond }) => at.startsWith('toFrames') && stepsPerSecond > 0)
    expect(mine?.work.p50).toBeLessThan(1)
    subscription.unsubscribe()
    watching.unsubscribe()
  })
})
