import { describe, expect, it } from 'vitest'
import { csv } from '../../src/codecs/csv/decode.ts'
import { dat } from '../../src/codecs/dat/decode.ts'
import { DecodeError } from '../../src/errors.ts'
import { ascii, decodeAll, digests, fixture, rows } from './support.ts'

const decode = (text: string, options: object = {}): ReturnType<typeof decodeAll> => decodeAll(csv, ascii(text), options)
const three = [
  [1000, 10, 20, 1],
  [1007, 11, 21, 0],
  [2000, 300, 5, 1],
]

describe('CSV and TXT dialects (event-formats.md section 11)', () => {
  it.each([
    ['AEStream', '1000,10,20,1\n1007,11,21,0\n2000,300,5,1\n'],
    ['Faery', 't,x@346,y@260,on\r\n1000,10,20,1\r\n1007,11,21,0\r\n2000,300,5,1\r\n'],
    ['evlib', '# comment\n0.001 10 20 1\n0.001007 11 21 -1\n0.002 300 5 1\n'],
    ['Prophesee raw_to_csv', '%geometry:640,480\n10,20,1,1000\n11,21,0,1007\n300,5,1,2000\n'],
    ['Prophesee without its comment', '10,20,1,1000\n11,21,0,1007\n300,5,1,2000\n'],
    ['UZH', '0.001000000 10 20 1\n0.001007000 11 21 0\n0.002000000 300 5 1\n'],
    ['E2VID, with the size first', '346 260\n0.001 10 20 1\n0.001007 11 21 0\n0.002 300 5 1\n'],
    ['tabs, true and false', '1000\t10\t20\ttrue\n1007\t11\t21\tFalse\n2000\t300\t5\tTRUE\n'],
    ['semicolons with blanks', '1000 ; 10 ; 20 ; 1\n1007;11;21;0;\n 2000; 300;5 ;1 '],
    [
      'names in any order, with others between',
      '"id","polarity","y","x","timestamp","note"\n1,1,20,10,1000,a\n2,0,21,11,1007,b c\n3,1,5,300,2000,c\n',
    ],
    ['names without sense: by position', 'a,b,c,d\n1000,10,20,1\n1007,11,21,0\n2000,300,5,1\n'],
    ['exponents', '1e-3 10 20 1\n1.007E-3 11 21 0\n2e-3 300 5 1\n'],
    ['coordinates with a point', '0.001 10.0 20.0 1.0\n0.001007 11.0 21.0 0.0\n0.002 300. 5. 1.\n'],
    ['empty lines, no last line end', '\n\n1000,10,20,1\n\n1007,11,21,0\n   \n2000,300,5,1'],
  ])('%s', (_, text) => {
    const { decoder, events } = decode(text)
    expect(rows(events)).toEqual(three)
    expect(decoder.damage).toMatchObject({ places: [], dropped: 0 })
  })

  it('the size: from the file, else the caller, else 1280x720', () => {
    const size = (text: string, options: object = {}): unknown[] => {
      const { width, height, geometry } = decode(text, options).decoder
      return [width, height, geometry]
    }
    expect(size('t,x@346,y@260,on\n1,2,3,1\n')).toEqual([346, 260, 'file'])
    expect(size('%geometry:640,480\n1,2,1,3\n')).toEqual([640, 480, 'file'])
    expect(size('346 260\n0.1 2 3 1\n')).toEqual([346, 260, 'file'])
    expect(size('1,2,3,1\n', { width: 9, height: 8 })).toEqual([9, 8, 'option'])
    expect(size('1,2,3,1\n')).toEqual([1280, 720, 'assumed'])
    expect(size('t,x@99999,y@2,on\n1,2,3,1\n')).toEqual([1280, 720, 'assumed'])
  })

  it('seconds of today keep every microsecond', () => {
    expect([...decode('1468939993.063982000 1 2 1\n1700000000.1234564 1 2 1\n1700000000.1234565 1 2 1\n').events.t]).toEqual([
      1468939993063982, 1700000000123456, 1700000000123457,
    ])
  })

  it('a caller may say the unit', () => {
    expect([...decode('1500,1,2,1\n', { timeUnit: 'ns' }).events.t]).toEqual([1.5])
    expect([...decode('1.5,1,2,1\n', { timeUnit: 'ms' }).events.t]).toEqual([1500])
    expect([...decode('12.5,1,2,1\n', { timeUnit: 'us' }).events.t]).toEqual([12.5])
    expect([...decode('2,1,2,1\n', { timeUnit: 's' }).events.t]).toEqual([2e6])
  })

  it('a negative time and a time that steps back are kept as stored', () => {
    expect([...decode('-5,1,2,1\n10,1,2,1\n9,1,2,1\n').events.t]).toEqual([-5, 10, 9])
  })

  it('a row that is no event is logged with its offset and passed over', () => {
    const { decoder, events } = decode(
      '1,2,3,1\nhello,2,3,1\n2,2,3\n3,-2,3,1\n4,2,70000,1\n5,2,3,2\n6,2.5,3,1\n7,2,3,1,9\n8,2,3,1\n9,,3,1\n',
    )
    expect([...events.t]).toEqual([1, 8])
    expect(decoder.damage.resynchronized).toBe(8)
    expect(decoder.damage.places[0]).toMatchObject({ offset: 8, lost: 12, found: expect.stringContaining('hello') })
  })

  it('events outside the sensor are dropped and counted', () => {
    expect(decode('t,x@4,y@4,on\n1,4,0,1\n2,0,4,1\n3,3,3,1\n').decoder.damage).toMatchObject({ dropped: 2, resynchronized: 0 })
  })

  it('a line without end does not fill the memory', () => {
    const { decoder, events } = decode(`1,2,3,1\n${'7'.repeat(100_000)}\n2,2,3,1\n`)
    expect([...events.t]).toEqual([1, 2])
    expect(decoder.damage.places).toMatchObject([{ offset: 8, lost: 100_000 }])
  })

  it('text without events is refused with what was found', () => {
    expect(() => decode('dear reader,\nthese are 2 lines\n')).toThrow(DecodeError)
    expect(() => decode('dear reader,\nthese are 2 lines\n')).toThrow(/these are 2 lines/)
  })

  it('a header row, or comments, alone hold no events', () => {
    expect(decode('t,x,y,p\n').packets).toEqual([])
    expect(decode('# nothing\n').packets).toEqual([])
  })

  it('a whole recording as text gives the same events, in every dialect', () => {
    const { events } = decodeAll(dat, fixture('faery-cd.dat'))
    const text = (row: (t: number, x: number, y: number, p: number) => string): string =>
      rows(events)
        .map(([t, x, y, p]) => row(t!, x!, y!, p!))
        .join('\n')
    const options = { width: 640, height: 480 }
    for (const written of [
      text((t, x, y, p) => `${t},${x},${y},${p}`),
      text((t, x, y, p) => `${x},${y},${p},${t}`),
      text((t, x, y, p) => `${(t / 1e6).toFixed(6)} ${x} ${y} ${p === 1 ? 1 : -1}`),
    ])
      expect(digests(decode(written, options).events)).toEqual(digests(events))
  })
})
