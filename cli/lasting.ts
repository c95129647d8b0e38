/** The beginning of a recording. */

import { defer, map, type MonoTypeOperatorFunction, takeWhile } from 'rxjs'
import type { EventPacket } from '../src/index.ts'

/** The events of this many seconds of event time from the first one on. */
export const lasting =
  (seconds: number): MonoTypeOperatorFunction<EventPacket> =>
  (packets) =>
    defer(() => {
      let end = Infinity
      let over = false
      return packets.pipe(
        map((packet) => {
          if (end === Infinity && packet.t.length > 0) end = (packet.t[0] as number) + seconds * 1e6
          const cut = packet.t.findIndex((t) => t >= end)
          over = cut >= 0
          return over ? head(packet, cut) : packet
        }),
        takeWhile(() => !over, true),
      )
    })

const head = ({ t, x, y, p, width, height }: EventPacket, count: number): EventPacket => ({
  t: t.subarray(0, count),
  x: x.subarray(0, count),
  y: y.subarray(0, count),
  p: p.subarray(0, count),
  width,
  height,
})
