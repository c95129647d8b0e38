/**
 * One LZ4 block (github.com/lz4/lz4, doc/lz4_Block_format.md). Our own because the block decoders on npm trust their input: lz4js 0.2.0
 * bounds neither its reads nor its writes nor the reach of a match.
 */

/**
 * Expands `source[from..to)` into `out` at `at`. A match reaches back to `base` at most, and nothing is written at or past `limit`
 * (<= out.length). Returns the end of the output; or, where the block is bad, -1 - (end of the output up to the bad place).
 */
export function expandBlock(source: Uint8Array, from: number, to: number, out: Uint8Array, at: number, base: number, limit: number): number {
  let i = from
  let o = at
  while (i < to) {
    const token = source[i++]!
    let literals = token >> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (i >= to) return -1 - o
        more = source[i++]!
        literals += more
      }
    }
    if (literals > to - i || literals > limit - o) return -1 - o
    if (literals > 64) {
      out.set(source.subarray(i, i + literals), o)
      i += literals
      o += literals
    } else {
      const end = i + literals
      while (i < end) out[o++] = source[i++]!
    }
    if (i === to) return o
    if (to - i < 2) return -1 - o
    const distance = source[i]! | (source[i + 1]! << 8)
    i += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255) {
        if (i >= to) return -1 - o
        more = source[i++]!
        length += more
      }
    }
    let m = o - distance
    if (distance === 0 || m < base || length > limit - o) return -1 - o
    if (length > 64 && distance >= length) {
      out.copyWithin(o, m, m + length)
      o += length
    } else {
      const end = o + length
      while (o < end) out[o++] = out[m++]!
    }
  }
  return o
}
