/** Every codec, and which one fits some bytes: by content, never by a file's name. */

import { DecodeError } from '../errors.ts'
import { aedat4 } from './aedat4/decode.ts'
import type { EventCodec } from './codec.ts'
import { csv } from './csv/decode.ts'
import { describeBytes } from './damage.ts'
import { isDatKind } from './dat/common.ts'
import { dat } from './dat/decode.ts'
import { es } from './es/decode.ts'
import { evt3 } from './evt3/decode.ts'
import { type RawFormat, readRawHeader } from './raw-header.ts'
import { TextHeader } from './text-header.ts'

/** The formats that can be read. */
export const codecs: readonly EventCodec[] = [aedat4, evt3, dat, es, csv]

/** Bytes from the beginning that are enough to tell any format; fewer are, if they are all there is. */
export const DETECT_BYTES = 4096

/** Formats that are recognised, so that the refusal can name them. */
const unread: readonly { readonly start: string; readonly title: string }[] = [
  { start: '#!AER-DAT1', title: 'AEDAT 1' },
  { start: '#!AER-DAT2', title: 'AEDAT 2' },
  { start: '#!AER-DAT3', title: 'AEDAT 3' },
  { start: '\x89HDF\r\n\x1a\n', title: 'HDF5' },
  { start: '\x93NUMPY', title: 'NumPy (.npy)' },
  { start: 'PK\x03\x04', title: 'a zip archive (perhaps .npz)' },
  { start: '\x1f\x8b', title: 'gzip' },
  { start: '\x28\xb5\x2f\xfd', title: 'Zstandard' },
  { start: '\x04\x22\x4d\x18', title: 'LZ4' },
  { start: 'BZh', title: 'bzip2' },
  { start: 'MATLAB 5.0', title: 'a MATLAB file' },
]

const rawTitles: Readonly<Record<RawFormat, string>> = {
  evt2: 'Prophesee RAW EVT2',
  'evt2.1': 'Prophesee RAW EVT2.1',
  evt3: 'Prophesee RAW EVT3',
  evt4: 'Prophesee RAW EVT4',
}

/**
 * The codec for a file that begins with `head` (the first DETECT_BYTES bytes, or all if there are fewer).
 * DecodeError where there is none: it says what the bytes are, if they are recognised, else which bytes they are; and what can be read.
 */
export function detectFormat(head: Uint8Array): EventCodec {
  const refuse = (problem: string): never => {
    throw new DecodeError(`${problem}. Known formats: ${codecs.map((codec) => codec.title).join(', ')}`, { format: 'unknown', offset: 0 })
  }
  if (head.length === 0) return refuse('there are no bytes')
  const start = String.fromCharCode(...head.subarray(0, 16))
  if (start.startsWith('#!AER-DAT4')) return aedat4
  if (start.startsWith('Event Stream')) return es
  const other = unread.find((format) => start.startsWith(format.start))
  if (other) return refuse(`this is ${other.title}, which cannot be read yet`)
  const prophesee = start.startsWith('%') ? detectProphesee(head) : undefined
  if (typeof prophesee === 'string') return refuse(`this is ${rawTitles[prophesee]}, which cannot be read yet`)
  if (prophesee) return prophesee
  if (isText(head)) return csv
  return refuse(`the format of these bytes is not known: ${describeBytes(head)}`)
}

/** '%' lines begin RAW, DAT and some CSV files: the keys of the lines and the bytes after them tell. */
function detectProphesee(head: Uint8Array): EventCodec | RawFormat | undefined {
  const lines = new TextHeader('%', 'detection')
  const rest = lines.push(head)
  if (rest !== undefined && rest.length >= 2 && isDatKind(rest[0]!, rest[1]!) && !lines.values.has('evt') && !lines.values.has('format'))
    return dat
  const { format } = readRawHeader(lines.values)
  if (format === undefined) return undefined
  return format === 'evt3' ? evt3 : format
}

/** No control bytes but tab and line ends, and a digit or the letters of a header row at least. */
function isText(head: Uint8Array): boolean {
  for (const byte of head) if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte >= 0x7f) return false
  return /[0-9xy]/i.test(String.fromCharCode(...head.subarray(0, 512)))
}
