/** What a run came to, counted as it goes. */

import type { EventPacket } from '../src/index.ts'

export interface Summary {
  /** the recording, or `moving scene` */
  readonly source: string
  readonly width: number
  readonly height: number
  /** events read */
  readonly events: number
  readonly frames: number
  /** by layer */
  readonly spikes: Readonly<Record<string, number>>
  /** seconds of event time, from the first event to the last frame's end */
  readonly eventTime: number
  /** seconds from the first packet to the last frame */
  readonly wallTime: number
  /** eventTime / wallTime: above 1 is faster than the camera */
  readonly realTimeFactor: number
  /** events per second of wall time */
  readonly eventsPerSecond: number
  /** seconds from the start of the command to the first frame; null where none came */
  readonly firstFrame: number | null
  readonly dropped: number
  readonly backend: string
}

export class Tally {
  readonly #source: string
  readonly #dt: number
  #size = { width: 0, height: 0 }
  #began: number | undefined
  #last = 0
  #firstFrame: number | null = null
  events = 0
  frames = 0
  noiseFilter = 0
  dropped = 0

  constructor(source: string, dt: number) {
    this.#source = source
    this.#dt = dt
  }

  packet({ t, width, height }: EventPacket): void {
    this.#began ??= performance.now()
    this.#size = { width, height }
    this.events += t.length
  }

  frame(): void {
    this.frames++
    this.#last = performance.now()
    // It counts from the start of the process.
    this.#firstFrame ??= this.#last / 1000
  }

  get eventTime(): number {
    return this.frames * this.#dt
  }

  get wallTime(): number {
    return this.#began === undefined ? 0 : Math.max(0, this.#last - this.#began) / 1000
  }

  summary(backend: string): Summary {
    const { eventTime, wallTime } = this
    return {
      source: this.#source,
      ...this.#size,
      events: this.events,
      frames: this.frames,
      spikes: { noiseFilter: this.noiseFilter },
      eventTime: round(eventTime),
      wallTime: round(wallTime),
      realTimeFactor: round(wallTime > 0 ? eventTime / wallTime : 0),
      eventsPerSecond: Math.round(wallTime > 0 ? this.events / wallTime : 0),
      firstFrame: this.#firstFrame === null ? null : round(this.#firstFrame),
      dropped: this.dropped,
      backend,
    }
  }
}

const round = (value: number) => Number(value.toPrecision(6))

/** For people. */
export function describe({ source, width, height, ...s }: Summary): string {
  const per = (count: number, unit: string) => `${count.toLocaleString('en')} ${unit}`
  return [
    `${source} (${width}x${height}): ${per(s.events, 'events')}, ${per(s.frames, 'frames')}, ${per(s.spikes['noiseFilter'] ?? 0, 'spikes of the noise filter')}`,
    `${s.eventTime.toFixed(3)} s of events in ${s.wallTime.toFixed(3)} s: ${s.realTimeFactor.toFixed(1)} x real time, ${(s.eventsPerSecond / 1e6).toFixed(2)} Mev/s (${s.backend})`,
    ...(s.dropped > 0 ? [`${per(s.dropped, 'values dropped or lost: see the lines above')}`] : []),
  ].join('\n')
}
