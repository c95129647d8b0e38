/** Whole recordings against the digests of test-data.md and of the README of the synthetic recordings. */

import { describe, expect, it } from 'vitest'
import { aedat4 } from '../../src/codecs/aedat4/decode.ts'
import type { EventCodec } from '../../src/codecs/codec.ts'
import { csv } from '../../src/codecs/csv/decode.ts'
import { dat } from '../../src/codecs/dat/decode.ts'
import { es } from '../../src/codecs/es/decode.ts'
import { evt3 } from '../../src/codecs/evt3/decode.ts'
import { detectFormat } from '../../src/codecs/formats.ts'
import { concat, decodeAll, decodePieces, digests, fixture, hasShared, rows, shared } from './support.ts'

interface Expected {
  readonly file: string
  readonly codec: EventCodec
  readonly options?: object
  readonly size: readonly [number, number]
  readonly count: number
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly on: number
  readonly skipped?: Readonly<Record<string, number>>
  readonly t: string
  readonly x: string
  readonly y: string
  readonly p: string
}

const fixtures: readonly Expected[] = [
  {
    file: 'davis346-lz4.aedat4',
    codec: aedat4,
    size: [346, 260],
    count: 12000,
    first: [1700000000000000, 0, 100, 0],
    last: [1700000000119988, 291, 130, 1],
    on: 7811,
    skipped: { FRME: 3, IMUS: 3, TRIG: 1 },
    t: '84c9cda083a586dae865aed94584d7384b96d66f0fe5cd79c20f66ad',
    x: '4ca1ab3750907a1c8c120b67bd5cda1351f3abd07071ea5eb7d66885',
    y: '034a514622300c5c0b5ef954637bb75e31ebfe97ac5aa3b9b005b353',
    p: '804a00fdbc7bd246c062f7f9d3791c076a1af191ec6ec22187575cbc',
  },
  {
    file: 'faery-evt3.raw',
    codec: evt3,
    size: [1280, 720],
    count: 12000,
    first: [16700000, 0, 35, 1],
    last: [16849976, 17, 308, 1],
    on: 7760,
    t: '54466c995acca347b9366a705961292a083eedf4112b6dfd178b179e',
    x: 'a2026ddfa597d373757eae84a9e964fc6ce68a49641ba8fd215b96ab',
    y: '75b133f107debb91158cf7da56a7181b83a9484b2340ecde33005ca8',
    p: '44b93357c20ca33f02b440be38aa9f086fd661cc31678358ff23920a',
  },
  {
    file: 'faery-cd.dat',
    codec: dat,
    size: [640, 480],
    count: 12000,
    first: [40000, 0, 13, 0],
    last: [189965, 610, 284, 1],
    on: 7804,
    t: '56a0b087faa23e52d709b9f2fa4914730813e6deb475900ea85075d1',
    x: '35603eba6a76b0f99e483b58ab963edaa4bfd07692a01e273aecafa8',
    y: 'bc9b6ac71e0a853981a4b4a5aa70100f6fa4e9b181807c5300e53735',
    p: 'd0c69ab17040cb15639f3f6f76c9754f6ef28f7d64d9162f1e5fcefc',
  },
  {
    file: 'event-stream-dvs.es',
    codec: es,
    size: [346, 260],
    count: 12000,
    first: [0, 0, 248, 1],
    last: [199968, 289, 133, 0],
    on: 7746,
    t: '2b8940a0f4c0b66a05216be70f51246f27913a009224a6674c3b280b',
    x: '8e50766e2835aceb4a458484a07f382e00f22a48dbe510841a8975ab',
    y: 'dda491df500f334a651ee14b7ff6475d1b8dca388bf7824618f353f9',
    p: '817ecebdb3b30681c18a04db65fc15b60b229fe2cb189a890a82c16a',
  },
  {
    file: 'event-stream-atis.es',
    codec: es,
    size: [304, 240],
    count: 4843,
    first: [0, 0, 191, 1],
    last: [99852, 298, 82, 1],
    on: 3169,
    skipped: { exposure: 3157 },
    t: 'e9bacfee585785104be6010d267e3ab68ee7470c47a2a6541f3c6013',
    x: '1aaaf2917b744db6f05f3bcdf778c3cefded321151913a6b0aa10941',
    y: '5eded7f7610ceaa632f763deaa4d884c449a261cd08e702bce693109',
    p: '7cceef456f7a8014477b863ee2870e4364b90cb5332316d5f8210141',
  },
]

const others: readonly Expected[] = [
  {
    file: 'dvs.es',
    codec: es,
    size: [320, 240],
    count: 473225,
    first: [0, 0, 0, 1],
    last: [999000, 38, 193, 1],
    on: 270001,
    t: '6f3f9af2e99d83707fd74fef3486abdd9f2f81680d3c4fcc306b1965',
    x: '976eab4dc499e350481c3f568f71b2713e3ffa944bc1866f31448460',
    y: '6ccc2ff279b4fb7f87b37d128d84da6771df6b40b624bf3cd4e6622a',
    p: '6f3c58f949e7c11c55707d11f739d98669882d551403c79482ab81f9',
  },
  {
    file: 'dvs.es',
    codec: es,
    options: { y: 'file' },
    size: [320, 240],
    count: 473225,
    first: [0, 0, 239, 1],
    last: [999000, 38, 46, 1],
    on: 270001,
    t: '6f3f9af2e99d83707fd74fef3486abdd9f2f81680d3c4fcc306b1965',
    x: '976eab4dc499e350481c3f568f71b2713e3ffa944bc1866f31448460',
    y: '6aa82f1dfddd6948a7359816ad62f7fb2c59d00f803e4128868db87b',
    p: '6f3c58f949e7c11c55707d11f739d98669882d551403c79482ab81f9',
  },
  {
    file: 'dvxplorer.aedat4',
    codec: aedat4,
    size: [320, 240],
    count: 111954,
    first: [1605537493718345, 154, 204, 0],
    last: [1605537494308262, 88, 237, 1],
    on: 55023,
    skipped: { IMUS: 59 },
    t: '62babba75adb644c1a390a129f185ec7dd8e4b5ddf2445773e17b08b',
    x: 'd30db8c4094672ff5dff96b2190efe281c83b9a4ed72a6948b3e26b2',
    y: '9a23d782312d57731e62ef555f6d3ab038500d486214a4decb724596',
    p: '52d62ed5ceee1c03257a1ac4af726ddf0150dc726000a0d404ea01a2',
  },
  {
    file: 'ncars.dat',
    codec: dat,
    size: [1280, 720],
    count: 2009,
    first: [0, 25, 8, 0],
    last: [99952, 75, 28, 1],
    on: 1350,
    t: '74f300669c28de673cc389faf3caca90c82860fc99bf8dbb61dcac3e',
    x: '42cbf031e47ac761360026c73a3b8ed80a68787769872b8b26b6b43c',
    y: 'ed2a32a3eb74f4b1ea773a931ecc09a68c8605906898e75ace2500f9',
    p: '3f839c0797852dd82a8241c6b4da486cce8fa75f4bd4d179e94f5c52',
  },
  {
    file: 'gen41-evt3.raw',
    codec: evt3,
    size: [1280, 720],
    count: 219596,
    first: [11718656, 874, 200, 0],
    last: [11727457, 1218, 572, 1],
    on: 115532,
    t: '40fc435b407b3a72c52fd24338151caa33e59cfc7fa4f2eddee0f857',
    x: 'c88bf5a9cd91ad9dc2782e11659e2bd6cfcd97ae77f4db347ede4d3f',
    y: '2581d0ac206d0b7d9e58a51baf0601c0f7460559b44246fd4aec9b15',
    p: '9966c54546959e2c31e538e9f5c851bfcd059fbf7e913b296775c621',
  },
  {
    file: 'synthetic/faery.csv',
    codec: csv,
    size: [346, 260],
    count: 9000,
    first: [500, 0, 11, 1],
    last: [150491, 81, 90, 1],
    on: 5811,
    t: '9588d285436a1c0678feb8e518d983bf8f5e8cbb20003b8f1f933e93',
    x: 'fd836b72ef0afe32040ec45ff45e6b4ddef1706f8333e52cf94b3797',
    y: 'f0053f8109db0c59e42d2d5cacd64fea9e05183b27b9b83798433a32',
    p: '1a8047435f4552b6a6c157b83cbe601e93e31676aa9982fff1cd8431',
  },
]

function check(bytes: Uint8Array, expected: Expected): void {
  expect(detectFormat(bytes)).toBe(expected.codec)
  const { decoder, events, packets } = decodeAll(expected.codec, bytes, expected.options)
  expect(rows(events)[0]).toEqual(expected.first)
  expect(rows(events).at(-1)).toEqual(expected.last)
  expect(events.t.length).toBe(expected.count)
  expect([decoder.width, decoder.height]).toEqual(expected.size)
  expect([events.width, events.height]).toEqual(expected.size)
  expect(events.p.reduce((sum, p) => sum + p, 0)).toBe(expected.on)
  expect(digests(events)).toEqual({ t: expected.t, x: expected.x, y: expected.y, p: expected.p })
  expect(decoder.damage).toMatchObject({ places: [], dropped: 0, resynchronized: 0 })
  expect(packets.every((packet) => packet.t.length > 0 && packet.t.length <= 65536)).toBe(true)
  if (expected.skipped) expect(Object.fromEntries(decoder.skipped)).toEqual(expected.skipped)

  const pieces = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, k) => bytes.subarray(k * 997, (k + 1) * 997))
  expect(digests(concat(decodePieces(expected.codec.decoder(expected.options), pieces)))).toEqual(digests(events))
}

describe('recordings in this repository', () => {
  it.each(fixtures)('$file', (expected) => check(fixture(expected.file), expected))
})

for (const expected of others) {
  const label = `${expected.file} ${expected.options ? JSON.stringify(expected.options) : ''}`
  describe.skipIf(!hasShared(expected.file))(`recording outside the repository (skipped where ../shared is absent): ${label}`, () => {
    it('has the digests of test-data.md', () => check(shared(expected.file), expected))
  })
}

describe.skipIf(!hasShared('sample.csv'))('recording outside the repository (skipped where ../shared is absent): sample.csv', () => {
  it('holds the events (i, i, i, 0)', () => {
    const { events } = decodeAll(csv, shared('sample.csv'))
    expect(rows(events)).toEqual(Array.from({ length: 100 }, (_, i) => [i, i, i, 0]))
  })
})
