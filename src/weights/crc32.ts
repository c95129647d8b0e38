/** CRC-32 as zip files use it (ISO 3309: polynomial 0xEDB88320, bits reversed). */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let k = 0; k < bytes.length; k++) crc = (table[(crc ^ (bytes[k] as number)) & 255] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}
