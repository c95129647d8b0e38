/**
 * What a codec is: bytes in, event packets out, and nothing else. No I/O, no clock, no RxJS.
 * A format is a folder: `decode.ts`, later `encode.ts`, and `common.ts` for what both need to know.
 */

import type { EventPacket } from '../events.ts'
import type { DamageLog } from './damage.ts'

/** What a caller may know better than the file. */
export interface DecoderOptions {
  /**
   * Sensor size, pixels, 1 to 65535; give both. Used where the file does not say (DAT and CSV often, AEDAT4 of AEStream); a file that
   * does say wins. Neither: `assumedGeometry`, because a stream cannot wait for the largest coordinate at its end.
   */
  readonly width?: number
  readonly height?: number
}

/** Where the sensor size comes from. */
export type GeometryOrigin = 'file' | 'option' | 'assumed'

/**
 * A resumable decoder of one file or stream. The bytes may be cut anywhere: the events of all packets together are the same.
 * Never throws but DecodeError, and that only while reading a header: once events flow, damage is logged and passed over.
 */
export interface Decoder {
  /** As in EventCodec. */
  readonly format: string
  /** Pixels; 0 until known. */
  readonly width: number
  readonly height: number
  readonly geometry: GeometryOrigin | undefined
  /** What was wrong in the bytes so far. */
  readonly damage: DamageLog
  /** What was passed over on purpose: triggers, frames, inertial samples ... by name. */
  readonly skipped: ReadonlyMap<string, number>
  /**
   * The events that these bytes complete, in file order, times as stored (never sorted), in packets of at most 65536.
   * The packets own their arrays; `chunk` may be reused by the caller as soon as this returns.
   */
  decode(chunk: Uint8Array): EventPacket[]
  /** No more bytes will come: what was still held back. A cut tail is logged as damage. */
  end(): EventPacket[]
}

/** A file or stream format of camera events. */
export interface EventCodec<Options extends DecoderOptions = DecoderOptions> {
  /** Short: `evt3`. */
  readonly name: string
  /** As people call it: `Prophesee RAW EVT3`. */
  readonly title: string
  decoder(options?: Options): Decoder
}
