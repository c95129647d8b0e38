/** The table at the end of an AEDAT4 file, as a check of what was read (section 1.3, FileDataTable). */

import { identifierOf } from './common.ts'
import { FlatBuffer } from './flatbuffer.ts'

/** One packet, as the table has it. */
export interface TableRow {
  /** Of the payload: the packet header lies 8 bytes before. */
  readonly offset: number
  readonly stream: number
  /** Bytes of the payload. */
  readonly size: number
  readonly elements: number
  /** Microseconds, both inclusive. */
  readonly first: number
  readonly last: number
}

/** The rows of an expanded, size-prefixed table, one at a time; undefined if it is none. */
export function readTable(payload: Uint8Array): Iterable<TableRow> | undefined {
  if (identifierOf(payload) !== 'FTAB') return undefined
  const buffer = new FlatBuffer(payload)
  const rows = buffer.vector(buffer.root(), 0, 4)
  return rows && readRows(buffer, rows)
}

function* readRows(buffer: FlatBuffer, rows: { readonly start: number; readonly fitting: number }): Iterable<TableRow> {
  for (let k = 0; k < rows.fitting; k++) {
    const row = buffer.follow(rows.start + 4 * k)
    const int64 = (slot: number): number => {
      const at = buffer.slot(row, slot, 8)
      return at < 0 ? 0 : buffer.int64(at)
    }
    const info = buffer.slot(row, 1, 8)
    yield {
      offset: int64(0),
      stream: info < 0 ? 0 : buffer.view.getInt32(info, true),
      size: info < 0 ? 0 : buffer.view.getInt32(info + 4, true),
      elements: int64(2),
      first: int64(3),
      last: int64(4),
    }
  }
}

/** What a decoder has read, as the table counts: packets of all streams, events of one. */
export interface Tally {
  readonly stream: number | undefined
  readonly packets: number
  readonly events: number
}

/** Whether an expanded table agrees with what was read; else what is wrong, in words. */
export function checkTable(payload: Uint8Array, read: Tally): { readonly expected: string; readonly found: string } | undefined {
  const rows = readTable(payload)
  if (rows === undefined) return { expected: 'the table of packets', found: `${payload.length} bytes that are none` }
  let packets = 0
  let events = 0
  for (const row of rows) {
    packets++
    if (row.stream === read.stream) events += row.elements
  }
  if (packets === read.packets && events === read.events) return undefined
  return { expected: `${packets} packets and ${events} events, as the table of the file says`, found: `${read.packets} and ${read.events}` }
}
