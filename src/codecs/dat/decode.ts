/** DAT, versions 1 and 2 (event-formats.md section 9). */

import { DecodeError } from '../../errors.ts'
import type { EventPacket } from '../../events.ts'
import type { Decoder, DecoderOptions, EventCodec, GeometryOrigin } from '../codec.ts'
import { EventColumns, PACKET_EVENTS } from '../columns.ts'
import { DamageLog, describeBytes } from '../damage.ts'
import { chooseGeometry } from '../geometry.ts'
import { TextHeader, wholeNumber } from '../text-header.ts'
import { KIND_2D, KIND_CD, KIND_TRIGGER, RECORD_BYTES } from './common.ts'

/**
 * Prophesee DAT. The 32-bit time wraps after 71.6 minutes and is unwrapped where it falls by more than half its range. Old files have no
 * `Version` line (read as version 1, as OpenEB does) and no size. Events outside the sensor are dropped and counted.
 */
export const dat: EventCodec = {
  name: 'dat',
  title: 'Prophesee DAT',
  decoder: (options = {}): Decoder => new DatDecoder(options),
}

const WRAP = 2 ** 32

class DatDecoder implements Decoder {
  readonly format = 'dat'
  width = 0
  height = 0
  geometry: GeometryOrigin | undefined
  readonly damage = new DamageLog()
  readonly skipped = new Map<string, number>()

  private readonly options: DecoderOptions
  private readonly header = new TextHeader('%', 'dat')
  private readonly columns = new EventColumns()
  /** Kind and size, then the record that a cut went through. */
  private readonly part = new Uint8Array(RECORD_BYTES)
  private partLength = 0
  private opened = false
  private offset = 0
  private version = 2
  private last = 0
  /** Time of the whole wraps so far, `T0` of the header included. */
  private wraps = 0

  constructor(options: DecoderOptions) {
    this.options = options
  }

  decode(chunk: Uint8Array): EventPacket[] {
    const packets: EventPacket[] = []
    let bytes = chunk
    if (!this.header.done) {
      const rest = this.header.push(chunk)
      if (rest === undefined) return packets
      bytes = rest
    }
    let from = 0
    if (!this.opened) {
      while (this.partLength < 2 && from < bytes.length) this.part[this.partLength++] = bytes[from++]!
      if (this.partLength < 2) return packets
      this.open()
    }
    this.records(bytes, from, packets)
    return packets
  }

  end(): EventPacket[] {
    if (!this.opened) {
      this.header.end()
      throw new DecodeError('dat: the file ends before the two bytes that say which records follow', {
        format: 'dat',
        offset: this.header.length,
      })
    }
    if (this.partLength > 0)
      this.damage.truncate({
        offset: this.offset,
        expected: 'a record of 8 bytes',
        found: `${this.partLength} bytes, then the end`,
        lost: this.partLength,
      })
    this.partLength = 0
    return []
  }

  private open(): void {
    const { values, length } = this.header
    const [kind = 0, size = 0] = this.part
    const refuse = (problem: string): never => {
      throw new DecodeError(`dat: ${problem}`, { format: 'dat', offset: length })
    }
    if (kind === KIND_TRIGGER) refuse('this file holds triggers, no events')
    if ((kind !== KIND_2D && kind !== KIND_CD) || size !== RECORD_BYTES)
      refuse(`expected events of 8 bytes (kind 0x00 or 0x0c, size 8) after the header, found ${describeBytes(this.part.subarray(0, 2))}`)
    const version = values.get('version') ?? '1'
    if (version !== '1' && version !== '2') refuse(`version ${version} is not known; versions 1 and 2 are`)
    this.version = Number(version)
    const width = wholeNumber(values.get('width'))
    const height = wholeNumber(values.get('height'))
    const chosen = chooseGeometry(width && height ? { width, height } : {}, this.options)
    this.width = chosen.width
    this.height = chosen.height
    this.geometry = chosen.origin
    this.wraps = wholeNumber(values.get('t0')) ?? 0
    this.offset = length + 2
    this.partLength = 0
    this.opened = true
  }

  private records(bytes: Uint8Array, from: number, packets: EventPacket[]): void {
    let i = from
    if (this.partLength > 0) {
      while (this.partLength < RECORD_BYTES && i < bytes.length) this.part[this.partLength++] = bytes[i++]!
      if (this.partLength < RECORD_BYTES) return
      this.run(this.part, 0, RECORD_BYTES, packets)
      this.partLength = 0
    }
    const to = bytes.length - ((bytes.length - i) % RECORD_BYTES)
    this.run(bytes, i, to, packets)
    this.part.set(bytes.subarray(to))
    this.partLength = bytes.length - to
    this.columns.flush(packets, this.width, this.height)
  }

  /** Whole records from `from` to `to`. */
  private run(bytes: Uint8Array, from: number, to: number, packets: EventPacket[]): void {
    const { columns, width, height, version } = this
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let { last, wraps } = this
    let outside = 0
    let i = from
    while (i < to) {
      columns.reserve((to - i) / RECORD_BYTES)
      const { t, x: xs, y: ys, p } = columns
      let n = columns.length
      const stop = Math.min(to, i + (t.length - n) * RECORD_BYTES)
      for (; i < stop; i += RECORD_BYTES) {
        const time = view.getUint32(i, true)
        const word = view.getUint32(i + 4, true)
        if (last - time > 0x80000000) wraps += WRAP
        last = time
        const x = version === 1 ? word & 0x1ff : word & 0x3fff
        const y = version === 1 ? (word >>> 9) & 0xff : (word >>> 14) & 0x3fff
        if (x < width && y < height) {
          t[n] = wraps + time
          xs[n] = x
          ys[n] = y
          p[n] = (version === 1 ? word >>> 17 : word >>> 28) & 1
          n++
        } else outside++
      }
      columns.length = n
      if (n === PACKET_EVENTS) columns.flush(packets, width, height)
    }
    this.last = last
    this.wraps = wraps
    this.offset += to - from
    this.damage.dropped += outside
  }
}
