/** Camera events in columns. A packet crosses `next()`, never one event. */

/** A batch of camera events in columns, time-ordered as the camera sent them. Its arrays never change after emission. */
export interface EventPacket {
  /** microseconds */
  readonly t: Float64Array
  /** pixels, 0 at the left */
  readonly x: Uint16Array
  /** pixels, 0 at the top */
  readonly y: Uint16Array
  /** polarity: 1 = ON (brighter), 0 = OFF */
  readonly p: Uint8Array
  /** pixels */
  readonly width: number
  readonly height: number
}

/** Events `from` (inclusive) to `to` (exclusive), without a copy. */
export function slicePacket(packet: EventPacket, from: number, to: number): EventPacket {
  return {
    t: packet.t.subarray(from, to),
    x: packet.x.subarray(from, to),
    y: packet.y.subarray(from, to),
    p: packet.p.subarray(from, to),
    width: packet.width,
    height: packet.height,
  }
}

/** Whether a value is an event packet (and not a tensor). */
export const isEventPacket = (value: unknown): value is EventPacket =>
  typeof value === 'object' && value !== null && 'p' in value && value.p instanceof Uint8Array
