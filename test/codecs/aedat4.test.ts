import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aedat4 } from '../../src/codecs/aedat4/decode.ts'
import { readTable } from '../../src/codecs/aedat4/table.ts'
import { Lz4Frame } from '../../src/codecs/aedat4/lz4-frame.ts'
import type { Decoder } from '../../src/codecs/codec.ts'
import { DecodeError } from '../../src/errors.ts'
import { eventsPayload, file, fileHeader, lz4Literals, packet, type Row, sample, tablePayload } from './aedat4-file.ts'
import { ascii, concat, decodeAll, decodePieces, fixture, hasShared, hex, join, rows, shared } from './support.ts'

const at = (bytes: Uint8Array, offset: number, replacement: Uint8Array): Uint8Array => {
  const copy = bytes.slice()
  copy.set(replacement, offset)
  return copy
}
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
const decode = (bytes: Uint8Array, options: object = {}): { decoder: Decoder; rows: number[][] } => {
  const { decoder, events } = decodeAll(aedat4, bytes, options)
  return { decoder, rows: rows(events) }
}

/** Offsets in the headers of dv-processing, and in ours. */
const COMPRESSION = 46
const TEXT = 50
const TABLE_POSITION = 54

describe('AEDAT4, the vectors of event-formats.md', () => {
  const events = hex(`3c000000 10000000 45565453 0000 060008000400 06000000 04000000 02000000
    40420f0000000000 0100 0200 01 000000   47420f0000000000 0300 0000 00 000000`)
  const expected = [
    [1000000, 1, 2, 1],
    [1000007, 3, 0, 0],
  ]
  const table = hex(`5c000000 10000000 46544142 0000060008000400 06000000 04000000 01000000 14000000
    00000e002c0024001c0014000c000400 0e000000 47420f0000000000 40420f0000000000 0200000000000000
    00000000 40000000 9601000000000000`)

  it('a packet of events, 64 bytes', () => {
    expect(events.length).toBe(64)
    const header = fileHeader(0, -1, [{ id: 0, type: 'EVTS', width: 4, height: 3 }])
    const { decoder, rows } = decode(join(header, packet(0, events)))
    expect(rows).toEqual(expected)
    expect(decoder.damage.places).toEqual([])
    expect([decoder.width, decoder.height, decoder.geometry]).toEqual([4, 3, 'file'])
  })

  it('the table, 96 bytes', () => {
    expect(table.length).toBe(96)
    expect([...(readTable(table) ?? [])]).toEqual([{ offset: 406, stream: 0, size: 64, elements: 2, first: 1000000, last: 1000007 }])
  })

  it('the table of the recording fits every packet', () => {
    const bytes = fixture('davis346-lz4.aedat4')
    const view = new DataView(bytes.buffer)
    const position = Number(view.getBigInt64(TABLE_POSITION, true))
    const table = readTable(new Lz4Frame(2 ** 20).expand(bytes.subarray(position)).bytes)
    const listed = [...(table ?? [])]
    expect(listed.length).toBe(19)
    let offset = 18 + view.getUint32(14, true)
    for (const row of listed) {
      expect([row.stream, row.size, row.offset]).toEqual([view.getInt32(offset, true), view.getInt32(offset + 4, true), offset + 8])
      offset += 8 + row.size
    }
    expect(offset).toBe(position)
    expect(listed.filter((row) => row.stream === 0).reduce((sum, row) => sum + row.elements, 0)).toBe(12000)
  })

  describe.skipIf(!hasShared('dvxplorer.aedat4'))(
    'recording outside the repository (skipped where ../shared is absent): dvxplorer.aedat4',
    () => {
      it('every packet of events is what its row of the table says', () => {
        const bytes = shared('dvxplorer.aedat4')
        const table = [...(readTable(new Lz4Frame(2 ** 24).expand(bytes.subarray(945243)).bytes) ?? [])]
        expect(table.length).toBe(118)
        const { packets } = decodeAll(aedat4, bytes)
        const listed = table.filter((row) => row.stream === 0)
        expect(packets.map(({ t }) => [t.length, t[0], t.at(-1)])).toEqual(listed.map((row) => [row.elements, row.first, row.last]))
      })
    },
  )
})

describe.each([
  ['uncompressed', 0],
  ['LZ4', 1],
] as const)('AEDAT4 %s', (_, compression) => {
  const { bytes, offsets, rows: parts } = sample(compression)
  const [first = [], second = [], third = [], fourth = []] = parts
  const all = parts.flat()

  it('events in file order, other streams counted, the table a check', () => {
    const { decoder, rows } = decode(bytes)
    expect(rows).toEqual(all)
    expect(decoder.damage).toMatchObject({ resynchronized: 0, dropped: 0, places: [] })
    expect([...decoder.skipped]).toEqual([['TRIG', 1]])
  })

  it('a table that disagrees is reported', () => {
    const { bytes: wrong } = file(
      compression,
      [{ id: 0, type: 'EVTS', width: 346, height: 260 }],
      [{ stream: 0, payload: eventsPayload(first), elements: 41 }],
    )
    const { decoder, rows } = decode(wrong)
    expect(rows).toEqual(first)
    expect(decoder.damage.places).toMatchObject([{ expected: expect.stringContaining('41 events'), found: '1 and 40' }])
  })

  it.each([
    [
      'no table, position -1',
      (b: Uint8Array) => b.subarray(0, offsets[4]! + 8 + new DataView(b.buffer).getUint32(offsets[4]! + 4, true)),
      TABLE_POSITION,
      hex('ffffffffffffffff'),
    ],
    ['a table position past the end', (b: Uint8Array) => b, TABLE_POSITION, hex('0000000001000000')],
    ['a table position inside a packet', (b: Uint8Array) => b, TABLE_POSITION, u32(offsets[1]! + 40)],
    ['a table position at a packet', (b: Uint8Array) => b, TABLE_POSITION, u32(offsets[1]!)],
    ['a compression that is not so', (b: Uint8Array) => b, COMPRESSION, u32(1 - compression)],
    ['a header size that is too large', (b: Uint8Array) => b, 14, u32(4000)],
    ['a header size far too large', (b: Uint8Array) => b, 14, u32(0xfffffff0)],
    ['a header size that is too small', (b: Uint8Array) => b, 14, u32(100)],
    ['a header size of zero', (b: Uint8Array) => b, 14, u32(0)],
    ['a header that is none', (b: Uint8Array) => b, 18, new Uint8Array(24).fill(0xee)],
    ['a header whose text is elsewhere', (b: Uint8Array) => b, TEXT, u32(0x7fffffff)],
    ['a header whose root is elsewhere', (b: Uint8Array) => b, 18, u32(0x7fffffff)],
  ])('all events in spite of %s', (_name, change, offset, replacement) => {
    const { rows } = decode(change(at(bytes, offset, replacement)), { width: 346, height: 260 })
    expect(rows).toEqual(all)
  })

  const damages: readonly [name: string, offset: number, replacement: Uint8Array, kept: readonly (readonly Row[])[]][] = [
    ['the first payload byte of the second packet', offsets[1]! + 8, hex('ff'), [first, third, fourth]],
    ['the size prefix inside the second packet', offsets[1]! + 8, u32(0x7fffffff), [first, third, fourth]],
    ['a size that is negative', offsets[1]! + 4, u32(0xffffffff), [first, third, fourth]],
    ['a size of zero', offsets[1]! + 4, u32(0), [first, third, fourth]],
    ['a whole header', offsets[1]!, new Uint8Array(8).fill(0xa5), [first, third, fourth]],
    ['the header of the packet of another stream', offsets[2]!, new Uint8Array(8).fill(0xa5), [first, second, third, fourth]],
    ['the first packet from end to end', offsets[0]!, new Uint8Array(offsets[1]! - offsets[0]!).fill(0x5a), [second, third, fourth]],
    ['a stream id that does not exist', offsets[1]!, u32(77), [first, second, third, fourth]],
  ]
  it.each(damages)('damage to %s: the packets around it are kept', (_name, offset, replacement, kept) => {
    const { decoder, rows } = decode(at(bytes, offset, replacement))
    expect(rows).toEqual(kept.flat())
    expect(decoder.damage.resynchronized).toBeGreaterThan(0)
    expect(decoder.damage.places[0]!.offset).toBeGreaterThanOrEqual(offset - 8)
    expect(decoder.damage.places[0]!.offset).toBeLessThanOrEqual(offset + 64)
  })

  it('bytes that are missing, or too many, inside a packet', () => {
    const inside = offsets[1]! + 100
    const shorter = decode(join(bytes.subarray(0, inside), bytes.subarray(inside + 5))).rows
    expect(shorter.slice(0, 40)).toEqual(first)
    expect(shorter.slice(-80)).toEqual([third, fourth].flat())
    expect(decode(join(bytes.subarray(0, inside), hex('0102030405'), bytes.subarray(inside))).rows.slice(0, 40)).toEqual(first)
    const longer = decode(join(bytes.subarray(0, inside), hex('0102030405'), bytes.subarray(inside))).rows
    expect(longer.slice(-80)).toEqual([third, fourth].flat())
  })

  it('a cut anywhere keeps every event before it, and says so', () => {
    const end = offsets[4]! + 8 + new DataView(bytes.buffer).getUint32(offsets[4]! + 4, true)
    for (let length = offsets[0]!; length < end; length += 1) {
      const { decoder, rows } = decode(bytes.subarray(0, length))
      const whole = offsets.filter((_, k) => k !== 2 && (offsets[k + 1] ?? end) <= length).length
      expect(rows.length).toBeGreaterThanOrEqual(40 * whole)
      expect(rows).toEqual(all.slice(0, rows.length))
      if (!offsets.includes(length)) expect(decoder.damage.places.length).toBeGreaterThan(0)
    }
  }, 60_000)
})

describe('AEDAT4 streams and geometry', () => {
  const one: readonly Row[] = [[10, 1, 2, 1]]
  const two: readonly Row[] = [[20, 3, 4, 0]]
  const size = { width: 10, height: 10 }
  const stereo = file(
    0,
    [
      { id: 2, type: 'EVTS', width: 20, height: 20 },
      { id: 1, type: 'EVTS', ...size },
    ],
    [
      { stream: 2, payload: eventsPayload(two), elements: 1 },
      { stream: 1, payload: eventsPayload(one), elements: 1 },
    ],
  ).bytes

  it('of two cameras, the first stream, or the one asked for', () => {
    const { decoder, rows } = decode(stereo)
    expect(rows).toEqual(one)
    expect([decoder.width, [...decoder.skipped]]).toEqual([10, [['EVTS', 1]]])
    const other = decode(stereo, { stream: 2 })
    expect(other.rows).toEqual(two)
    expect(other.decoder.width).toBe(20)
  })

  it('without a list of streams (AEStream), by the identifiers inside the packets', () => {
    const trigger = eventsPayload([])
    trigger.set(ascii('TRIG'), 8)
    const bytes = join(fileHeader(1, -1, []), packet(3, lz4Literals(trigger)), packet(7, lz4Literals(eventsPayload(one))))
    const { decoder, rows } = decode(bytes)
    expect(rows).toEqual(one)
    expect([decoder.width, decoder.height, decoder.geometry]).toEqual([1280, 720, 'assumed'])
    expect(decode(bytes, size).decoder).toMatchObject({ ...size, geometry: 'option' })
    expect([...decoder.skipped]).toEqual([['TRIG', 1]])
  })

  it('an empty packet, with or without its vector', () => {
    const absent = hex('14000000 10000000 45565453 0000 040004000000 06000000')
    absent.set(hex('14000000'), 0)
    const header = fileHeader(0, -1, [{ id: 0, type: 'EVTS', ...size }])
    const { decoder, rows } = decode(join(header, packet(0, eventsPayload([])), packet(0, absent), packet(0, eventsPayload(one))))
    expect(rows).toEqual(one)
    expect(decoder.damage.places).toEqual([])
  })

  it('events outside the sensor, and times that are no times, are dropped and counted', () => {
    const payload = eventsPayload([[1, 9, 9, 1], [2, 10, 0, 1], [3, 0, 10, 1], [4, 65535, 0, 1], ...one])
    payload.set(hex('ffffffffffffff7f'), 32 + 64)
    const { decoder, rows } = decode(join(fileHeader(0, -1, [{ id: 0, type: 'EVTS', ...size }]), packet(0, payload)))
    expect(rows).toEqual([[1, 9, 9, 1]])
    expect(decoder.damage).toMatchObject({ dropped: 4, resynchronized: 0 })
  })

  it('a count that is one too many: the events that are there', () => {
    const payload = eventsPayload(one)
    payload.set(u32(2), 28)
    const { decoder, rows } = decode(join(fileHeader(0, -1, [{ id: 0, type: 'EVTS', ...size }]), packet(0, payload)))
    expect(rows).toEqual(one)
    expect(decoder.damage.places).toMatchObject([{ expected: expect.stringContaining('2 events') }])
  })

  it('a packet of many events leaves as packets of at most 65536', () => {
    const many = Array.from({ length: 70000 }, (_, k): Row => [k, k % 10, 0, 1])
    const { packets } = decodeAll(
      aedat4,
      join(fileHeader(1, -1, [{ id: 0, type: 'EVTS', ...size }]), packet(0, lz4Literals(eventsPayload(many)))),
    )
    expect(packets.map((packet) => packet.t.length)).toEqual([65536, 4464])
    expect(concat(packets).t.at(-1)).toBe(69999)
  })

  it('ZSTD is refused with what is missing', () => {
    const bytes = join(fileHeader(3, -1, [{ id: 0, type: 'EVTS', ...size }]), packet(0, join(hex('28b52ffd'), new Uint8Array(30))))
    expect(() => decode(bytes)).toThrow(DecodeError)
    expect(() => decode(bytes)).toThrow(/ZSTD/)
  })

  it.each([
    ['another signature', ascii('#!AER-DAT3.1\r\n1234')],
    ['nothing after the signature', ascii('#!AER-DAT4.0\r\n')],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => expect(() => decode(bytes)).toThrow(DecodeError))

  it('a table of zero rows', () => {
    const bytes = join(fileHeader(0, -1, []), tablePayload([]))
    expect(decode(bytes).decoder.damage.places).toEqual([])
  })
})

describe('AEDAT4 against hostile bytes', () => {
  it('an expansion beyond 64 MiB is refused, with little memory and the packets around it kept', () => {
    // 267 bytes that expand to 65536, 1100 times: 290 kB to 72 MB
    const bomb = join(
      hex('04224d184040c0'),
      ...Array.from({ length: 1100 }, () => hex(`0b010000 1f000100 ${'ff'.repeat(256)} e7500000000000`)),
      u32(0),
    )
    const header = fileHeader(1, -1, [{ id: 0, type: 'EVTS', width: 10, height: 10 }])
    const good = packet(0, lz4Literals(eventsPayload([[1, 2, 3, 1]])))
    const { decoder, rows } = decode(join(header, good, packet(0, bomb), good))
    expect(rows.length).toBe(2)
    expect(decoder.damage.places).toMatchObject([{ expected: expect.stringContaining('LZ4 block') }])
  })

  it('thousands of headers that promise megabytes cost time in proportion to the bytes', () => {
    const lie = join(u32(0), u32(60 * 2 ** 20), hex('04224d184040c0'), hex('ffff0000'))
    const bytes = join(fileHeader(1, -1, []), ...Array.from({ length: 20000 }, () => lie))
    const start = performance.now()
    const { decoder, rows } = decode(bytes)
    expect(rows).toEqual([])
    expect(decoder.damage.places.length).toBeLessThanOrEqual(256)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('many small pieces of a large packet cost time in proportion', () => {
    const big = join(
      fileHeader(1, -1, []),
      packet(0, lz4Literals(eventsPayload(Array.from({ length: 20000 }, (_, k): Row => [k, 1, 1, 1])))),
    )
    const pieces = Array.from({ length: Math.ceil(big.length / 3) }, (_, k) => big.subarray(3 * k, 3 * k + 3))
    const start = performance.now()
    expect(concat(decodePieces(aedat4.decoder(), pieces)).t.length).toBe(20000)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('any change of few bytes: packets before it are kept, nothing is thrown', () => {
    const { bytes, offsets, rows: parts } = sample(1, 20)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: offsets[0]!, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (changes) => {
          const damaged = bytes.slice()
          for (const [offset, value] of changes) damaged[offset] = value
          const whole = Math.min(...changes.map(([offset]) => offset))
          const before = [0, 1, 3, 4].flatMap((k, part) => ((offsets[k + 1] ?? Infinity) <= whole ? parts[part]! : []))
          expect(decode(damaged).rows.slice(0, before.length)).toEqual(before)
        },
      ),
      { numRuns: 500 },
    )
  })
})
