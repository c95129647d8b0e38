/**
 * LZ4 frames (github.com/lz4/lz4, doc/lz4_Frame_format.md): linked and independent blocks, stored blocks, content size, the three
 * checksums. Synchronous and without dependencies, so that it runs in a browser as it is.
 */

import { LZ4_MAGIC, u32 } from './common.ts'
import { expandBlock } from './lz4-block.ts'
import { xxh32 } from './xxh32.ts'

export interface Lz4Result {
  /** `cut`: the frame is good up to the end of the bytes. `bad`: it is not. */
  readonly state: 'whole' | 'cut' | 'bad'
  /** What came out; valid until the next `expand`. */
  readonly bytes: Uint8Array
  /** Bytes of the frame that were understood: where it ends, or where it went wrong. */
  readonly used: number
  /** What was expected and found, unless whole. */
  readonly expected: string
  readonly found: string
}

const INDEPENDENT = 0x20
const BLOCK_CHECKSUM = 0x10
const CONTENT_SIZE = 0x08
const CONTENT_CHECKSUM = 0x04
const RESERVED = 0x02
const DICTIONARY = 0x01
const STORED = 0x80000000
/** LZ4 cannot expand further. */
const MOST_RATIO = 255

/** Keeps one growing output, so that a file costs one buffer and not one per packet. */
export class Lz4Frame {
  private out = new Uint8Array(0)
  private outView = new DataView(this.out.buffer)
  private readonly most: number

  /** `most`: bytes that one frame may expand to; more is bad. */
  constructor(most: number) {
    this.most = most
  }

  /** Expands the frame at the start of `frame`. Never throws. */
  expand(frame: Uint8Array): Lz4Result {
    let length = 0
    const result = (state: Lz4Result['state'], used: number, expected = '', found = ''): Lz4Result => {
      return { state, bytes: this.out.subarray(0, length), used, expected, found }
    }
    const cut = (used: number, expected: string): Lz4Result => result('cut', used, expected, `${frame.length - used} bytes, then the end`)

    if (frame.length < 7) return cut(0, 'the descriptor of an LZ4 frame')
    const flags = frame[4]!
    if (u32(frame, 0) !== LZ4_MAGIC || flags >> 6 !== 1 || flags & (RESERVED | DICTIONARY))
      return result('bad', 0, 'an LZ4 frame of version 1 without a dictionary', `flags 0x${flags.toString(16)}`)
    const sizeCode = (frame[5]! >> 4) & 7
    if (sizeCode < 4 || frame[5]! & 0x8f) return result('bad', 0, 'an LZ4 block size from 4 to 7', `descriptor 0x${frame[5]!.toString(16)}`)
    const mostBlock = 1 << (8 + 2 * sizeCode)
    const descriptorEnd = flags & CONTENT_SIZE ? 14 : 6
    if (frame.length <= descriptorEnd) return cut(0, 'the descriptor of an LZ4 frame')
    const headerCheck = (xxh32(frame.subarray(4, descriptorEnd)) >>> 8) & 0xff
    if (headerCheck !== frame[descriptorEnd])
      return result('bad', 0, `LZ4 descriptor checksum 0x${headerCheck.toString(16)}`, `0x${frame[descriptorEnd]!.toString(16)}`)

    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
    const blockTail = flags & BLOCK_CHECKSUM ? 4 : 0
    let i = descriptorEnd + 1
    for (;;) {
      if (i + 4 > frame.length) return cut(i, 'an LZ4 block or end mark')
      const head = u32(frame, i)
      if (head === 0) break
      const size = head % STORED
      if (size > mostBlock) return result('bad', i, `an LZ4 block of at most ${mostBlock} bytes`, `${size}`)
      const from = i + 4
      const there = Math.min(size, frame.length - from)
      const room = Math.min(mostBlock, head >= STORED ? there : there * MOST_RATIO)
      const limit = Math.min(length + room, this.most)
      this.reserve(length, limit)
      const ended =
        head >= STORED
          ? this.copy(frame.subarray(from, from + there), length, limit)
          : expandBlock(view, from, from + there, this.outView, length, flags & INDEPENDENT ? length : 0, limit)
      const whole = there === size && from + size + blockTail <= frame.length
      if (!whole) {
        length = ended < 0 ? -1 - ended : ended
        return cut(frame.length, 'the rest of an LZ4 block')
      }
      if (ended < 0)
        return result(
          'bad',
          from,
          `an LZ4 block of ${size} bytes that can be expanded`,
          limit === this.most ? 'too much output' : 'a bad one',
        )
      if (blockTail > 0 && xxh32(frame.subarray(from, from + size)) !== u32(frame, from + size))
        return result('bad', from, 'a block with its LZ4 checksum', 'another sum')
      length = ended
      i = from + size + blockTail
    }
    i += 4
    if (flags & CONTENT_CHECKSUM) {
      if (i + 4 > frame.length) return cut(i, 'the LZ4 content checksum')
      if (xxh32(this.out.subarray(0, length)) !== u32(frame, i)) return result('bad', i, 'content with its LZ4 checksum', 'another sum')
      i += 4
    }
    if (flags & CONTENT_SIZE && (u32(frame, 6) !== length || u32(frame, 10) !== 0))
      return result('bad', i, `${u32(frame, 10) * 2 ** 32 + u32(frame, 6)} expanded bytes, as the LZ4 frame says`, `${length}`)
    return result('whole', i)
  }

  /** A stored block; as `expandBlock`. */
  private copy(block: Uint8Array, at: number, limit: number): number {
    if (block.length > limit - at) return -1 - at
    this.out.set(block, at)
    return at + block.length
  }

  /** Room for `needed` bytes, keeping the first `kept`. Doubles, never past the most. */
  private reserve(kept: number, needed: number): void {
    if (needed <= this.out.length) return
    const out = new Uint8Array(Math.min(Math.max(needed, this.out.length * 2), this.most))
    out.set(this.out.subarray(0, kept))
    this.out = out
    this.outView = new DataView(out.buffer)
  }
}
