/** AEDAT 4 (event-formats.md section 1): a text line, a FlatBuffer header, packets, a table of the packets. */

export const SIGNATURE = '#!AER-DAT4.0\r\n'
/** Stream id and size, both i32, before every packet. */
export const PACKET_HEADER_BYTES = 8
/** Of one packet or the table, compressed: the largest real ones are frames of a few MB. More is taken for damage. */
export const MOST_PACKET_BYTES: number = 64 * 2 ** 20
/** Of one packet or the table, expanded. */
export const MOST_EXPANDED_BYTES: number = 64 * 2 ** 20
/** Of the header: text about a few streams. */
export const MOST_HEADER_BYTES: number = 4 * 2 ** 20
/** One event: i64 t, i16 x, i16 y, u8 on, 3 bytes of padding. */
export const EVENT_BYTES = 16

export const LZ4_MAGIC = 0x184d2204
export const ZSTD_MAGIC = 0xfd2fb528

/** Four ASCII bytes in a FlatBuffer, which say what it holds. */
export type Identifier = string

/** u32, little endian; 0 past the end. */
export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
}

/** The identifier of a size-prefixed FlatBuffer, if it is four capitals or digits. */
export function identifierOf(payload: Uint8Array): Identifier | undefined {
  const name = String.fromCharCode(...payload.subarray(8, 12))
  return /^[A-Z0-9_]{4}$/.test(name) ? name : undefined
}
