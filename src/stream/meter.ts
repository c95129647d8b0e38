/** Measures every running operator: free until somebody subscribes. Operators register a gauge; `meter()` reads them all. */

import { Observable } from 'rxjs'
import { background } from './background.ts'
import { checkSeconds } from './ticks.ts'
import { Window, type Measurement } from './meter-window.ts'

export type { Measurement, Percentiles } from './meter-window.ts'

/** What one subscription of an operator tells about itself. */
export interface Gauge {
  /**
   * One step. Only called where `metering()` says so.
   * @param startMs `performance.now()` before the work
   * @param endMs `performance.now()` after it
   * @param dataTime time in the data, microseconds; a latency comes of it where it is within a minute of the Unix time
   * @param spikes how many, of `neurons` neurons, within `dt` seconds
   */
  step(startMs: number, endMs: number, dataTime?: number, spikes?: number, neurons?: number, dt?: number): void
  /** One step that began at `begun()` and ends now. */
  since(startMs: number): void
  /** The operator ended: its name is free again. */
  close(): void
}

const gauges = new Set<RunningGauge>()
const names = new Set<string>()
const windows = new Set<Map<RunningGauge, Window>>()

class RunningGauge implements Gauge {
  readonly at: string
  readonly backend: () => string

  constructor(at: string, backend: () => string) {
    this.at = at
    this.backend = backend
  }

  step(startMs: number, endMs: number, dataTime?: number, spikes?: number, neurons?: number, dt?: number): void {
    for (const period of windows) {
      let window = period.get(this)
      if (window === undefined) period.set(this, (window = new Window()))
      window.add(startMs, endMs, dataTime, spikes, neurons, dt)
    }
  }

  since(startMs: number): void {
    this.step(startMs, performance.now())
  }

  close(): void {
    if (gauges.delete(this)) names.delete(this.at)
  }
}

/** Whether anybody measures. The one thing an operator asks in its hot path. */
export const metering = (): boolean => windows.size > 0

/** Now, for an operator whose step takes turns of the event loop; undefined where nobody measures. */
export const begun = (): number | undefined => (metering() ? performance.now() : undefined)

/** Announces a running operator, once per subscription. Names are made unique: `lif`, `lif#2`. */
export function register(options: { readonly at: string; readonly backend: () => string }): Gauge {
  let at = options.at
  for (let k = 2; names.has(at); k++) at = `${options.at}#${k}`
  const gauge = new RunningGauge(at, options.backend)
  names.add(at)
  gauges.add(gauge)
  return gauge
}

/**
 * One report per period over every running operator, and over those that ended within it. Measuring starts with the first subscriber
 * and ends with the last. Does not keep a process alive.
 * @param options.every seconds between reports (1)
 * @throws RangeError for a period that is not positive
 */
export function meter(options: { readonly every?: number } = {}): Observable<readonly Measurement[]> {
  const { every = 1 } = options
  checkSeconds('meter', 'every', every)
  return new Observable((subscriber) => {
    const period = new Map<RunningGauge, Window>()
    let since = performance.now()
    windows.add(period)
    const timer = setInterval(() => {
      const now = performance.now()
      const seconds = (now - since) / 1000
      since = now
      const measured = new Set([...gauges, ...period.keys()])
      const report = [...measured].map((gauge) => (period.get(gauge) ?? new Window()).measure(gauge.at, gauge.backend(), seconds))
      period.clear()
      subscriber.next(report)
    }, every * 1000)
    background(timer)
    return () => {
      clearInterval(timer)
      windows.delete(period)
    }
  })
}
