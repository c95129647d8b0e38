/** A recording of an event camera as a cold Observable. */

import { Observable, type Subscriber } from 'rxjs'
import { nextTurn, openFile } from '#platform'
import type { Decoder, DecoderOptions } from '../src/codecs/codec.ts'
import { DETECT_BYTES, detectFormat } from '../src/codecs/formats.ts'
import { checkGeometryOptions } from '../src/codecs/geometry.ts'
import { report } from '../src/diagnostics.ts'
import { DecodeError } from '../src/errors.ts'
import type { EventPacket } from '../src/events.ts'
import { nameOf } from '../src/stream/file-bytes.ts'
import { isValve, type Valve, whenOpen } from '../src/stream/valve.ts'
import { Pacer } from './dvs-file-pacer.ts'

export interface DvsFileOptions {
  /**
   * 1: real time, by the times of the events; 2: twice as fast. Packets are then cut to pieces of 1 to 10 ms of event time and each comes when its
   * last event is due, measured from the start, so that delays do not add up. Default Infinity: as fast as the pipeline takes it.
   */
  readonly speed?: number
  /** While it is closed the file waits. */
  readonly valve?: Valve
  /**
   * Sensor size, pixels; both or none. Used where the file does not say (CSV and old DAT files often; a file that does say wins).
   * Default there: 1280x720, and a `fallback` among the diagnostics.
   */
  readonly width?: number
  readonly height?: number
  /** Bytes read at once, 16 to 64 Mi. Default 262144. */
  readonly chunkSize?: number
}

const CHUNK_BYTES = 2 ** 18
const MOST_CHUNK_BYTES = 2 ** 26

/**
 * The events of a recording: AEDAT4, Prophesee RAW (EVT3) and DAT, Event Stream, CSV, told apart by content. A path or an http(s), file or
 * blob address, a Blob (a File from an `<input>`), or the bytes themselves. In a browser a string is an address.
 *
 * Opens at subscribe, reads in constant memory, lets the event loop run between reads, closes on unsubscription. Events come in the order and with
 * the times of the file. Damage in a file does not end it: it goes to `diagnostics` as `resynchronized` (places) and `dropped` (events).
 *
 * @throws RangeError or TypeError, at the call, on bad options. The Observable errors when the file is missing, empty or of no known format.
 */
export function dvsFile(file: string | URL | Blob | Uint8Array, options: DvsFileOptions = {}): Observable<EventPacket> {
  const settings = check(file, options)
  return new Observable((subscriber) => {
    const stop = new AbortController()
    new Playback(file, settings, subscriber, stop.signal).run().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    )
    return () => stop.abort()
  })
}

interface Settings {
  readonly speed: number
  readonly chunkSize: number
  readonly valve: Valve | undefined
  readonly decoder: DecoderOptions
}

function check(file: unknown, options: DvsFileOptions): Settings {
  if (!(typeof file === 'string' || file instanceof URL || file instanceof Blob || file instanceof Uint8Array))
    throw new TypeError(`dvsFile: expected a path, a URL, a Blob or a Uint8Array, got ${file === null ? 'null' : typeof file}`)
  const { speed = Infinity, chunkSize = CHUNK_BYTES, valve, width, height } = options
  if (!(speed > 0)) throw new RangeError(`dvsFile: speed must be above 0 (1 is real time, Infinity as fast as possible), got ${speed}`)
  if (!(Number.isInteger(chunkSize) && chunkSize >= 16 && chunkSize <= MOST_CHUNK_BYTES))
    throw new RangeError(`dvsFile: chunkSize must be a whole number of bytes from 16 to ${MOST_CHUNK_BYTES}, got ${chunkSize}`)
  if (valve !== undefined && !isValve(valve)) throw new TypeError('dvsFile: valve must be what valve() returned')
  const decoder = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
  checkGeometryOptions('dvsFile', decoder)
  return { speed, chunkSize, valve, decoder }
}

/** One subscription. */
class Playback {
  private readonly file: string | URL | Blob | Uint8Array
  private readonly settings: Settings
  private readonly subscriber: Subscriber<EventPacket>
  private readonly signal: AbortSignal
  private readonly pacer: Pacer | undefined
  private readonly at: string
  private decoder: Decoder | undefined
  private reported = { resynchronized: 0, dropped: 0 }
  private toldGeometry = false

  constructor(file: string | URL | Blob | Uint8Array, settings: Settings, subscriber: Subscriber<EventPacket>, signal: AbortSignal) {
    this.file = file
    this.settings = settings
    this.subscriber = subscriber
    this.signal = signal
    this.pacer = settings.speed === Infinity ? undefined : new Pacer(settings.speed, signal)
    this.at = `dvsFile(${nameOf(file)})`
  }

  /** Settles at the end of the file, or soon after unsubscription. */
  async run(): Promise<void> {
    try {
      await this.play()
    } catch (error) {
      if (this.signal.aborted) return
      throw this.explain(error)
    }
  }

  private async play(): Promise<void> {
    const head: Uint8Array[] = []
    let held = 0
    for await (const chunk of this.chunks()) {
      if (this.signal.aborted) return
      if (this.decoder === undefined && held + chunk.length < DETECT_BYTES) {
        head.push(chunk.slice())
        held += chunk.length
        continue
      }
      if (this.decoder === undefined) await this.begin([...head, chunk])
      else await this.emit(this.decoder.decode(chunk))
      // a read may settle without the event loop having run: let timers, sockets and an unsubscription through
      if (!this.signal.aborted) await nextTurn()
    }
    if (this.signal.aborted) return
    if (this.decoder === undefined) await this.begin(head)
    if (this.decoder !== undefined && !this.signal.aborted) await this.emit(this.decoder.end())
  }

  private async *chunks(): AsyncGenerator<Uint8Array> {
    const { file, signal } = this
    const { chunkSize } = this.settings
    if (!(file instanceof Uint8Array)) return yield* openFile(file, { chunkSize, signal })
    for (let from = 0; from < file.length; from += chunkSize) yield file.subarray(from, from + chunkSize)
  }

  /** The first bytes: enough of them to tell the format, or all. */
  private async begin(pieces: readonly Uint8Array[]): Promise<void> {
    const head = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of pieces) {
      head.set(piece, at)
      at += piece.length
    }
    if (head.length === 0) throw new Error('the file is empty')
    this.decoder = detectFormat(head.subarray(0, DETECT_BYTES)).decoder(this.settings.decoder)
    await this.emit(this.decoder.decode(head))
  }

  private async emit(packets: readonly EventPacket[]): Promise<void> {
    const { subscriber, pacer, signal } = this
    const { valve } = this.settings
    this.reportDamage()
    for (const packet of packets) {
      for (const piece of pacer?.cut(packet) ?? [packet]) {
        await pacer?.due(piece)
        while (valve?.open === false && !signal.aborted) {
          const since = performance.now()
          await openOrAborted(valve, signal)
          pacer?.pause(performance.now() - since)
        }
        if (signal.aborted) return
        subscriber.next(piece)
      }
    }
  }

  private reportDamage(): void {
    const { damage, geometry, width, height } = this.decoder!
    for (const kind of ['resynchronized', 'dropped'] as const) {
      const count = damage[kind] - this.reported[kind]
      this.reported[kind] = damage[kind]
      if (count > 0) report({ kind, at: this.at, count })
    }
    if (geometry === 'assumed' && !this.toldGeometry) {
      this.toldGeometry = true
      report({
        kind: 'fallback',
        at: this.at,
        message: `the file does not say the size of the sensor: ${width}x${height} assumed. Give width and height`,
      })
    }
  }
  private explain(error: unknown): unknown {
    if (!(error instanceof Error)) return error
    const message = `${this.at}: ${error.message}`
    if (error instanceof DecodeError) return new DecodeError(message, { format: error.format, offset: error.offset, cause: error })
    return new Error(message, { cause: error })
  }
}

/** Leaves nothing behind on the signal, however often the valve closes. */
const openOrAborted = (valve: Valve, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const finish = (): void => {
      signal.removeEventListener('abort', finish)
      resolve()
    }
    signal.addEventListener('abort', finish)
    void whenOpen(valve).then(finish)
  })
