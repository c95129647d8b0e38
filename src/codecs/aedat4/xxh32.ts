/** xxHash32 with seed 0, the checksum of LZ4 frames (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */

const P1 = 0x9e3779b1 | 0
const P2 = 0x85ebca77 | 0
const P3 = 0xc2b2ae3d | 0
const P4 = 0x27d4eb2f
const P5 = 0x165667b1

const round = (lane: number, word: number): number => {
  const sum = (lane + Math.imul(word, P2)) | 0
  return Math.imul((sum << 13) | (sum >>> 19), P1)
}

export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { length } = bytes
  let i = 0
  let hash = P5
  if (length >= 16) {
    let a = (P1 + P2) | 0
    let b = P2
    let c = 0
    let d = -P1 | 0
    for (; i + 16 <= length; i += 16) {
      a = round(a, view.getInt32(i, true))
      b = round(b, view.getInt32(i + 4, true))
      c = round(c, view.getInt32(i + 8, true))
      d = round(d, view.getInt32(i + 12, true))
    }
    hash = (((a << 1) | (a >>> 31)) + ((b << 7) | (b >>> 25)) + ((c << 12) | (c >>> 20)) + ((d << 18) | (d >>> 14))) | 0
  }
  hash = (hash + length) | 0
  for (; i + 4 <= length; i += 4) {
    hash = (hash + Math.imul(view.getInt32(i, true), P3)) | 0
    hash = Math.imul((hash << 17) | (hash >>> 15), P4)
  }
  for (; i < length; i++) {
    hash = (hash + Math.imul(bytes[i]!, P5)) | 0
    hash = Math.imul((hash << 11) | (hash >>> 21), P1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2)
  hash = Math.imul(hash ^ (hash >>> 13), P3)
  return (hash ^ (hash >>> 16)) >>> 0
}
