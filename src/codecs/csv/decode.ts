/** Events as text: the dialect is found from the first rows, then every row stands for itself (event-formats.md section 11). */

import { DecodeError } from '../../errors.ts'
import type { EventPacket } from '../../events.ts'
import { ByteQueue } from '../byte-queue.ts'
import type { Decoder, DecoderOptions, EventCodec, GeometryOrigin } from '../codec.ts'
import { EventColumns, PACKET_EVENTS } from '../columns.ts'
import { DamageLog, describeBytes } from '../damage.ts'
import { chooseGeometry } from '../geometry.ts'
import { isComment, NEWLINE, P, T, type TimeUnit, X, Y } from './common.ts'
import { SNIFF_BYTES, sniffDialect } from './dialect.ts'
import { RowReader } from './row.ts'

export interface CsvOptions extends DecoderOptions {
  /** Unit of the times. Default: seconds where the first 64 rows have a time with a point or an exponent, else microseconds. */
  readonly timeUnit?: TimeUnit
}

/**
 * CSV and TXT: `t,x,y,p`, or `x,y,p,t` where the polarities show it, or as a header row names the columns; apart by commas, semicolons or
 * blanks; comments after # or %. A row that is no event is damage: logged and passed over. Times in seconds are rounded to microseconds.
 */
export const csv: EventCodec<CsvOptions> = {
  name: 'csv',
  title: 'CSV or text events',
  decoder: (options = {}): Decoder => new CsvDecoder(options),
}

/** Longer lines are no events. */
const MOST_LINE = 4096

class CsvDecoder implements Decoder {
  readonly format = 'csv'
  width = 0
  height = 0
  geometry: GeometryOrigin | undefined
  readonly damage = new DamageLog()
  readonly skipped = new Map<string, number>()

  private readonly options: CsvOptions
  private readonly columns = new EventColumns()
  /** Until the dialect is known. */
  private head: ByteQueue | undefined = new ByteQueue()
  private nextSniff = 256
  private reader: RowReader | undefined
  /** The line that a cut went through. */
  private readonly line = new Uint8Array(MOST_LINE)
  private lineLength = 0
  /** Bytes of a line that is too long, passed over so far. */
  private tooLong = 0
  /** Of the bytes given to `rows`. */
  private offset = 0
  private events = 0

  constructor(options: CsvOptions) {
    this.options = options
  }

  decode(chunk: Uint8Array): EventPacket[] {
    const packets: EventPacket[] = []
    if (this.head === undefined) this.rows(chunk, packets)
    else {
      this.head.push(chunk)
      if (this.head.length >= this.nextSniff) this.sniff(this.head, false, packets)
    }
    return packets
  }

  end(): EventPacket[] {
    const packets: EventPacket[] = []
    if (this.head !== undefined) this.sniff(this.head, true, packets)
    if (this.tooLong > 0) this.passLongLine()
    const { lineLength } = this
    this.lineLength = 0
    if (lineLength > 0) this.row(this.line, 0, lineLength, this.offset - lineLength)
    this.columns.flush(packets, this.width, this.height)
    this.refuseIfNoEvents()
    return packets
  }

  private sniff(head: ByteQueue, final: boolean, packets: EventPacket[]): void {
    const { bytes } = head
    const dialect = sniffDialect(bytes, final, this.options.timeUnit)
    if (dialect === undefined) {
      this.nextSniff = Math.min(bytes.length * 2, SNIFF_BYTES)
      return
    }
    const chosen = chooseGeometry(dialect, this.options)
    this.width = chosen.width
    this.height = chosen.height
    this.geometry = chosen.origin
    this.reader = new RowReader(dialect)
    this.head = undefined
    const start = Math.min(dialect.start, bytes.length)
    this.offset = start
    const end = Math.min(dialect.end, bytes.length)
    this.rows(bytes.subarray(start, end), packets)
    this.refuseIfNoEvents()
    this.rows(bytes.subarray(end), packets)
  }

  /** Text, but nothing to do with events. */
  private refuseIfNoEvents(): void {
    const [place] = this.damage.places
    if (this.events > 0 || place === undefined) return
    throw new DecodeError(`csv: no row holds an event; expected ${place.expected}, found ${place.found}`, {
      format: 'csv',
      offset: place.offset,
    })
  }

  private rows(bytes: Uint8Array, packets: EventPacket[]): void {
    const base = this.offset
    const { length } = bytes
    let i = 0
    if (this.lineLength > 0 || this.tooLong > 0) {
      const newline = bytes.indexOf(NEWLINE)
      const end = newline < 0 ? length : newline
      this.keep(bytes.subarray(0, end))
      this.offset = base + end
      if (newline < 0) return
      if (this.tooLong > 0) this.passLongLine()
      else this.row(this.line, 0, this.lineLength, this.offset - this.lineLength)
      this.lineLength = 0
      i = end + 1
    }
    for (let newline = bytes.indexOf(NEWLINE, i); newline >= 0; newline = bytes.indexOf(NEWLINE, i)) {
      if (newline - i > MOST_LINE) {
        this.offset = base + newline
        this.tooLong = newline - i
        this.passLongLine()
      } else this.row(bytes, i, newline, base + i)
      i = newline + 1
      if (this.columns.length === PACKET_EVENTS) this.columns.flush(packets, this.width, this.height)
    }
    this.keep(bytes.subarray(i))
    this.offset = base + length
    this.columns.flush(packets, this.width, this.height)
  }

  /** Holds part of a line, or only its length once it is too long. */
  private keep(part: Uint8Array): void {
    const total = this.lineLength + this.tooLong + part.length
    if (total > MOST_LINE) {
      this.tooLong = total
      this.lineLength = 0
    } else {
      this.line.set(part, this.lineLength)
      this.lineLength = total
    }
  }

  private passLongLine(): void {
    const lost = this.tooLong
    this.tooLong = 0
    this.damage.resynchronize({
      offset: this.offset - lost,
      expected: `a line of at most ${MOST_LINE} bytes`,
      found: `${lost} bytes`,
      lost,
    })
  }

  private row(bytes: Uint8Array, from: number, to: number, offset: number): void {
    const reader = this.reader!
    if (reader.read(bytes, from, to)) {
      const { columns } = this
      const { values } = reader
      const x = values[X]!
      const y = values[Y]!
      this.events++
      if (x >= this.width || y >= this.height) {
        this.damage.dropped++
        return
      }
      const n = columns.length
      if (n === columns.t.length) columns.reserve(n + 1)
      columns.t[n] = values[T]!
      columns.x[n] = x
      columns.y[n] = y
      columns.p[n] = values[P]!
      columns.length = n + 1
      return
    }
    let i = from
    while (i < to && bytes[i]! <= 0x20) i++
    if (i === to || isComment(bytes[i])) return
    const found = (): string => describeBytes(bytes.subarray(i, to), 48)
    this.damage.resynchronize((lost) => ({ offset, expected: 'a row with t, x, y and polarity', found: found(), lost }), to - from + 1)
  }
}
