/** Builds AEDAT4 files byte by byte from event-formats.md section 1, to be damaged at will. */

import { ascii, hex, join } from './support.ts'

export type Row = readonly [t: number, x: number, y: number, on: number]

const u32 = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer)
const i64 = (value: number): Uint8Array => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)

/** Section 1.6: size prefix, fixed prologue, 16 bytes an event. */
export function eventsPayload(rows: readonly Row[]): Uint8Array {
  const head = join(u32(28 + 16 * rows.length), hex('10000000 45565453 0000 060008000400 06000000 04000000'), u32(rows.length))
  const events = rows.map(([t, x, y, on]) => join(i64(t), new Uint8Array(Uint16Array.of(x, y).buffer), hex(on ? '01000000' : '00000000')))
  return join(head, ...events)
}

/** An LZ4 frame of literals only: blocks of at most `most` bytes, no checksums. */
export function lz4Literals(bytes: Uint8Array, most = 60000): Uint8Array {
  const parts = [hex('04224d18 40 40 c0')]
  for (let from = 0; from < bytes.length; from += most) {
    const literals = bytes.subarray(from, from + most)
    const more = literals.length - 15
    const lengths =
      more < 0 ? Uint8Array.of(literals.length << 4) : Uint8Array.of(0xf0, ...Array<number>(Math.floor(more / 255)).fill(255), more % 255)
    parts.push(u32(lengths.length + literals.length), lengths, literals)
  }
  return join(...parts, u32(0))
}

export const packet = (stream: number, payload: Uint8Array): Uint8Array => join(u32(stream, payload.length), payload)

export interface StreamSpec {
  readonly id: number
  readonly type: string
  readonly width?: number
  readonly height?: number
}

/** The header: a FlatBuffer with compression, position of the table and XML. */
export function fileHeader(compression: number, tablePosition: number, streams: readonly StreamSpec[]): Uint8Array {
  const nodes = streams.map(({ id, type, width, height }) => {
    const size = width === undefined ? '' : `<attr key="sizeX" type="int">${width}</attr><attr key="sizeY" type="int">${height}</attr>`
    return `<node name="${id}" path="/outInfo/${id}/"><attr key="typeIdentifier" type="string">${type}</attr><node name="info" path="/outInfo/${id}/info/">${size}</node></node>`
  })
  const xml = ascii(`<dv version="2.0"><node name="outInfo" path="/outInfo/">${nodes.join('')}</node></dv>`)
  // root 24, vtable at 14 with slots compression 4, table 12, text 8; text follows the table
  const fixed = join(
    hex('18000000'),
    ascii('IOHE'),
    hex('000000000000 0a00 1400 0400 0c00 0800'),
    hex('0a000000'),
    u32(compression),
    u32(12),
    i64(tablePosition),
  )
  const body = join(fixed, u32(xml.length), xml, hex('00'))
  return join(ascii('#!AER-DAT4.0\r\n'), u32(body.length), body)
}

export interface TableRowSpec {
  readonly offset: number
  readonly stream: number
  readonly size: number
  readonly elements: number
}

/** A table: offsets at 32, then for each row its vtable (14 bytes, 2 of padding) and its 44 bytes. */
export function tablePayload(rows: readonly TableRowSpec[]): Uint8Array {
  const offsets = rows.map((_, k) => 32 + 4 * rows.length + 60 * k + 16 - (32 + 4 * k))
  const tables = rows.map(({ offset, stream, size, elements }) =>
    join(hex('0e002c0024001c0014000c000400 0000'), u32(16), i64(1), i64(0), i64(elements), u32(stream, size), i64(offset)),
  )
  const body = join(
    hex('10000000'),
    ascii('FTAB'),
    hex('0000 060008000400 06000000 04000000'),
    u32(rows.length),
    u32(...offsets),
    ...tables,
  )
  return join(u32(body.length), body)
}

export interface PacketSpec {
  readonly stream: number
  readonly payload: Uint8Array
  readonly elements: number
}

/** Header, packets, table: a whole file, with the offset of every packet header. */
export function file(
  compression: 0 | 1,
  streams: readonly StreamSpec[],
  packets: readonly PacketSpec[],
): { bytes: Uint8Array; offsets: readonly number[] } {
  const store = (payload: Uint8Array): Uint8Array => (compression === 1 ? lz4Literals(payload) : payload)
  const stored = packets.map(({ stream, payload }) => packet(stream, store(payload)))
  let at = fileHeader(compression, 0, streams).length
  const offsets = stored.map((bytes) => (at += bytes.length) - bytes.length)
  const rows = packets.map(({ stream, elements }, k) => ({ offset: offsets[k]! + 8, stream, size: stored[k]!.length - 8, elements }))
  return { bytes: join(fileHeader(compression, at, streams), ...stored, store(tablePayload(rows))), offsets }
}

/** Four packets of `count` events each at 346x260, with a packet of another stream between them. */
export function sample(compression: 0 | 1, count = 40): { bytes: Uint8Array; offsets: readonly number[]; rows: readonly Row[][] } {
  const rows = [0, 1, 2, 3].map((k) =>
    Array.from({ length: count }, (_, i): Row => [1.6e15 + 1000 * k + i, (7 * i) % 346, (11 * i) % 260, (i + k) & 1]),
  )
  const events = rows.map((packetRows) => ({ stream: 0, payload: eventsPayload(packetRows), elements: packetRows.length }))
  const trigger = eventsPayload([])
  trigger.set(ascii('TRIG'), 8)
  const streams = [
    { id: 0, type: 'EVTS', width: 346, height: 260 },
    { id: 3, type: 'TRIG' },
  ]
  const between = { stream: 3, payload: trigger, elements: 0 }
  return { ...file(compression, streams, [events[0]!, events[1]!, between, events[2]!, events[3]!]), rows }
}
