/**
 * The envelope of every binary message, and its columns. Little-endian; columns begin at multiples of 8 bytes of the message.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0 | kind, u8: see `protocol.ts` |
 * | 1 | version, u8: 1 |
 * | 2 | stream, u16: as announced in a JSON message |
 * | 4 | sequence, u32: counts the messages of a stream; a gap is a message that was skipped |
 * | 8 | t, f64: end of what is inside, microseconds in the source's time; NaN outside time |
 * | 16 | payload |
 *
 * Pure, and shared by the server, the page and `webSocketSource`. Typed arrays are views in the machine's byte order, which is
 * little-endian wherever JavaScript runs today.
 */

import { DecodeError } from '../errors.ts'

/** Of the envelope and all payloads. */
export const version = 1
/** Bytes before the payload. */
export const headerBytes = 16

/** What the envelope says. */
export interface Envelope {
  readonly stream: number
  readonly sequence: number
  /** Microseconds in the source's time; NaN outside time. */
  readonly t: number
}

/** A place for `count` elements of `size` bytes. */
export interface Column {
  readonly count: number
  readonly size: number
}

/** Where columns begin that follow `fixed` bytes of payload, and where the last one ends. */
export function layout(fixed: number, columns: readonly Column[]): { readonly offsets: readonly number[]; readonly end: number } {
  let end = headerBytes + fixed
  const offsets = columns.map(({ count, size }) => {
    const offset = (end + 7) & ~7
    end = offset + count * size
    return offset
  })
  return { offsets, end }
}

/** A message with its envelope written, and all else zero. */
export function message(
  kind: number,
  { stream, sequence, t }: Envelope,
  bytes: number,
): { readonly bytes: Uint8Array; readonly view: DataView } {
  const buffer = new ArrayBuffer(bytes)
  const view = new DataView(buffer)
  view.setUint8(0, kind)
  view.setUint8(1, version)
  view.setUint16(2, stream, true)
  view.setUint32(4, sequence, true)
  view.setFloat64(8, t, true)
  return { bytes: new Uint8Array(buffer), view }
}

/** Reads a message, and refuses what is not one. Every size is checked against the bytes that are there before it is used. */
export class Reader {
  readonly kind: number
  readonly envelope: Envelope
  readonly #view: DataView
  #offset = headerBytes

  /** @throws DecodeError where the envelope is cut short or of another version. */
  constructor(bytes: Uint8Array) {
    // Not `slice`: a Node Buffer's shares the memory.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
    this.#view = new DataView(aligned.buffer, aligned.byteOffset, aligned.byteLength)
    if (bytes.length < headerBytes) throw wrong(`${bytes.length} bytes are less than the ${headerBytes} of an envelope`, 0)
    const found = this.#view.getUint8(1)
    if (found !== version) throw wrong(`version ${found}, this is version ${version}: both ends need the same release`, 1)
    this.kind = this.#view.getUint8(0)
    this.envelope = { stream: this.#view.getUint16(2, true), sequence: this.#view.getUint32(4, true), t: this.#view.getFloat64(8, true) }
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** A column, as a view where the bytes lie. */
  column<T>(
    type: { new (buffer: ArrayBufferLike, offset: number, length: number): T; readonly BYTES_PER_ELEMENT: number },
    count: number,
  ): T {
    this.#offset = (this.#offset + 7) & ~7
    const offset = this.#take(count * type.BYTES_PER_ELEMENT)
    return new type(this.#view.buffer, this.#view.byteOffset + offset, count)
  }

  /** @throws DecodeError where bytes are left over. */
  end(): void {
    if (this.#offset !== this.#view.byteLength) throw wrong(`${this.#view.byteLength - this.#offset} bytes are left over`, this.#offset)
  }

  #take(bytes: number): number {
    const offset = this.#offset
    if (!(bytes <= this.#view.byteLength - offset))
      throw wrong(`${bytes} bytes are announced, ${Math.max(0, this.#view.byteLength - offset)} are there`, offset)
    this.#offset += bytes
    return offset
  }
}

/** What is wrong with a message, and where in it. */
export const wrong = (why: string, offset: number): DecodeError =>
  new DecodeError(`rxspike message: ${why}`, { format: 'rxspike message', offset })
