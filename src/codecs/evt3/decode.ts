/**
 * EVT 3.0: 16-bit words over a state of row, vector base, polarity and time, all of which survive any cut of the bytes
 * (event-formats.md section 7, traps a to i).
 */

import { DecodeError } from '../../errors.ts'
import type { EventPacket } from '../../events.ts'
import type { Decoder, DecoderOptions, EventCodec, GeometryOrigin } from '../codec.ts'
import { EventColumns, PACKET_EVENTS } from '../columns.ts'
import { DamageLog } from '../damage.ts'
import { chooseGeometry } from '../geometry.ts'
import { readRawHeader } from '../raw-header.ts'
import { TextHeader } from '../text-header.ts'
import {
  CONTINUED_12,
  CONTINUED_4,
  EXT_TRIGGER,
  LOOP_FALL,
  LOOP_US,
  OTHERS,
  TIME_HIGH,
  TIME_LOW,
  VECT_12,
  VECT_8,
  VECT_BASE_X,
} from './common.ts'

/** No row yet: beyond every sensor, so that the test of the row also refuses what comes before the first ADDR_Y. */
const NO_ROW = 0x10000

/**
 * Prophesee RAW with EVT 3.0 words. Events before the first TIME_HIGH and the first ADDR_Y have no time or row and are dropped and
 * counted, as are events outside the sensor. Small steps of time backwards occur in real files and are kept as stored.
 */
export const evt3: EventCodec = {
  name: 'evt3',
  title: 'Prophesee RAW EVT3',
  decoder: (options = {}): Decoder => new Evt3Decoder(options),
}

class Evt3Decoder implements Decoder {
  readonly format = 'evt3'
  width = 0
  height = 0
  geometry: GeometryOrigin | undefined
  readonly damage = new DamageLog()
  readonly skipped = new Map<string, number>()

  private readonly options: DecoderOptions
  private readonly header = new TextHeader('% ', 'evt3')
  private readonly columns = new EventColumns()
  /** Bytes of words decoded so far, header included. */
  private offset = 0
  /** First byte of a word whose second has not come. */
  private half = -1
  /** Rows that exist: none before the first TIME_HIGH. */
  private rows = 0
  private y = NO_ROW
  private base = 0
  private vectorPolarity = 0
  private high = -1
  /** Time of the whole loops so far, `t0` of the header included. */
  private loops = 0
  private now = 0

  constructor(options: DecoderOptions) {
    this.options = options
  }

  decode(chunk: Uint8Array): EventPacket[] {
    const packets: EventPacket[] = []
    let bytes = chunk
    if (!this.header.done) {
      const rest = this.header.push(chunk)
      if (rest === undefined) return packets
      this.open()
      bytes = rest
    }
    this.words(bytes, packets)
    return packets
  }

  end(): EventPacket[] {
    const packets: EventPacket[] = []
    if (!this.header.done) {
      const rest = this.header.end()
      this.open()
      this.words(rest, packets)
    }
    if (this.half >= 0) this.damage.truncate({ offset: this.offset, expected: 'a 16-bit word', found: 'one byte, then the end', lost: 1 })
    this.half = -1
    return packets
  }

  private open(): void {
    const header = readRawHeader(this.header.values)
    if (header.format !== undefined && header.format !== 'evt3')
      throw new DecodeError(`evt3: the header says ${header.format.toUpperCase()}, which this decoder does not read`, {
        format: header.format,
        offset: 0,
      })
    const { width, height, origin } = chooseGeometry(header, this.options)
    this.width = width
    this.height = height
    this.geometry = origin
    this.loops = header.t0
    this.offset = this.header.length
  }

  private words(bytes: Uint8Array, packets: EventPacket[]): void {
    let from = 0
    if (this.half >= 0 && bytes.length > 0) {
      this.run(new Uint8Array([this.half, bytes[0]!]), 0, 2, packets)
      this.half = -1
      from = 1
    }
    const to = bytes.length - ((bytes.length - from) & 1)
    this.run(bytes, from, to, packets)
    if (to < bytes.length) this.half = bytes[to]!
    this.columns.flush(packets, this.width, this.height)
  }

  /** Whole words from `from` to `to`. */
  private run(bytes: Uint8Array, from: number, to: number, packets: EventPacket[]): void {
    const { columns, width, height } = this
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const start = this.offset - from
    let { y, base, vectorPolarity, high, loops, now, rows } = this
    let outside = 0
    let triggers = 0
    let i = from
    while (i < to) {
      // a word gives at most 12 events, and one is written in advance
      columns.reserve(Math.max(Math.min((to - i) * 2, PACKET_EVENTS), 13))
      const { t, x: xs, y: ys, p } = columns
      const limit = t.length - 13
      let n = columns.length
      while (i < to && n <= limit) {
        const word = view.getUint16(i, true)
        i += 2
        if ((word & 0xd000) === 0) {
          // ADDR_Y and ADDR_X, most words, in no order that a processor can guess: both without a branch. The event is written in any case and
          // counts if the word is ADDR_X and the place is inside, that is if both differences are negative
          const value = word & 0x7ff
          const isX = (word >> 13) & 1
          y = (y & -isX) | (value & (isX - 1))
          t[n] = now
          xs[n] = value
          ys[n] = y
          p[n] = (word >> 11) & 1
          const inside = ((value - width) & (y - rows)) >>> 31
          n += isX & inside
          outside += isX & ~inside
          continue
        }
        switch (word >> 12) {
          case VECT_BASE_X:
            base = word & 0x7ff
            vectorPolarity = (word >> 11) & 1
            break
          case VECT_12:
          case VECT_8: {
            const size = word >> 12 === VECT_12 ? 12 : 8
            let mask = word & ((1 << size) - 1)
            while (mask !== 0) {
              const x = base + (31 - Math.clz32(mask & -mask))
              mask &= mask - 1
              if (x < width && y < rows) {
                t[n] = now
                xs[n] = x
                ys[n] = y
                p[n] = vectorPolarity
                n++
              } else outside++
            }
            base += size
            break
          }
          case TIME_LOW:
            if (rows > 0) now = loops + high * 4096 + (word & 0xfff)
            break
          case TIME_HIGH: {
            const next = word & 0xfff
            if (next === high) break // repeated every 16 us: must not reset the low part
            if (high - next >= LOOP_FALL) loops += LOOP_US
            high = next
            now = loops + high * 4096
            rows = height
            break
          }
          case EXT_TRIGGER:
            triggers++
            break
          case OTHERS:
          case CONTINUED_4:
          case CONTINUED_12:
            break
          default:
            this.unknown(start + i - 2, word)
        }
      }
      columns.length = n
      if (n > limit && t.length === PACKET_EVENTS) columns.flush(packets, width, height)
    }
    this.y = y
    this.base = base
    this.vectorPolarity = vectorPolarity
    this.high = high
    this.loops = loops
    this.now = now
    this.rows = rows
    this.offset = start + to
    this.damage.dropped += outside
    if (triggers > 0) this.skipped.set('trigger', (this.skipped.get('trigger') ?? 0) + triggers)
  }

  private unknown(offset: number, word: number): void {
    const found = (): string => `0x${word.toString(16).padStart(4, '0')} of unknown kind`
    this.damage.resynchronize((lost) => ({ offset, expected: 'an EVT3 word', found: found(), lost }), 2)
  }
}
