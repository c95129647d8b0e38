/** Text that makes careless regular expressions run for hours. Each of these must end at once. */

import { describe, expect, it } from 'vitest'
import { aedat4 } from '../../src/codecs/aedat4/decode.ts'
import { csv } from '../../src/codecs/csv/decode.ts'
import { evt3 } from '../../src/codecs/evt3/decode.ts'
import type { EventCodec } from '../../src/codecs/codec.ts'
import { detectFormat } from '../../src/codecs/formats.ts'
import { ascii, hex, join } from './support.ts'

const header = (xml: string): Uint8Array => {
  const text = ascii(xml)
  const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
  const fixed = join(
    hex('18000000'),
    ascii('IOHE'),
    hex('000000000000 0a00 1400 0400 0c00 0800 0a000000 00000000 0c000000 ffffffffffffffff'),
  )
  const body = join(fixed, u32(text.length), text, hex('00'))
  return join(ascii('#!AER-DAT4.0\r\n'), u32(body.length), body)
}

const long = 60_000
const texts: readonly [string, EventCodec, Uint8Array][] = [
  ['digits that end in a letter', csv, ascii(`${'1'.repeat(long)}x,2,3,1\n`)],
  ['one cell of 60000 digits and points', csv, ascii(`1,2,3,1\n${'1.'.repeat(long / 2)}\n`)],
  ['blanks without end', csv, ascii(`# geometry${' '.repeat(long)}x\n${' '.repeat(long)},\n1,2,3,1\n`)],
  ['separators without end', csv, ascii(`${',; '.repeat(long / 3)}\n1,2,3,1\n`)],
  ['a header row of 30000 names', csv, ascii(`${'q,'.repeat(long / 2)}t\n1,2,3,1\n`)],
  ['a header row of 30000 times t', csv, ascii(`${'t,'.repeat(long / 2)}x\n1,2,3,1\n`)],
  ['60000 empty lines', csv, ascii(`${'\n'.repeat(long)}1,2,3,1\n`)],
  ['a key and carriage returns', evt3, ascii(`% ${'a'.repeat(long)}\rb\rc\n`)],
  ['carriage returns', evt3, ascii(`% a${'\r'.repeat(long)}b\n`)],
  ['half a million nodes that do not end', aedat4, header('<node '.repeat(500_000))],
  ['half a million nodes in one another', aedat4, header(`<node name="outInfo">${'<node name="0"><attr key="a">b'.repeat(100_000)}`)],
  [
    'a hundred thousand streams',
    aedat4,
    header(`<node name="outInfo">${Array.from({ length: 50_000 }, (_, k) => `<node name="${k}"><attr key="a">b</attr></node>`).join('')}`),
  ],
  ['an attribute that does not end', aedat4, header(`<node name="outInfo"><node name="0"><attr ${'key="'.repeat(500_000)}>`)],
]

describe.each(texts)('%s', (_, codec, bytes) => {
  it.each([
    ['at once', 2 ** 30],
    ['in pieces of 100 bytes', 100],
  ])('%s', (_name, size) => {
    const start = performance.now()
    try {
      detectFormat(bytes.subarray(0, 4096))
      const decoder = codec.decoder()
      for (let from = 0; from < bytes.length; from += size) decoder.decode(bytes.subarray(from, from + size))
      decoder.end()
    } catch (error) {
      expect(error).toMatchObject({ name: 'DecodeError' })
    }
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
