/** From the bytes of a packet as stored to its FlatBuffer (event-formats.md section 1.4). One place for every compression. */

import type { Lz4Frame } from './lz4-frame.ts'
import type { PacketHeader } from './packet.ts'

export interface Opened {
  /** Size-prefixed FlatBuffer; valid until the next packet. */
  readonly bytes: Uint8Array
  /** `cut`: good as far as the bytes go. */
  readonly state: 'whole' | 'cut' | 'bad'
  /** Stored bytes that were used. */
  readonly used: number
  /** What was expected and found, unless whole. */
  readonly expected: string
  readonly found: string
}

/** `stored`: the payload, or what there is of it. Never throws. */
export function openPayload(head: PacketHeader, stored: Uint8Array, lz4: Lz4Frame): Opened {
  switch (head.compression) {
    case 'lz4':
      return lz4.expand(stored)
    case 'none': {
      const state = stored.length < head.size ? 'cut' : 'whole'
      return { bytes: stored, state, used: stored.length, expected: `${head.size} bytes`, found: `${stored.length}` }
    }
    case 'zstd':
      return { bytes: new Uint8Array(0), state: 'bad', used: 0, expected: 'a payload that is not compressed, or with LZ4', found: 'ZSTD' }
  }
}
