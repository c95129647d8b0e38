/** Event Stream 2: DVS events, and the DVS events of ATIS recordings (event-formats.md section 10). */

import { DecodeError } from '../../errors.ts'
import type { EventPacket } from '../../events.ts'
import type { Decoder, DecoderOptions, EventCodec, GeometryOrigin } from '../codec.ts'
import { EventColumns, PACKET_EVENTS } from '../columns.ts'
import { DamageLog, describeBytes } from '../damage.ts'
import { ATIS_STEP, DVS_STEP, HEADER_BYTES, KIND_ATIS, KIND_DVS, KIND_NAMES, SIGNATURE } from './common.ts'

export interface EventStreamOptions extends DecoderOptions {
  /** `image` (default): y runs down from the top, as everywhere in rxspike. `file`: y as the file stores it, from the bottom up. */
  readonly y?: 'image' | 'file'
}

/**
 * Event Stream (.es) version 2, kinds DVS and ATIS; colour and generic files hold no events of the kind that rxspike knows. Exposure
 * measurements of an ATIS are skipped and counted. The format has no marks to find again after damage: bytes lost in the middle turn what
 * follows into noise, of which only what lies outside the sensor can be told and is dropped.
 */
export const es: EventCodec<EventStreamOptions> = {
  name: 'es',
  title: 'Event Stream (.es)',
  decoder: (options = {}): Decoder => new EventStreamDecoder(options),
}

const EVENT_BYTES = 5

class EventStreamDecoder implements Decoder {
  readonly format = 'es'
  width = 0
  height = 0
  geometry: GeometryOrigin | undefined
  readonly damage = new DamageLog()
  readonly skipped = new Map<string, number>()

  private readonly flip: boolean
  private readonly columns = new EventColumns()
  /** The header, then the event that a cut went through. */
  private readonly part = new Uint8Array(HEADER_BYTES)
  private partLength = 0
  private atis = false
  private offset = 0
  private now = 0

  constructor(options: EventStreamOptions) {
    this.flip = options.y !== 'file'
  }

  decode(chunk: Uint8Array): EventPacket[] {
    const packets: EventPacket[] = []
    let i = 0
    if (this.geometry === undefined) {
      while (this.partLength < HEADER_BYTES && i < chunk.length) this.part[this.partLength++] = chunk[i++]!
      if (this.partLength < HEADER_BYTES) return packets
      this.open()
    }
    if (this.partLength > 0) {
      while (this.partLength < EVENT_BYTES && i < chunk.length) this.part[this.partLength++] = chunk[i++]!
      if (this.partLength < EVENT_BYTES) return packets
      this.run(this.part, 0, EVENT_BYTES, packets)
      this.partLength = 0
    }
    const to = this.run(chunk, i, chunk.length, packets)
    this.part.set(chunk.subarray(to))
    this.partLength = chunk.length - to
    this.columns.flush(packets, this.width, this.height)
    return packets
  }

  end(): EventPacket[] {
    if (this.geometry === undefined) this.open()
    if (this.partLength > 0)
      this.damage.truncate({
        offset: this.offset,
        expected: 'an event of 5 bytes',
        found: `${this.partLength} bytes, then the end`,
        lost: this.partLength,
      })
    this.partLength = 0
    return []
  }

  private open(): void {
    const head = this.part.subarray(0, this.partLength)
    const [major, minor, patch, kind] = head.subarray(SIGNATURE.length)
    const refuse = (problem: string): never => {
      throw new DecodeError(`es: ${problem}`, { format: 'es', offset: 0 })
    }
    if (String.fromCharCode(...head.subarray(0, SIGNATURE.length)) !== SIGNATURE)
      refuse(`expected "${SIGNATURE}", found ${describeBytes(head)}`)
    if (major === undefined || kind === undefined) return refuse('the file ends inside its header')
    if (major !== 2) refuse(`version ${major}.${minor}.${patch} is not known; version 2 is`)
    if (kind !== KIND_DVS && kind !== KIND_ATIS)
      refuse(
        `the file holds ${KIND_NAMES[kind] ?? `unknown (${kind})`} events; only DVS (1) and ATIS (2) files hold events with a polarity`,
      )
    if (head.length < HEADER_BYTES) refuse('the file ends inside its header')
    this.atis = kind === KIND_ATIS
    this.width = head[16]! | (head[17]! << 8)
    this.height = head[18]! | (head[19]! << 8)
    this.geometry = 'file'
    this.offset = HEADER_BYTES
    this.partLength = 0
  }

  /** Everything complete from `from` to `to`; where it stopped. */
  private run(bytes: Uint8Array, from: number, to: number, packets: EventPacket[]): number {
    const { columns, width, height, flip, atis } = this
    const bottom = height - 1
    let { now } = this
    let outside = 0
    let exposures = 0
    let i = from
    let going = true
    while (going && i < to) {
      columns.reserve(Math.ceil((to - i) / EVENT_BYTES))
      const { t, x: xs, y: ys, p } = columns
      let n = columns.length
      const most = t.length
      while (n < most) {
        if (i >= to) {
          going = false
          break
        }
        const first = bytes[i]!
        if (atis ? first >= 0xfc : first >= 0xfe) {
          // overflow of the time; 0xfe of DVS and 0xfc of ATIS are resets, which change nothing
          if (atis) now += ATIS_STEP * (first & 3)
          else if (first === 0xff) now += DVS_STEP
          i++
          continue
        }
        if (i + EVENT_BYTES > to) {
          going = false
          break
        }
        const x = bytes[i + 1]! | (bytes[i + 2]! << 8)
        const y = bytes[i + 3]! | (bytes[i + 4]! << 8)
        i += EVENT_BYTES
        now += atis ? first >> 2 : first >> 1
        if (atis && (first & 1) === 1) exposures++
        else if (x < width && y < height) {
          t[n] = now
          xs[n] = x
          ys[n] = flip ? bottom - y : y
          p[n] = atis ? (first >> 1) & 1 : first & 1
          n++
        } else outside++
      }
      columns.length = n
      if (n === PACKET_EVENTS) columns.flush(packets, width, height)
    }
    this.now = now
    this.offset += i - from
    this.damage.dropped += outside
    if (exposures > 0) this.skipped.set('exposure', (this.skipped.get('exposure') ?? 0) + exposures)
    return i
  }
}
