import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { meter, metering, register, type Measurement } from '../../src/stream/meter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const backend = () => 'wasm'

describe('meter', () => {
  it('measures from the first subscriber to the last', () => {
    expect(metering()).toBe(false)
    const one = meter().subscribe()
    const two = meter().subscribe()
    expect(metering()).toBe(true)
    one.unsubscribe()
    expect(metering()).toBe(true)
    two.unsubscribe()
    expect(metering()).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('reports every running operator once per period, under unique names', () => {
    const gauges = [register({ at: 'lif', backend }), register({ at: 'lif', backend }), register({ at: 'conv', backend })]
    const reports: (readonly Measurement[])[] = []
    const subscription = meter({ every: 0.5 }).subscribe((all) => reports.push(all))
    for (let k = 1; k <= 100; k++) gauges[0]?.step(0, k)
    vi.advanceTimersByTime(500)
    expect(reports.length).toBe(1)
    expect(reports[0]?.map(({ at }) => at)).toEqual(['lif', 'lif#2', 'conv'])
    expect(reports[0]?.[0]).toEqual({ at: 'lif', stepsPerSecond: 200, work: { p50: 50, p99: 99 }, backend: 'wasm' })
    expect(reports[0]?.[1]).toEqual({ at: 'lif#2', stepsPerSecond: 0, work: { p50: 0, p99: 0 }, backend: 'wasm' })
    vi.advanceTimersByTime(500)
    expect(reports[1]?.[0]?.stepsPerSecond).toBe(0)
    subscription.unsubscribe()
    for (const gauge of gauges) gauge.close()
  })

  it('tells once more of an operator that ended within the period, and frees its name', () => {
    const reports: (readonly Measurement[])[] = []
    const subscription = meter().subscribe((all) => reports.push(all))
    const gauge = register({ at: 'short', backend })
    gauge.step(0, 1)
    gauge.close()
    gauge.close()
    const next = register({ at: 'short', backend })
    vi.advanceTimersByTime(2000)
    expect(reports[0]?.map(({ at, stepsPerSecond }) => [at, stepsPerSecond])).toEqual([
      ['short', 0],
      ['short', 1],
    ])
    expect(reports[1]?.length).toBe(1)
    next.close()
    subscription.unsubscribe()
  })

  it('two meters do not disturb each other', () => {
    const gauge = register({ at: 'lif', backend })
    const slow: number[] = []
    const fast: number[] = []
    const one = meter({ every: 1 }).subscribe((all) => slow.push(all[0]?.stepsPerSecond ?? NaN))
    const two = meter({ every: 0.25 }).subscribe((all) => fast.push(all[0]?.stepsPerSecond ?? NaN))
    for (let k = 0; k < 4; k++) {
      gauge.step(0, 1)
      vi.advanceTimersByTime(250)
    }
    expect([slow, fast]).toEqual([[4], [4, 4, 4, 4]])
    one.unsubscribe()
    two.unsubscribe()
    gauge.close()
  })

  it('gives the spike rate per neuron and second of data', () => {
    const gauge = register({ at: 'lif', backend })
    let rate: number | undefined
    const subscription = meter().subscribe((all) => (rate = all[0]?.spikeRate))
    gauge.step(0, 1, undefined, 3, 100, 1e-3)
    gauge.step(0, 1, undefined, 1, 100, 1e-3)
    vi.advanceTimersByTime(1000)
    expect(rate).toBeCloseTo(4 / (200 * 1e-3))
    subscription.unsubscribe()
    gauge.close()
  })

  it('gives a latency only where the data is on the wall clock', () => {
    const gauge = register({ at: 'lif', backend })
    const latencies: unknown[] = []
    const subscription = meter().subscribe((all) => latencies.push(all[0]?.latency))
    const now = performance.now()
    gauge.step(now - 1, now, 1000 * (performance.timeOrigin + now - 5))
    vi.advanceTimersByTime(1000)
    gauge.step(now - 1, now, 123_456)
    vi.advanceTimersByTime(1000)
    expect((latencies[0] as { p50: number }).p50).toBeCloseTo(5, 1)
    expect(latencies[1]).toBeUndefined()
    subscription.unsubscribe()
    gauge.close()
  })

  it('stays close to the true percentiles of very many steps', () => {
    const gauge = register({ at: 'lif', backend })
    let work = { p50: 0, p99: 0 }
    const subscription = meter().subscribe((all) => (work = all[0]?.work ?? work))
    for (let k = 0; k < 100_000; k++) gauge.step(0, (k * 7919) % 1000)
    vi.advanceTimersByTime(1000)
    expect(Math.abs(work.p50 - 500)).toBeLessThan(60)
    expect(Math.abs(work.p99 - 990)).toBeLessThan(10)
    subscription.unsubscribe()
    gauge.close()
  })

  it('checks its period at the call', () => {
    expect(() => meter({ every: 0 })).toThrow(RangeError)
  })
})
