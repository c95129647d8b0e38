import { describe, expect, it } from 'vitest'
import { evt3 } from '../../src/codecs/evt3/decode.ts'
import { readRawHeader } from '../../src/codecs/raw-header.ts'
import { DecodeError } from '../../src/errors.ts'
import { ascii, concat, decodeAll, decodePieces, hex, join, rows } from './support.ts'

const words = (text: string): Uint8Array =>
  new Uint8Array(Uint16Array.from(text.trim().split(/\s+/), (word) => Number.parseInt(word, 16)).buffer)
const decode = (text: string, header = ''): number[][] => rows(decodeAll(evt3, join(ascii(header), words(text))).events)

describe('EVT3 words', () => {
  it('the vector of event-formats.md section 7', () => {
    const text = '8001 6010 0064 2805 3014 4003 4800 5081 A001 6020 0065 2006 6018 8FFF 6001 2007 8000 6000 2808'
    expect(decode(text)).toEqual([
      [4112, 5, 100, 1],
      [4112, 20, 100, 0],
      [4112, 21, 100, 0],
      [4112, 43, 100, 0],
      [4112, 44, 100, 0],
      [4112, 51, 100, 0],
      [4128, 6, 101, 0],
      [16773121, 7, 101, 0],
      [16777216, 8, 101, 1],
    ])
    expect(decodeAll(evt3, words(text)).decoder.skipped.get('trigger')).toBe(1)
  })

  it('a backward step of the low time is no wrap, and is kept as stored', () => {
    expect(decode('8001 0001 632B 2000 6320 2000').map(([t]) => t)).toEqual([4096 + 811, 4096 + 800])
  })

  it('a repeated TIME_HIGH keeps the low time, a changed one clears it', () => {
    expect(decode('8001 6005 0000 2000 8001 2000 8002 2000').map(([t]) => t)).toEqual([4101, 4101, 8192])
  })

  it('starts at any TIME_HIGH, also one in the upper half', () => {
    expect(decode('8FFE 0000 2000')).toEqual([[0xffe * 4096, 0, 0, 0]])
  })

  it('a loop is a fall of at least 2048, a smaller one is none', () => {
    expect(decode('8800 0000 2000 8001 2000 8000 2000 8801 2000').map(([t]) => t)).toEqual([2048 * 4096, 4096, 0, 2049 * 4096])
    expect(decode('8801 0000 2000 8001 2000').map(([t]) => t)).toEqual([2049 * 4096, 2 ** 24 + 4096])
  })

  it('events before the first TIME_HIGH or ADDR_Y are dropped and counted, never stamped 0', () => {
    const { decoder, events } = decodeAll(evt3, words('6010 2005 0003 2006 3000 4007 8001 2007'))
    expect(rows(events)).toEqual([[4096, 7, 3, 0]])
    expect(decoder.damage.dropped).toBe(5)
    expect(decodeAll(evt3, words('8001 2007 0001 2008')).events.x).toEqual(Uint16Array.of(8))
  })

  it('the vector base survives rows and times, and moves by 12 and 8', () => {
    expect(decode('8001 0001 3800 4001 0002 6001 5001 6002 4001')).toEqual([
      [4096, 0, 1, 1],
      [4097, 12, 2, 1],
      [4098, 20, 2, 1],
    ])
  })

  it('mask bits beyond the width and rows beyond the height are dropped and counted', () => {
    const header = '% evt 3.0\n% geometry 32x16\n'
    const { decoder, events } = decodeAll(evt3, join(ascii(header), words('8000 000F 3018 4FFF 0010 2001 3000 4003')))
    expect([...events.x]).toEqual([24, 25, 26, 27, 28, 29, 30, 31])
    expect(decoder.damage.dropped).toBe(4 + 1 + 2)
  })

  it('counters and continued words are passed over; unknown words are logged', () => {
    const { decoder, events } = decodeAll(evt3, words('8001 0001 E014 F123 7004 B000 2001'))
    expect(events.x.length).toBe(1)
    expect(decoder.damage.places).toMatchObject([{ offset: 10, found: '0xb000 of unknown kind', lost: 2 }])
  })

  it('an odd byte at the end is a cut tail', () => {
    const { decoder } = decodeAll(evt3, join(words('8001 0001 2001'), hex('05')))
    expect(decoder.damage).toMatchObject({ dropped: 1, resynchronized: 0, places: [{ offset: 6, lost: 1 }] })
  })

  it('many events leave in packets of at most 65536', () => {
    const { packets } = decodeAll(evt3, join(words('8001 0001'), ...Array.from({ length: 20000 }, () => words('3000 4FFF'))))
    expect(packets.reduce((sum, packet) => sum + packet.t.length, 0)).toBe(240000)
    expect(Math.max(...packets.map((packet) => packet.t.length))).toBeLessThanOrEqual(65536)
  })
})

describe('RAW headers', () => {
  const values = (text: string): ReturnType<typeof readRawHeader> =>
    readRawHeader(
      new Map(
        text.split('\n').map((line) => [line.slice(0, line.indexOf(' ')).toLowerCase(), line.slice(line.indexOf(' ') + 1).trim()] as const),
      ),
    )

  it.each([
    ['format EVT3;height=720;width=1280', 'evt3', 1280, 720],
    ['format EVT21;height=480;width=640', 'evt2.1', 640, 480],
    ['evt 2.0\ngeometry 640x480', 'evt2', 640, 480],
    ['evt 3.0\nwidth 320\nheight 320', 'evt3', 320, 320],
    ['system_ID 48', 'evt3', 1280, 720],
    ['system_ID 40', 'evt3', 640, 480],
    ['system_ID 21', 'evt2', 640, 480],
    ['system_ID 55', 'evt2.1', 1280, 720],
    ['evt 3.0\nplugin_name hal_plugin_gen31', 'evt3', 640, 480],
    ['evt 3.0\nplugin_name hal_plugin_imx636_evk4', 'evt3', 1280, 720],
    ['format EVT2\nevt 3.0', 'evt2', undefined, undefined],
    ['Date 2020', undefined, undefined, undefined],
  ])('%j', (text, format, width, height) => {
    const header = values(text)
    expect([header.format, header.width, header.height]).toEqual([format, width, height])
  })

  it('knows the exchanged halves of old EVT2.1', () => {
    expect(values('system_ID 55').legacyWords).toBe(true)
    expect(values('format EVT21;endianness=legacy').legacyWords).toBe(true)
    expect(values('format EVT21;endianness=little\nsystem_ID 55').legacyWords).toBe(false)
    expect(values('format EVT3').legacyWords).toBe(false)
  })

  it('t0 is added to every time', () => expect(decode('8001 0001 2001', '% evt 3.0\n% t0 1000000\n')).toEqual([[1004096, 1, 1, 0]]))
  it('CRLF, and "% end"', () => expect(decode('8001 0001 2001', '% evt 3.0\r\n% geometry 8x8\r\n% end\r\n')).toEqual([[4096, 1, 1, 0]]))
  it('after "% end" come data, even if they look like a header line', () => {
    // 0x2025: ADDR_X 37, bytes 25 20
    expect(decode('2025 8001 0001 2001', '% evt 3.0\n% end\n')).toEqual([[4096, 1, 1, 0]])
  })
  it('without "% end", a first data byte 0x25 is data', () => {
    // 0x8025: TIME_HIGH 37, bytes 25 80
    const bytes = join(ascii('% evt 3.0\n'), words('8025 0001 2001'))
    expect(rows(decodeAll(evt3, bytes).events)).toEqual([[37 * 4096, 1, 1, 0]])
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(rows(concat(decodePieces(evt3.decoder(), [bytes.subarray(0, cut), bytes.subarray(cut)])))).toEqual([[37 * 4096, 1, 1, 0]])
  })
  it('the size: from the file, else the caller, else 1280x720', () => {
    const size = (header: string, options = {}): unknown[] => {
      const { width, height, geometry } = decodeAll(evt3, join(ascii(header), words('8001')), options).decoder
      return [width, height, geometry]
    }
    expect(size('% evt 3.0\n')).toEqual([1280, 720, 'assumed'])
    expect(size('% evt 3.0\n', { width: 320, height: 200 })).toEqual([320, 200, 'option'])
    expect(size('% evt 3.0\n% geometry 640x480\n', { width: 320, height: 200 })).toEqual([640, 480, 'file'])
    expect(size('% evt 3.0\n% geometry 0x480\n')).toEqual([1280, 720, 'assumed'])
  })
  it('a header that never ends is refused before it fills the memory', () => {
    expect(() => decodeAll(evt3, ascii(`% ${'x'.repeat(70000)}`))).toThrow(DecodeError)
  })
  it('another word format is refused by name', () => expect(() => decode('8001', '% evt 2.0\n')).toThrow(/EVT2/))
})
