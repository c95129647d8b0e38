/** How the process does, for the health strip: the meter, the diagnostics, and how fast the data's time passes. */

import type { Subscription } from 'rxjs'
import type { Diagnostic } from '../diagnostics.ts'
import { diagnostics } from '../stream/diagnostics.ts'
import { type Measurement, meter } from '../stream/meter.ts'
import type { Health, Notice, Pair, StreamHealth } from './control.ts'

/** Kinds and places that are listed. */
const maxNotices = 32
/** Operators that are listed. */
const maxOperators = 12

export class Vitals {
  /** Seconds of a step. */
  dt: number | undefined
  readonly #fixedDt: number | undefined
  readonly #notices = new Map<string, Diagnostic & { readonly times: number }>()
  readonly #listening: Subscription
  #measuring: Subscription | undefined
  #measured: readonly Measurement[] = []
  #dropped = 0
  readonly #pace = new Pace()

  constructor(dt: number | undefined) {
    this.#fixedDt = dt
    this.dt = dt
    this.#listening = diagnostics.subscribe((what) => this.#note(what))
  }

  /** The meter runs only while somebody looks. */
  set watched(watched: boolean) {
    if (watched) this.#measuring ??= meter({ every: 1 }).subscribe((all) => (this.#measured = all))
    else {
      this.#measuring?.unsubscribe()
      this.#measuring = undefined
    }
  }

  /** Called at a steady pace with the data's time. */
  tick(time: number | undefined, dt: number | undefined): void {
    this.#pace.take(time)
    if (this.#fixedDt === undefined) this.dt = dt
  }

  health(streams: readonly StreamHealth[]): Health {
    const running = this.#measured.filter(({ stepsPerSecond }) => stepsPerSecond > 0)
    const latencies = running.flatMap(({ latency }) => latency ?? [])
    const work = running.length > 0 ? sum(running.map((each) => each.work)) : null
    const latency =
      latencies.length > 0
        ? { p50: Math.max(...latencies.map((each) => each.p50)), p99: Math.max(...latencies.map((each) => each.p99)) }
        : null
    return {
      type: 'health',
      dt: this.dt ?? null,
      work,
      latency,
      realTime: this.#pace.factor() ?? null,
      backends: [...new Set(running.map(({ backend }) => backend))],
      operators: running
        .toSorted((a, b) => b.work.p50 - a.work.p50)
        .slice(0, maxOperators)
        .map(({ at, work, stepsPerSecond }) => ({ at, work, stepsPerSecond })),
      dropped: this.#dropped,
      notices: [...this.#notices.values()].map(asNotice),
      streams,
    }
  }

  close(): void {
    this.watched = false
    this.#listening.unsubscribe()
  }

  #note(what: Diagnostic): void {
    const key = `${what.kind} ${what.at}`
    const before = this.#notices.get(key)
    if (before === undefined && this.#notices.size >= maxNotices) return
    const count = 'count' in what ? what.count : 1
    if (what.kind === 'dropped') this.#dropped += what.count
    this.#notices.set(key, { ...what, times: (before?.times ?? 0) + count })
  }
}

function asNotice(what: Diagnostic & { readonly times: number }): Notice {
  return { kind: what.kind, at: what.at, total: what.times, ...('message' in what && { message: what.message }) }
}

const sum = (pairs: readonly Pair[]): Pair =>
  pairs.reduce((total, { p50, p99 }) => ({ p50: total.p50 + p50, p99: total.p99 + p99 }), { p50: 0, p99: 0 })

/** Seconds of data per second of wall clock, over the last two seconds or so. */
class Pace {
  #past: { readonly wall: number; readonly data: number }[] = []

  take(time: number | undefined): void {
    const last = this.#past.at(-1)
    if (time === undefined || (last !== undefined && time < last.data)) this.#past = []
    if (time === undefined) return
    this.#past.push({ wall: performance.now() * 1000, data: time })
    if (this.#past.length > 5) this.#past.shift()
  }

  factor(): number | undefined {
    const first = this.#past[0]
    const last = this.#past.at(-1)
    return first === undefined || last === undefined || last.wall <= first.wall
      ? undefined
      : (last.data - first.data) / (last.wall - first.wall)
  }
}
