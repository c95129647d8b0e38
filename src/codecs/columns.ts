/** Events gathered in growing columns, handed out as packets that own their arrays. */

import type { EventPacket } from '../events.ts'

/** Most events in one packet. */
export const PACKET_EVENTS = 65536

/**
 * One decoder's scratch. The hot loop takes the columns into locals, writes at `length`, and puts the new length back:
 *
 *     columns.reserve(bound)
 *     const { t, x, y, p } = columns
 */
export class EventColumns {
  t: Float64Array = new Float64Array(0)
  x: Uint16Array = new Uint16Array(0)
  y: Uint16Array = new Uint16Array(0)
  p: Uint8Array = new Uint8Array(0)
  length = 0

  /** Makes room for `count` more events, but for no more than a packet holds in all. */
  reserve(count: number): void {
    const needed = Math.min(this.length + count, PACKET_EVENTS)
    if (needed <= this.t.length) return
    const capacity = Math.min(Math.max(needed, this.t.length * 2, 256), PACKET_EVENTS)
    const { t, x, y, p, length } = this
    this.t = new Float64Array(capacity)
    this.x = new Uint16Array(capacity)
    this.y = new Uint16Array(capacity)
    this.p = new Uint8Array(capacity)
    this.t.set(t.subarray(0, length))
    this.x.set(x.subarray(0, length))
    this.y.set(y.subarray(0, length))
    this.p.set(p.subarray(0, length))
  }

  /** Moves what is here into `packets` as one packet; nothing if nothing is here. */
  flush(packets: EventPacket[], width: number, height: number): void {
    const { t, x, y, p, length } = this
    if (length === 0) return
    this.length = 0
    if (length * 4 >= t.length * 3) {
      // nearly full: the packet takes the columns themselves, and the next events get new ones
      packets.push({
        t: t.subarray(0, length),
        x: x.subarray(0, length),
        y: y.subarray(0, length),
        p: p.subarray(0, length),
        width,
        height,
      })
      this.t = new Float64Array(0)
      this.x = this.y = new Uint16Array(0)
      this.p = new Uint8Array(0)
    } else packets.push({ t: t.slice(0, length), x: x.slice(0, length), y: y.slice(0, length), p: p.slice(0, length), width, height })
  }
}
