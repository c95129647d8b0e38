/**
 * One LZ4 block (github.com/lz4/lz4, doc/lz4_Block_format.md). Our own because the block decoders on npm trust their input: lz4js 0.2.0
 * bounds neither its reads nor its writes nor the reach of a match. Fast because short runs are copied in words of four bytes, too far rather
 * than byte for byte: what is written too far is overwritten by what comes next.
 */

/** The fast path reads and writes up to so many bytes past what it needs. */
const SLACK = 40

/**
 * Expands `source[from..to)` into `out` at `at`. A match reaches back to `base` at most, and nothing is written at or past `limit`
 * (<= out's length). Returns the end of the output; or, where the block is bad, -1 - (end of the output up to the bad place).
 */
export function expandBlock(source: DataView, from: number, to: number, out: DataView, at: number, base: number, limit: number): number {
  const lastFastIn = to - SLACK
  const lastFastOut = limit - SLACK
  let i = from
  let o = at
  while (i < to) {
    const token = source.getUint8(i)
    i++
    let literals = token >> 4
    let length = (token & 15) + 4
    if (literals < 15 && length < 19 && i < lastFastIn && o < lastFastOut) {
      // at most 14 literals and a match of at most 18: nearly all that event data has
      out.setUint32(o, source.getUint32(i, true), true)
      out.setUint32(o + 4, source.getUint32(i + 4, true), true)
      if (literals > 8) {
        out.setUint32(o + 8, source.getUint32(i + 8, true), true)
        out.setUint32(o + 12, source.getUint32(i + 12, true), true)
      }
      i += literals
      o += literals
      const distance = source.getUint16(i, true)
      i += 2
      const match = o - distance
      if (distance === 0 || match < base) return -1 - o
      if (distance < 4) repeat(out, match, o, length)
      else {
        out.setUint32(o, out.getUint32(match, true), true)
        out.setUint32(o + 4, out.getUint32(match + 4, true), true)
        if (length > 8) {
          out.setUint32(o + 8, out.getUint32(match + 8, true), true)
          out.setUint32(o + 12, out.getUint32(match + 12, true), true)
          if (length > 16) out.setUint32(o + 16, out.getUint32(match + 16, true), true)
        }
      }
      o += length
      continue
    }
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (i >= to) return -1 - o
        more = source.getUint8(i++)
        literals += more
      }
    }
    if (literals > to - i || literals > limit - o) return -1 - o
    bytesOf(out, o, literals).set(bytesOf(source, i, literals))
    i += literals
    o += literals
    if (i === to) return o
    if (to - i < 2) return -1 - o
    const distance = source.getUint16(i, true)
    i += 2
    if (length === 19) {
      let more = 255
      while (more === 255) {
        if (i >= to) return -1 - o
        more = source.getUint8(i++)
        length += more
      }
    }
    const match = o - distance
    if (distance === 0 || match < base || length > limit - o) return -1 - o
    if (length > 64 && distance >= length) bytesOf(out, o, length).set(bytesOf(out, match, length))
    else repeat(out, match, o, length)
    o += length
  }
  return o
}

const bytesOf = (view: DataView, at: number, length: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset + at, length)

/** Byte for byte, so that a match that overlaps itself repeats what it has just written. */
function repeat(out: DataView, match: number, o: number, length: number): void {
  for (let k = 0; k < length; k++) out.setUint8(o + k, out.getUint8(match + k))
}
