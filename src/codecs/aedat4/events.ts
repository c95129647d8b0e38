/** The payload of an EVTS packet, expanded (event-formats.md section 1.3). */

import type { EventPacket } from '../../events.ts'
import { PACKET_EVENTS } from '../columns.ts'
import { EVENT_BYTES } from './common.ts'
import { FlatBuffer } from './flatbuffer.ts'

export interface EventsRead {
  /** Events in the payload, those outside the sensor included. */
  readonly count: number
  /** Events that the payload announces but does not hold. */
  readonly missing: number
  /** Events outside the sensor, or at a time that is no whole number of microseconds in a double; not among the packets. */
  readonly outside: number
}

/** Times beyond 2^53 us are no times, and no doubles. */
const MOST_HIGH = 2 ** 21

/** Appends the events to `packets`; undefined if the payload is no sound table of events. */
export function readEvents(payload: Uint8Array, width: number, height: number, packets: EventPacket[]): EventsRead | undefined {
  const buffer = new FlatBuffer(payload)
  const root = buffer.root()
  if (root < 0) return undefined
  const vector = buffer.vector(root, 0, EVENT_BYTES)
  // dv-processing writes an empty packet as a table without the vector
  if (vector === undefined) return buffer.slot(root, 0, 4) < 0 ? { count: 0, missing: 0, outside: 0 } : undefined
  const { view } = buffer
  const { start, stated, fitting } = vector
  let outside = 0
  for (let from = 0; from < fitting; from += PACKET_EVENTS) {
    const count = Math.min(fitting - from, PACKET_EVENTS)
    const t = new Float64Array(count)
    const x = new Uint16Array(count)
    const y = new Uint16Array(count)
    const p = new Uint8Array(count)
    let n = 0
    let at = start + from * EVENT_BYTES
    for (const end = at + count * EVENT_BYTES; at < end; at += EVENT_BYTES) {
      const high = view.getInt32(at + 4, true)
      const place = view.getUint32(at + 8, true)
      const column = place & 0xffff
      const row = place >>> 16
      if (column < width && row < height && high >= -MOST_HIGH && high < MOST_HIGH) {
        t[n] = high * 4294967296 + view.getUint32(at, true)
        x[n] = column
        y[n] = row
        p[n] = view.getUint8(at + 12) === 0 ? 0 : 1
        n++
      }
    }
    outside += count - n
    if (n === count) packets.push({ t, x, y, p, width, height })
    else if (n > 0) packets.push({ t: t.slice(0, n), x: x.slice(0, n), y: y.slice(0, n), p: p.slice(0, n), width, height })
  }
  return { count: fitting, missing: stated - fitting, outside }
}
