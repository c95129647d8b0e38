/** What must hold of every decoder: the bytes may be cut anywhere, and no bytes at all can do harm. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecs, detectFormat } from '../../src/codecs/formats.ts'
import { DecodeError } from '../../src/errors.ts'
import { sample } from './aedat4-file.ts'
import { ascii, concat, cutAt, decodeAll, decodePieces, type Events, fixture, hex, join } from './support.ts'
import type { EventCodec } from '../../src/codecs/codec.ts'

const named = (name: string): EventCodec => codecs.find((codec) => codec.name === name)!

const csvText = ascii(
  `t,x@346,y@260,on\r\n${Array.from({ length: 400 }, (_, k) => `${1000 + 13 * k},${(7 * k) % 346},${(3 * k) % 260},${k & 1}\r\n`).join('')}`,
)
const txtText = ascii(
  `# seconds\n${Array.from({ length: 300 }, (_, k) => `${(0.5 + 13e-6 * k).toFixed(6)} ${(7 * k) % 346} ${(3 * k) % 260} ${k & 1}\n`).join('')}`,
)

/** Small, valid files: a beginning that cannot be damaged without changing everything, then events. */
const files: readonly {
  readonly name: string
  readonly codec: EventCodec
  readonly bytes: Uint8Array
  readonly header: number
  readonly ends?: readonly number[]
}[] = [
  { name: 'AEDAT4 uncompressed', codec: named('aedat4'), ...headed(sample(0, 30)) },
  { name: 'AEDAT4 LZ4', codec: named('aedat4'), ...headed(sample(1, 30)) },
  { name: 'EVT3', codec: named('evt3'), bytes: fixture('faery-evt3.raw').slice(0, 3001), header: 62 },
  {
    name: 'EVT3 with vectors',
    codec: named('evt3'),
    bytes: join(
      ascii('% evt 3.0\n'),
      hex('018010606400052814300340004881500 1a0'.replaceAll(' ', '')),
      hex('20606500 0620 1860 ff8f 0160 0720 0080 0060 0828'),
    ),
    header: 10,
  },
  { name: 'DAT', codec: named('dat'), bytes: fixture('faery-cd.dat').slice(0, 2043), header: 41 },
  { name: 'Event Stream DVS', codec: named('es'), bytes: fixture('event-stream-dvs.es').slice(0, 2003), header: 20 },
  { name: 'Event Stream ATIS', codec: named('es'), bytes: fixture('event-stream-atis.es').slice(0, 2003), header: 20 },
  { name: 'CSV', codec: named('csv'), bytes: csvText, header: 20 },
  { name: 'text in seconds', codec: named('csv'), bytes: txtText, header: 10 },
]

/** `ends`: where the packets of 30 events end, but for the last. */
function headed({ bytes, offsets }: { bytes: Uint8Array; offsets: readonly number[] }): {
  bytes: Uint8Array
  header: number
  ends: readonly number[]
} {
  return { bytes, header: offsets[0]!, ends: [offsets[1]!, offsets[2]!, offsets[4]!] }
}

/** Decodes, and accepts no other fault than a DecodeError. */
function survive(codec: EventCodec, pieces: Iterable<Uint8Array>): Events | undefined {
  const decoder = codec.decoder()
  try {
    const events = concat(decodePieces(decoder, pieces))
    expect(decoder.damage.places.length).toBeLessThanOrEqual(256)
    expect(decoder.skipped.size).toBeLessThanOrEqual(64)
    for (const place of decoder.damage.places) expect(place.offset).toBeGreaterThanOrEqual(0)
    for (let k = 0; k < events.t.length; k++) {
      if (!(events.x[k]! < decoder.width && events.y[k]! < decoder.height && events.p[k]! <= 1 && Number.isFinite(events.t[k])))
        throw new Error(`event ${k} is none`)
    }
    return events
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return undefined
  }
}

const same = (a: Events, b: Events): boolean =>
  a.t.length === b.t.length && (['t', 'x', 'y', 'p'] as const).every((key) => a[key].every((value, k) => value === b[key][k]))

describe.each(files)('$name', ({ codec, bytes, header, ends }) => {
  const { events: whole, decoder: reference } = decodeAll(codec, bytes)

  it('has events to lose', () => {
    expect(whole.t.length).toBeGreaterThan(8)
    expect(detectFormat(bytes)).toBe(codec)
  })

  it('gives the same events byte for byte', () => {
    expect(same(concat(decodePieces(codec.decoder(), cutAt(bytes, Array.from(bytes.keys())))), whole)).toBe(true)
  })

  it('gives the same events, damage and counts wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const decoder = codec.decoder()
        expect(same(concat(decodePieces(decoder, cutAt(bytes, cuts))), whole)).toBe(true)
        expect(decoder.damage).toEqual(reference.damage)
        expect(decoder.skipped).toEqual(reference.skipped)
      }),
      { numRuns: 150 },
    )
  })

  it('a cut file keeps the events before the cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: header, max: bytes.length }), (length) => {
        const events = survive(codec, [bytes.subarray(0, length)])
        if (events === undefined) return
        expect(events.t.length).toBeLessThanOrEqual(whole.t.length)
        for (const key of ['t', 'x', 'y', 'p'] as const) expect(events[key].every((value, k) => value === whole[key][k])).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('changed, missing and inserted bytes: nothing but a DecodeError, the same wherever cut, and the events before are kept', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), at: fc.nat(bytes.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
      fc.record({ kind: fc.constant('insert' as const), at: fc.nat(bytes.length), bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }) }),
      fc.record({
        kind: fc.constant('remove' as const),
        at: fc.nat(bytes.length - 1),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }),
      }),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(bytes.length), { maxLength: 5 }), (changes, cuts) => {
        let damaged = bytes
        for (const { kind, at, bytes: part } of changes) {
          const rest = kind === 'insert' ? at : at + part.length
          damaged = join(damaged.subarray(0, at), kind === 'remove' ? new Uint8Array(0) : part, damaged.subarray(rest))
        }
        const events = survive(codec, [damaged])
        const pieces = survive(codec, cutAt(damaged, cuts))
        expect(pieces === undefined).toBe(events === undefined)
        if (events !== undefined && pieces !== undefined) expect(same(events, pieces)).toBe(true)
        const first = Math.min(...changes.map(({ at }) => at))
        if (first < header || events === undefined) return
        const intact = survive(codec, [bytes.subarray(0, first)])
        // the last event may be complete by chance; and a packet counts when it is whole
        const certain = ends ? 30 * ends.filter((end) => end <= first).length : (intact?.t.length ?? 0) - 1
        for (let k = 0; k < certain; k++)
          if (events.t[k] !== intact!.t[k] || events.x[k] !== intact!.x[k]) throw new Error(`event ${k} of ${certain} is lost`)
      }),
      { numRuns: 300 },
    )
  })

  it('any bytes after a good header: nothing but a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (tail) => {
        survive(codec, [join(bytes.subarray(0, header), tail)])
      }),
      { numRuns: 150 },
    )
  })
})

describe('any bytes at all', () => {
  it.each(codecs.map((codec) => [codec.name, codec] as const))('%s: nothing but a DecodeError', (_, codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        survive(codec, [bytes])
      }),
      { numRuns: 300 },
    )
  })

  it('a megabyte of noise after a header takes little time and memory', () => {
    const noise = new Uint8Array(2 ** 20)
    let state = 1
    for (let k = 0; k < noise.length; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      noise[k] = state >>> 24
    }
    const start = performance.now()
    for (const { codec, bytes, header } of files) survive(codec, cutAt(join(bytes.subarray(0, header), noise), [1000, 300_000]))
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
