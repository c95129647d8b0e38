/** Where packets begin: what tells a packet header from any other bytes. */

import { identifierOf, LZ4_MAGIC, MOST_PACKET_BYTES, PACKET_HEADER_BYTES, u32, ZSTD_MAGIC } from './common.ts'

export interface PacketHeader {
  readonly stream: number
  /** Bytes of the payload. */
  readonly size: number
  /** By its own first bytes: the file header may be damaged. */
  readonly compression: 'none' | 'lz4' | 'zstd'
}

/** Bytes that must be there to tell. */
export const LOOKAHEAD = 20
/** Of a payload: an LZ4 frame of nothing has 11 bytes, a FlatBuffer more. */
const LEAST_PAYLOAD = 11

/** The packet header at `at`, if the payload after it begins as a payload does and its size is possible. Any stream id will do. */
export function packetAt(bytes: Uint8Array, at: number): PacketHeader | undefined {
  if (at + LOOKAHEAD > bytes.length) return undefined
  const first = u32(bytes, at + 8)
  const size = u32(bytes, at + 4)
  if (size < LEAST_PAYLOAD || size > MOST_PACKET_BYTES) return undefined
  const stream = u32(bytes, at)
  if (first === LZ4_MAGIC) return { stream, size, compression: 'lz4' }
  if (first === ZSTD_MAGIC) return { stream, size, compression: 'zstd' }
  if (first !== size - 4) return undefined
  const identifier = identifierOf(bytes.subarray(at + PACKET_HEADER_BYTES, at + LOOKAHEAD))
  return identifier === undefined || identifier === 'FTAB' ? undefined : { stream, size, compression: 'none' }
}

/** The first place from `from` on where a packet header can be, or -1. */
export function findPacket(bytes: Uint8Array, from: number): number {
  const last = bytes.length - LOOKAHEAD
  for (let at = from; at <= last; at++) {
    // the highest byte of the size: cheap, and refuses most places
    if (bytes[at + 7]! <= MOST_PACKET_BYTES >>> 24 && packetAt(bytes, at) !== undefined) return at
  }
  return -1
}

/** Whether the table of packets can begin at `at`: it has no packet header. */
export function tableAt(bytes: Uint8Array, at: number): boolean {
  const first = u32(bytes, at)
  return first === LZ4_MAGIC || first === ZSTD_MAGIC || identifierOf(bytes.subarray(at, at + 12)) === 'FTAB'
}
