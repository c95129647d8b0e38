/** The lines of text, each starting with a mark, that Prophesee puts before its binary data. */

import { DecodeError } from '../errors.ts'

/** No real header comes near; a stream that never ends its header must not fill the memory. */
const MOST_BYTES = 1 << 16

/**
 * Reads `% key value` lines, byte for byte, until a line does not start with the mark. The mark is '% ' in RAW files, where a lone
 * 0x25 can be the first byte of the data, and '%' in DAT files. A line `% end` ends a RAW header.
 */
export class TextHeader {
  /** Keys in lower case; the first line of a key counts. Values are trimmed. */
  readonly values: Map<string, string> = new Map<string, string>()
  /** Bytes that belong to the header. */
  length = 0
  done = false
  private readonly mark: '% ' | '%'
  private readonly format: string
  private line = ''
  private seen = 0

  constructor(mark: '% ' | '%', format: string) {
    this.mark = mark
    this.format = format
  }

  /** The bytes after the header, once it has ended; until then undefined. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      this.seen++
      const at = this.line.length
      if (at < this.mark.length && byte !== this.mark.charCodeAt(at)) return this.finish(chunk.subarray(i))
      if (byte === 10) {
        this.length = this.seen
        const ended = this.accept(this.line)
        this.line = ''
        if (ended) return this.finish(chunk.subarray(i + 1))
      } else {
        this.line += String.fromCharCode(byte)
        if (this.seen > MOST_BYTES)
          throw new DecodeError(`${this.format}: the text header does not end within ${MOST_BYTES} bytes`, {
            format: this.format,
            offset: MOST_BYTES,
          })
      }
    }
    return undefined
  }

  /** No more bytes: an unfinished line is data, not header. */
  end(): Uint8Array {
    return this.finish(new Uint8Array(0))
  }

  private finish(rest: Uint8Array): Uint8Array {
    this.done = true
    const begun = this.line
    if (begun === '') return rest
    const data = new Uint8Array(begun.length + rest.length)
    for (let i = 0; i < begun.length; i++) data[i] = begun.charCodeAt(i)
    data.set(rest, begun.length)
    return data
  }

  private accept(line: string): boolean {
    const [, key = '', value = ''] = /^% ?(\S+)([^]*)$/.exec(line) ?? []
    if (key !== '' && !this.values.has(key.toLowerCase())) this.values.set(key.toLowerCase(), value.trim())
    return this.mark === '% ' && key === 'end' && value.trim() === ''
  }
}

/** A whole number as the whole of a header value. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
