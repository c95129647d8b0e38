import fc, { type Arbitrary } from 'fast-check'
import { slicePacket, type EventPacket } from '../../src/events.ts'

export interface Event {
  readonly t: number
  readonly x: number
  readonly y: number
  readonly p: number
}

export const packetOf = (events: readonly Event[], width = 4, height = 3): EventPacket => ({
  t: Float64Array.from(events, ({ t }) => t),
  x: Uint16Array.from(events, ({ x }) => x),
  y: Uint16Array.from(events, ({ y }) => y),
  p: Uint8Array.from(events, ({ p }) => p),
  width,
  height,
})

/** The same events in as many packets as there are cuts, some of them empty. */
export function cutAt(packet: EventPacket, cuts: readonly number[]): EventPacket[] {
  const places = [0, ...cuts.map((cut) => cut % (packet.t.length + 1)), packet.t.length].sort((a, b) => a - b)
  return places.slice(1).map((to, k) => slicePacket(packet, places[k] as number, to))
}

/** Events of a small sensor; `step` gives the microseconds from one to the next. Some lie outside, where `outside` says so. */
export const arbitraryEvents = (step: Arbitrary<number> = fc.integer({ min: 0, max: 3000 }), outside = 0): Arbitrary<Event[]> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 1e9 }),
      fc.array(fc.tuple(step, fc.nat(3 + outside), fc.nat(2 + outside), fc.nat(1)), { maxLength: 60 }),
    )
    .map(([start, all]) => {
      let t = start
      return all.map(([gap, x, y, p]) => ({ t: (t += gap), x, y, p }))
    })
