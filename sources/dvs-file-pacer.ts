/** Plays events by their own times against the wall clock. */

import { type EventPacket, slicePacket } from '../src/events.ts'

/** Wall milliseconds that a piece aims at, whatever the speed, within 1 to 10 ms of event time. */
const PIECE_MS = 4
/** Backwards by more than this, microseconds: the camera's clock was set anew, so that the pace is too. */
const RESET_US = 1e6
/** The longest timer that there is, milliseconds. */
const MOST_TIMER = 2 ** 30
/** Behind the time, the event loop still runs this often, milliseconds. */
const BREATH_MS = 8

/** One playback. Times are measured from its start, so that delays do not add up. */
export class Pacer {
  private readonly speed: number
  private readonly signal: AbortSignal
  private readonly piece: number
  /** Wall time, ms, at which the event time `eventStart` is due. */
  private wallStart = Number.NaN
  private eventStart = 0
  private latest = 0
  private lastTurn = 0

  constructor(speed: number, signal: AbortSignal) {
    this.speed = speed
    this.signal = signal
    this.piece = Math.min(Math.max(PIECE_MS * 1000 * speed, 1000), 10_000)
  }

  /** Pieces of few milliseconds of event time, views of the packet. Where time steps back, the running maximum counts. */
  *cut(packet: EventPacket): Iterable<EventPacket> {
    const { t } = packet
    let from = 0
    while (from < t.length) {
      const end = t[from]! + this.piece
      let to = from + 1
      while (to < t.length && t[to]! < end && t[to]! > end - RESET_US) to++
      yield slicePacket(packet, from, to)
      from = to
    }
  }

  /** Resolves when the last event of the piece is due, at once when it is late, or when the playback is aborted. */
  async due(piece: EventPacket): Promise<void> {
    const first = piece.t[0]!
    const last = piece.t[piece.t.length - 1]!
    const now = performance.now()
    if (!(first > this.latest - RESET_US) || Number.isNaN(this.wallStart)) {
      // a new beginning: after the pieces before it, which have been given already
      this.wallStart = now
      this.eventStart = first
      this.latest = first
      this.lastTurn = now
    }
    this.latest = Math.max(this.latest, last)
    const dueAt = this.wallStart + (this.latest - this.eventStart) / 1000 / this.speed
    let wait = dueAt - now
    if (wait < 1 && now - this.lastTurn < BREATH_MS) return
    do {
      await sleep(Math.min(Math.max(wait, 0), MOST_TIMER), this.signal)
      wait = dueAt - performance.now()
    } while (wait >= 1 && !this.signal.aborted)
    this.lastTurn = performance.now()
  }

  /** The playback stood still for so many milliseconds: everything after is later by as much. */
  pause(milliseconds: number): void {
    this.wallStart += milliseconds
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish, { once: true })
  })
}
