/** The header of an AEDAT4 file: compression, place of the table, and the streams that an XML text describes (sections 1.3 and 1.5). */

import type { Identifier } from './common.ts'
import { FlatBuffer } from './flatbuffer.ts'

export interface StreamInfo {
  readonly identifier: Identifier | undefined
  /** Pixels. */
  readonly width: number | undefined
  readonly height: number | undefined
}

export interface FileHeader {
  /** 0 none, 1 and 2 LZ4, 3 and 4 ZSTD. */
  readonly compression: number
  /** Byte offset of the table; -1 where the writer never closed the file. */
  readonly tablePosition: number
  /** By stream id. Empty in files of AEStream. */
  readonly streams: ReadonlyMap<number, StreamInfo>
}

export const NO_HEADER: FileHeader = { compression: 0, tablePosition: -1, streams: new Map() }

/** A file has a handful of streams. */
const MOST_STREAMS = 256
/** And its nodes lie five deep. */
const MOST_DEPTH = 32

/** Reads the FlatBuffer IOHeader, size prefix included; undefined if it is none. */
export function readHeader(bytes: Uint8Array): FileHeader | undefined {
  if (String.fromCharCode(...bytes.subarray(8, 12)) !== 'IOHE') return undefined
  const buffer = new FlatBuffer(bytes)
  const root = buffer.root()
  if (root < 0) return undefined
  const compression = buffer.slot(root, 0, 4)
  const table = buffer.slot(root, 1, 8)
  const text = buffer.vector(root, 2, 1)
  return {
    compression: compression < 0 ? 0 : buffer.view.getInt32(compression, true),
    tablePosition: table < 0 ? -1 : buffer.int64(table),
    streams: text === undefined ? new Map() : readStreams(new TextDecoder().decode(bytes.subarray(text.start, text.start + text.fitting))),
  }
}

interface MutableStream {
  identifier: string | undefined
  width: number | undefined
  height: number | undefined
}

/** Walks the nodes; an outInfo node's child with a number for a name is a stream. No full XML: what writers write, and no more. */
function readStreams(xml: string): Map<number, StreamInfo> {
  const streams = new Map<number, MutableStream>()
  const path: string[] = []
  for (const [, closing, tag, attributes = '', text = ''] of xml.matchAll(/<(\/?)(node|attr)\b([^<>]*)>([^<]*)/g)) {
    if (tag === 'node') {
      if (closing) path.pop()
      else if (!attributes.endsWith('/')) path.push(attribute(attributes, 'name'))
      if (path.length > MOST_DEPTH) break
      continue
    }
    const at = path.lastIndexOf('outInfo')
    const name = path[at + 1] ?? ''
    if (closing || at < 0 || !/^\d{1,9}$/.test(name)) continue
    const id = Number(name)
    const stream = streams.get(id) ?? { identifier: undefined, width: undefined, height: undefined }
    if (streams.size < MOST_STREAMS) streams.set(id, stream)
    const key = attribute(attributes, 'key')
    if (key === 'typeIdentifier' && path.length === at + 2) stream.identifier = text.trim()
    if (key === 'sizeX' && path[at + 2] === 'info') stream.width = Number(text)
    if (key === 'sizeY' && path[at + 2] === 'info') stream.height = Number(text)
  }
  return streams
}

function attribute(text: string, name: string): string {
  const from = text.indexOf(`${name}="`)
  if (from < 0) return ''
  const start = from + name.length + 2
  const end = text.indexOf('"', start)
  return end < 0 ? '' : text.slice(start, end)
}
