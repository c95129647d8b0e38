/**
 * Zip archives, as far as npz needs them: members stored or deflated, no encryption, no Zip64.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

import { crc32 } from './crc32.ts'
import { quoted, refuse, type Spot, utf8 } from './tensor-file.ts'

const format = 'zip'
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1
const UTF8_NAMES = 0x800
const MOST_16 = 0xffff
const MOST_32 = 0xffffffff
/** No deflated byte stands for more. */
const MOST_EXPANSION = 1032

export interface Member {
  readonly bytes: Uint8Array
  /** Where its data, perhaps compressed, begin in the archive. */
  readonly offset: number
}

export interface Archive {
  /** By name, in the order of the archive. */
  readonly members: ReadonlyMap<string, Member>
  readonly comment: Uint8Array
}

/** A member as the directory at the end describes it. */
interface Listed {
  readonly name: string
  readonly nameBytes: Uint8Array
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  /** of its local header */
  readonly from: number
}

/**
 * All members, with their checksums verified. Nothing is expanded beyond the size that the archive says, nor where all sizes together exceed `limit`
 * bytes or what deflate can reach.
 * @throws DecodeError
 */
export async function readZip(bytes: Uint8Array, limit: number): Promise<Archive> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(bytes, view)
  const listed = readDirectory(bytes, view, end)
  const total = listed.reduce((sum, { size }) => sum + size, 0)
  if (total > limit) refuse({ format, at: 'zip', offset: end }, `expected members of at most ${limit} bytes together, found ${total}`)
  const members = new Map<string, Member>()
  let free = 0
  const directory = view.getUint32(end + 16, true)
  for (const one of listed.toSorted((a, b) => a.from - b.from)) {
    const at: Spot = { format, at: `zip: ${quoted(one.name)}`, offset: one.from }
    const start = dataStart(bytes, view, one, directory, at)
    if (one.from < free) refuse(at, `expected a member that begins at ${free} or later, where the one before it ends, found ${one.from}`)
    free = start + one.packed
    members.set(one.name, { bytes: await unpack(bytes.subarray(start, free), one, { ...at, offset: start }), offset: start })
  }
  const inOrder = listed.map(({ name }) => [name, members.get(name) as Member] as const)
  return { members: new Map(inOrder), comment: bytes.subarray(end + END_BYTES) }
}

/** The record at the end of the archive; only its comment follows it. */
function findEnd(bytes: Uint8Array, view: DataView): number {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - MOST_16); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === bytes.length - at - END_BYTES) return at
  }
  return refuse(
    { format, at: 'zip', offset: bytes.length },
    'expected the directory at the end of the archive, found none: the file is cut',
  )
}

function readDirectory(bytes: Uint8Array, view: DataView, end: number): readonly Listed[] {
  const [count, size, from] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true), view.getUint32(end + 16, true)]
  const spot = (offset: number): Spot => ({ format, at: 'zip: directory', offset })
  if (count === MOST_16 || size === MOST_32 || from === MOST_32)
    refuse(spot(end), 'expected less than 65535 members and 4 GiB, found a Zip64 archive; save the tensors as safetensors')
  if (from + size > end) refuse(spot(end), `expected a directory before byte ${end}, found ${size} bytes from ${from}`)
  const listed: Listed[] = []
  const names = new Set<string>()
  let at = from
  for (let k = 0; k < count; k++) {
    const here = spot(at)
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) refuse(here, `expected an entry, ${k} of ${count} before it`)
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number]
    const next = at + CENTRAL_BYTES + nameLength + extra + comment
    if (next > end) refuse(here, `expected an entry that ends before byte ${end}, found ${next}`)
    const nameBytes = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength)
    const name = utf8(nameBytes, here)
    if (names.has(name)) refuse(here, `expected every name once, found ${quoted(name)} twice`)
    names.add(name)
    if (view.getUint16(at + 8, true) & ENCRYPTED) refuse(here, `${quoted(name)} is encrypted`)
    const [crc, packed, whole, local] = [16, 20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
      number,
    ]
    listed.push({ name, nameBytes, method: view.getUint16(at + 10, true), crc, packed, size: whole, from: local })
    at = next
  }
  return listed
}

/** Where the data begin: its local header may be longer than the directory says. */
function dataStart(bytes: Uint8Array, view: DataView, { nameBytes, packed, from }: Listed, directory: number, at: Spot): number {
  if (from + LOCAL_BYTES > directory || view.getUint32(from, true) !== LOCAL) refuse(at, 'expected the header of a member')
  const nameLength = view.getUint16(from + 26, true)
  const start = from + LOCAL_BYTES + nameLength + view.getUint16(from + 28, true)
  if (start + packed > directory) refuse(at, `expected ${packed} bytes of data before byte ${directory}, found ${directory - start}`)
  const local = bytes.subarray(from + LOCAL_BYTES, from + LOCAL_BYTES + nameLength)
  if (local.length !== nameBytes.length || local.some((byte, k) => byte !== nameBytes[k]))
    refuse(at, 'expected the name that the directory has, found another')
  return start
}

async function unpack(packed: Uint8Array, { method, size, crc }: Listed, at: Spot): Promise<Uint8Array> {
  if (method !== STORED && method !== DEFLATED) refuse(at, `expected compression method 0 (stored) or 8 (deflate), found ${method}`)
  const impossible = method === STORED ? size !== packed.length : size > packed.length * MOST_EXPANSION
  if (impossible) refuse(at, `expected a size that ${packed.length} bytes of method ${method} can have, found ${size}`)
  const bytes = method === STORED ? packed : await inflate(packed, size, at)
  const found = crc32(bytes)
  if (found !== crc) refuse(at, `expected data of CRC-32 ${hex(crc)}, found ${hex(found)}: they are damaged`)
  return bytes
}

const hex = (value: number) => value.toString(16).padStart(8, '0')

/** Exactly `size` bytes, never more memory than that. */
async function inflate(packed: Uint8Array, size: number, at: Spot): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let filled = 0
  const source = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(packed as Uint8Array<ArrayBuffer>)
      controller.close()
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (filled + value.length > size) {
        filled += value.length
        break
      }
      bytes.set(value, filled)
      filled += value.length
    }
  } catch (cause) {
    return refuse(at, `expected deflated data: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (filled !== size) refuse(at, `expected ${size} bytes when expanded, found ${filled < size ? filled : 'more'}`)
  return bytes
}

/**
 * An archive whose members are stored as they are. The same members give the same bytes: no times.
 * @throws RangeError where it would need Zip64, or for a comment of more than 65535 bytes
 */
export function writeZip(members: ReadonlyMap<string, Uint8Array>, comment: Uint8Array): Uint8Array<ArrayBuffer> {
  const entries = [...members].map(([name, bytes]) => ({ name: new TextEncoder().encode(name), bytes, crc: crc32(bytes) }))
  const localSize = entries.reduce((sum, { name, bytes }) => sum + LOCAL_BYTES + name.length + bytes.length, 0)
  const centralSize = entries.reduce((sum, { name }) => sum + CENTRAL_BYTES + name.length, 0)
  const size = localSize + centralSize + END_BYTES + comment.length
  if (entries.length >= MOST_16 || size >= MOST_32)
    throw new RangeError(`zip: ${entries.length} members in ${size} bytes: at most 65534 in less than 4 GiB are allowed; write safetensors`)
  if (comment.length > MOST_16 || entries.some(({ name }) => name.length > MOST_16))
    throw new RangeError('zip: names and the comment have at most 65535 bytes; write safetensors')
  const result = new Uint8Array(size)
  const view = new DataView(result.buffer)
  let [local, central] = [0, localSize]
  for (const { name, bytes, crc } of entries) {
    view.setUint32(local, LOCAL, true)
    describe(view, local + 4, crc, bytes.length, name.length)
    result.set(name, local + LOCAL_BYTES)
    result.set(bytes, local + LOCAL_BYTES + name.length)
    view.setUint32(central, CENTRAL, true)
    view.setUint16(central + 4, VERSION, true)
    describe(view, central + 6, crc, bytes.length, name.length)
    view.setUint32(central + 42, local, true)
    result.set(name, central + CENTRAL_BYTES)
    local += LOCAL_BYTES + name.length + bytes.length
    central += CENTRAL_BYTES + name.length
  }
  view.setUint32(central, END, true)
  view.setUint16(central + 8, entries.length, true)
  view.setUint16(central + 10, entries.length, true)
  view.setUint32(central + 12, centralSize, true)
  view.setUint32(central + 16, localSize, true)
  view.setUint16(central + 20, comment.length, true)
  result.set(comment, central + END_BYTES)
  return result
}

const VERSION = 20
/** 1980-01-01, where the format's calendar begins. */
const DATE = 0x21

/** The fields that both headers of a member have in common. */
function describe(view: DataView, at: number, crc: number, size: number, nameLength: number): void {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 2, UTF8_NAMES, true)
  view.setUint16(at + 4, STORED, true)
  view.setUint16(at + 8, DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, size, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, nameLength, true)
}
