import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../src/codecs/formats.ts'
import { DecodeError } from '../../src/errors.ts'
import { ascii, fixture, hasShared, hex, join, shared } from './support.ts'

const name = (bytes: Uint8Array): string => detectFormat(bytes).name

describe('detectFormat', () => {
  it.each([
    ['davis346-lz4.aedat4', 'aedat4'],
    ['faery-evt3.raw', 'evt3'],
    ['faery-cd.dat', 'dat'],
    ['event-stream-dvs.es', 'es'],
    ['event-stream-atis.es', 'es'],
  ])('%s is %s, from its first 4096 bytes', (file, format) => expect(name(fixture(file).subarray(0, 4096))).toBe(format))

  it.each([
    ['0,1,2,1\n', 'csv'],
    ['t,x,y,p\n', 'csv'],
    ['# made by hand\n0.5 1 2 1\n', 'csv'],
    ['%geometry:640,480\n1,2,1,3\n', 'csv'],
    ['% a comment\n0.5 1 2 1\n', 'csv'],
    ['% Data file containing CD events.\n% Version 2\n\x0c\x08', 'dat'],
    ['% system_ID 48\n\x00\x80', 'evt3'],
    ['% evt 3.0\n', 'evt3'],
    ['% evt 3.0\n% end\n%\x80', 'evt3'],
  ])('%j is %s', (text, format) => expect(name(ascii(text))).toBe(format))

  it.each([
    ['% evt 2.0\n\x00', 'EVT2'],
    ['% format EVT21;height=720;width=1280\n', 'EVT2.1'],
    ['% evt 4.0\n', 'EVT4'],
    ['#!AER-DAT3.1\r\n', 'AEDAT 3'],
    ['#!AER-DAT2.0\r\n', 'AEDAT 2'],
    ['\x89HDF\r\n\x1a\n', 'HDF5'],
    ['\x93NUMPY', 'NumPy'],
    ['PK\x03\x04', 'zip'],
    ['\x1f\x8b\x08', 'gzip'],
  ])('%j is refused by its name', (text, title) => {
    expect(() => name(ascii(text))).toThrow(DecodeError)
    expect(() => name(ascii(text))).toThrow(title)
  })

  it('unknown bytes: what was found, and what is known', () => {
    expect(() => name(hex('00deadbeef'))).toThrow(
      /00 de ad be ef.*Known formats: AEDAT 4, Prophesee RAW EVT3, Prophesee DAT, Event Stream.*CSV/s,
    )
    expect(() => name(new Uint8Array(0))).toThrow(/no bytes/)
    expect(() => name(ascii('{}'))).toThrow(DecodeError)
  })

  it('binary bytes after a line of percent are not taken for text', () => {
    expect(() => name(join(ascii('% nothing known\n'), hex('00010203')))).toThrow(DecodeError)
  })

  describe.skipIf(!hasShared('ncars.dat'))('recordings outside the repository (skipped where ../shared is absent)', () => {
    it.each([
      ['dvs.es', 'es'],
      ['dvxplorer.aedat4', 'aedat4'],
      ['ncars.dat', 'dat'],
      ['gen41-evt3.raw', 'evt3'],
      ['sample.csv', 'csv'],
      ['synthetic/faery.csv', 'csv'],
    ])('%s is %s', (file, format) => expect(name(shared(file))).toBe(format))
    it.each([
      ['synthetic/faery-evt2.raw', 'EVT2,'],
      ['synthetic/evt21-vectors.raw', 'EVT2.1,'],
      ['synthetic/metavision-ecf.hdf5', 'HDF5'],
    ])('%s is refused as %s', (file, title) => expect(() => name(shared(file))).toThrow(title))
  })
})
