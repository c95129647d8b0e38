import { describe, expect, it } from 'vitest'
import { dat } from '../../src/codecs/dat/decode.ts'
import { es } from '../../src/codecs/es/decode.ts'
import { DecodeError } from '../../src/errors.ts'
import { ascii, decodeAll, hex, join, rows } from './support.ts'

describe('DAT', () => {
  const file = (header: string, records: string): Uint8Array => join(ascii(header), hex(records))

  it('the vector of event-formats.md section 9', () => {
    const { decoder, events } = decodeAll(dat, file('% Version 2\n% Height 720\n% Width 1280\n', '0C08 E8030000 0A000510'))
    expect(rows(events)).toEqual([[1000, 10, 20, 1]])
    expect([decoder.width, decoder.height, decoder.geometry]).toEqual([1280, 720, 'file'])
  })

  it('version 1: 9 bits of x, 8 of y', () => {
    // x 300, y 200, p 1: 300 | 200 << 9 | 1 << 17
    const word = new Uint8Array(Uint32Array.of(77, 300 | (200 << 9) | (1 << 17)).buffer)
    for (const header of ['% Data file\n', '% Version 1\n'])
      expect(rows(decodeAll(dat, join(ascii(header), hex('0008'), word)).events)).toEqual([[77, 300, 200, 1]])
  })

  it('the 32-bit time wraps where it falls by more than half; smaller falls are kept as stored', () => {
    const record = (t: number): Uint8Array => new Uint8Array(Uint32Array.of(t, 0).buffer)
    const times = [4294967290, 5, 3, 4294967295, 1]
    const { events } = decodeAll(dat, join(ascii('% Version 2\n'), hex('0c08'), ...times.map(record)))
    expect([...events.t]).toEqual([4294967290, 2 ** 32 + 5, 2 ** 32 + 3, 2 ** 32 + 4294967295, 2 ** 33 + 1])
  })

  it('T0 is added', () =>
    expect(rows(decodeAll(dat, file('% Version 2\n% T0 5000\n', '0C08 E8030000 0A000510')).events)).toEqual([[6000, 10, 20, 1]]))
  it('events outside the sensor are dropped and counted', () => {
    const { decoder, events } = decodeAll(dat, file('% Version 2\n% Height 20\n% Width 11\n', '0C08 E8030000 0A000510 E8030000 0A40 0410'))
    expect(rows(events)).toEqual([[1000, 10, 17, 1]])
    expect(decoder.damage.dropped).toBe(1)
  })
  it('a cut record is reported with its offset', () => {
    const { decoder } = decodeAll(dat, file('% Version 2\n', '0C08 E8030000 0A000510 E803'))
    expect(decoder.damage).toMatchObject({ dropped: 1, places: [{ offset: 22, lost: 2 }] })
  })
  it.each([
    ['triggers', '% Version 2\n', '0e08', /triggers/],
    ['an unknown kind', '% Version 2\n', '0b08', /0b 08/],
    ['another record size', '% Version 2\n', '0c10', /0c 10/],
    ['another version', '% Version 3\n', '0c08', /version 3/],
    ['no records', '% Version 2\n', '0c', /ends before/],
  ])('refuses %s', (_, header, body, message) => {
    expect(() => decodeAll(dat, file(header, body))).toThrow(DecodeError)
    expect(() => decodeAll(dat, file(header, body))).toThrow(message)
  })
})

describe('Event Stream', () => {
  const dvs = hex('4576656E742053747265616D 020000 01 0400 0300 0B 0100 0200 FF 06 0300 0000')

  it('the vector of event-formats.md section 10, y flipped to the image or as stored', () => {
    expect(rows(decodeAll(es, dvs).events)).toEqual([
      [5, 1, 0, 1],
      [135, 3, 2, 0],
    ])
    expect([...decodeAll(es, dvs, { y: 'file' } as object).events.y]).toEqual([2, 0])
  })

  it('ATIS: overflow of 63 times 1 to 3, exposures skipped and counted', () => {
    const bytes = join(ascii('Event Stream'), hex('020000 02 0400 0300  ff fd fc 0a 0100 0200  05 0100 0000  02 0000 0000'))
    const { decoder, events } = decodeAll(es, bytes)
    expect(rows(events)).toEqual([
      [63 * 4 + 2, 1, 0, 1],
      [63 * 4 + 3, 0, 2, 1],
    ])
    expect(decoder.skipped.get('exposure')).toBe(1)
  })

  it('reset marks change nothing; events outside are dropped and counted', () => {
    const { decoder, events } = decodeAll(es, join(dvs, hex('fe fe 02 0400 0000 02 0000 0300 03 0000 0000')))
    expect(rows(events).at(-1)).toEqual([138, 0, 2, 1])
    expect(decoder.damage).toMatchObject({ dropped: 2, resynchronized: 0 })
  })

  it('a cut event is reported with its offset', () => {
    expect(decodeAll(es, dvs.subarray(0, dvs.length - 1)).decoder.damage).toMatchObject({ dropped: 1, places: [{ offset: 26, lost: 4 }] })
  })

  it.each([
    ['colour', '020000 04 0400 0300', /colour/],
    ['generic', '020000 00', /generic/],
    ['an unknown kind', '020000 09 0400 0300', /unknown \(9\)/],
    ['version 1', '010203 01 0400 0300', /1\.2\.3/],
    ['a header that is cut', '020000 01 0400', /inside its header/],
    ['nearly no header', '02', /inside its header/],
  ])('refuses %s', (_, body, message) => {
    expect(() => decodeAll(es, join(ascii('Event Stream'), hex(body)))).toThrow(message)
  })
})
