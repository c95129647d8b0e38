/** What the tests of the codecs share: recordings, digests, and decoding in any number of pieces. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Decoder, EventCodec } from '../../src/codecs/codec.ts'
import type { EventPacket } from '../../src/events.ts'

/** Synthetic, free of licences, part of this repository. */
export const fixturePath = (name: string): string => fileURLToPath(new URL(`../fixtures/recordings/${name}`, import.meta.url))
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(fixturePath(name)))

/** Recordings that live outside the repository: others' licences, or too large. Tests that need them are skipped where they are absent. */
export const sharedPath = (name: string): string => fileURLToPath(new URL(`../../../shared/data/recordings/${name}`, import.meta.url))
export const hasShared = (name: string): boolean => existsSync(sharedPath(name))
export const shared = (name: string): Uint8Array => new Uint8Array(readFileSync(sharedPath(name)))

export interface Events {
  readonly t: Float64Array
  readonly x: Uint16Array
  readonly y: Uint16Array
  readonly p: Uint8Array
  readonly width: number
  readonly height: number
}

export function concat(packets: readonly EventPacket[]): Events {
  const length = packets.reduce((sum, packet) => sum + packet.t.length, 0)
  const events = {
    t: new Float64Array(length),
    x: new Uint16Array(length),
    y: new Uint16Array(length),
    p: new Uint8Array(length),
    width: packets[0]?.width ?? 0,
    height: packets[0]?.height ?? 0,
  }
  let at = 0
  for (const packet of packets) {
    events.t.set(packet.t, at)
    events.x.set(packet.x, at)
    events.y.set(packet.y, at)
    events.p.set(packet.p, at)
    at += packet.t.length
  }
  return events
}

/** Decodes pieces in a reused buffer, as a careless caller would, so that a packet that keeps a view of its input is found out. */
export function decodePieces(decoder: Decoder, pieces: Iterable<Uint8Array>): EventPacket[] {
  const packets: EventPacket[] = []
  let buffer = new Uint8Array(0)
  for (const piece of pieces) {
    if (buffer.length < piece.length) buffer = new Uint8Array(piece.length)
    buffer.set(piece)
    packets.push(...decoder.decode(buffer.subarray(0, piece.length)))
    buffer.fill(0xa5)
  }
  packets.push(...decoder.end())
  return packets
}

export function decodeAll(
  codec: EventCodec,
  bytes: Uint8Array,
  options: Parameters<EventCodec['decoder']>[0] = {},
): { decoder: Decoder; events: Events; packets: EventPacket[] } {
  const decoder = codec.decoder(options)
  const packets = decodePieces(decoder, [bytes])
  return { decoder, packets, events: concat(packets) }
}

/** Pieces that end at these offsets, and at the end. */
export function* cutAt(bytes: Uint8Array, offsets: readonly number[]): Iterable<Uint8Array> {
  let from = 0
  for (const to of [...offsets].sort((a, b) => a - b)) {
    if (to < from || to > bytes.length) continue
    yield bytes.subarray(from, to)
    from = to
  }
  yield bytes.subarray(from)
}

const sha3 = (bytes: Uint8Array): string => createHash('sha3-224').update(bytes).digest('hex')
const bytesOf = (array: Float64Array | Uint16Array | Uint8Array | BigUint64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** SHA3-224 of t as u64, x and y as u16, p as u8, little endian, as in test-data.md. */
export const digests = (events: Events): { t: string; x: string; y: string; p: string } => ({
  t: sha3(bytesOf(BigUint64Array.from(events.t, (t) => BigInt(t)))),
  x: sha3(bytesOf(events.x)),
  y: sha3(bytesOf(events.y)),
  p: sha3(bytesOf(events.p)),
})

export const rows = (events: Events): number[][] => Array.from(events.t, (t, k) => [t, events.x[k]!, events.y[k]!, events.p[k]!])

/** Bytes of hexadecimal text, blanks ignored. */
export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'))

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
