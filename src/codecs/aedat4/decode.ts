/**
 * AEDAT4: reads packets in sequence. A packet that is damaged is passed over and the ones around it are kept; where no packet header is,
 * the bytes are searched for the next one; the table at the end only checks (event-formats.md sections 1, 16 and 17).
 */

import { DecodeError } from '../../errors.ts'
import type { EventPacket } from '../../events.ts'
import { ByteQueue } from '../byte-queue.ts'
import type { Decoder, DecoderOptions, EventCodec, GeometryOrigin } from '../codec.ts'
import { DamageLog, describeBytes } from '../damage.ts'
import { chooseGeometry } from '../geometry.ts'
import { identifierOf, MOST_EXPANDED_BYTES, MOST_HEADER_BYTES, MOST_PACKET_BYTES, PACKET_HEADER_BYTES, SIGNATURE, u32 } from './common.ts'
import { readEvents } from './events.ts'
import { type FileHeader, NO_HEADER, readHeader } from './header.ts'
import { Lz4Frame } from './lz4-frame.ts'
import { findPacket, LOOKAHEAD, type PacketHeader, packetAt, tableAt } from './packet.ts'
import { type Opened, openPayload } from './payload.ts'
import { checkTable } from './table.ts'

export interface Aedat4Options extends DecoderOptions {
  /** Which stream of events, by its id in the file. Default: the first. Others are skipped and counted. */
  readonly stream?: number
}

/**
 * AEDAT 4, uncompressed or LZ4. Frames, inertial samples and triggers are skipped and counted in packets, by identifier. Times are absolute
 * Unix microseconds. A packet may hold at most 64 MiB, compressed and expanded. The memory needed is about twice the largest packet.
 */
export const aedat4: EventCodec<Aedat4Options> = {
  name: 'aedat4',
  title: 'AEDAT 4',
  decoder: (options = {}): Decoder => new Aedat4Decoder(options),
}

/** Bytes that may be searched again before any have been read. */
const FREE_REPEAT_BYTES = 2 ** 20
/** Names in `skipped`, which hostile bytes could otherwise fill the memory with. */
const MOST_NAMES = 64

class Aedat4Decoder implements Decoder {
  readonly format = 'aedat4'
  width = 0
  height = 0
  geometry: GeometryOrigin | undefined
  readonly damage = new DamageLog()
  readonly skipped = new Map<string, number>()

  private readonly options: Aedat4Options
  private readonly queue = new ByteQueue()
  private readonly lz4 = new Lz4Frame(MOST_EXPANDED_BYTES)
  private state: 'signature' | 'header' | 'packets' | 'search' | 'table' = 'signature'
  private header: FileHeader = NO_HEADER
  private eventStream: number | undefined
  /** Nothing can be done before this many bytes are held. */
  private needed = 0
  /** Where the search began, and what was found there. */
  private lostFrom = 0
  private lostFound = ''
  /** Bytes searched again after a bad packet: bounded by the bytes read, so that the work stays linear in the size of any file. */
  private again = 0
  private tableTooLong = false
  /** As the table counts: packets of all streams, events of ours. */
  private packetCount = 0
  private eventCount = 0

  constructor(options: Aedat4Options) {
    this.options = options
  }

  decode(chunk: Uint8Array): EventPacket[] {
    const packets: EventPacket[] = []
    this.queue.push(chunk)
    this.advance(packets, false)
    return packets
  }

  end(): EventPacket[] {
    const packets: EventPacket[] = []
    this.needed = 0
    this.advance(packets, true)
    return packets
  }

  private advance(packets: EventPacket[], final: boolean): void {
    while (this.queue.length >= this.needed) {
      this.needed = 0
      if (!this.step(packets, final)) return
    }
  }

  /** One thing read; false where more bytes are needed or nothing is left. */
  private step(packets: EventPacket[], final: boolean): boolean {
    switch (this.state) {
      case 'signature':
        return this.readSignature(final)
      case 'header':
        return this.readFileHeader(final)
      case 'packets':
        return this.readPacket(packets, final)
      case 'search':
        return this.search(final)
      case 'table':
        return this.readTable(final)
    }
  }

  /** Waits for `count` bytes in all; at the end there is nothing to wait for. */
  private wait(count: number): false {
    this.needed = count
    return false
  }

  private readSignature(final: boolean): boolean {
    const { bytes } = this.queue
    if (bytes.length < SIGNATURE.length + 4 && !final) return this.wait(SIGNATURE.length + 4)
    if (String.fromCharCode(...bytes.subarray(0, SIGNATURE.length)) !== SIGNATURE)
      throw new DecodeError(`aedat4: expected ${JSON.stringify(SIGNATURE)}, found ${describeBytes(bytes)}`, { format: 'aedat4', offset: 0 })
    if (bytes.length < SIGNATURE.length + 4)
      throw new DecodeError('aedat4: the file ends before its header', { format: 'aedat4', offset: bytes.length })
    this.queue.drop(SIGNATURE.length)
    this.state = 'header'
    return true
  }

  private readFileHeader(final: boolean): boolean {
    const { bytes } = this.queue
    if (bytes.length < 12 && !final) return this.wait(12)
    const size = u32(bytes, 0)
    const isHeader = size <= MOST_HEADER_BYTES && String.fromCharCode(...bytes.subarray(8, 12)) === 'IOHE'
    if (isHeader && bytes.length < 4 + size && !final) return this.wait(4 + size)
    const header = isHeader ? readHeader(bytes.subarray(0, 4 + size)) : undefined
    this.open(header ?? NO_HEADER)
    const { offset } = this.queue
    if (header === undefined)
      this.damage.resynchronize({ offset, expected: 'a header of the file', found: describeBytes(bytes.subarray(0, 12)), lost: 4 })
    else if (bytes.length < 4 + size)
      this.damage.resynchronize({ offset, expected: `a header of ${size} bytes`, found: `${bytes.length - 4}, then the end`, lost: 4 })
    this.queue.drop(header !== undefined && 4 + size <= bytes.length ? 4 + size : 4)
    this.state = 'packets'
    return true
  }

  private open(header: FileHeader): void {
    this.header = header
    const ids = [...header.streams].filter(([, stream]) => stream.identifier === 'EVTS').map(([id]) => id)
    this.eventStream = this.options.stream ?? (ids.length > 0 ? Math.min(...ids) : undefined)
    const { width, height } = header.streams.get(this.eventStream ?? -1) ?? {}
    const chosen = chooseGeometry(width && height ? { width, height } : {}, this.options)
    this.width = chosen.width
    this.height = chosen.height
    this.geometry = chosen.origin
  }

  private readPacket(packets: EventPacket[], final: boolean): boolean {
    const { bytes, offset } = this.queue
    if (bytes.length === 0) return false
    if (bytes.length < LOOKAHEAD && !final) return this.wait(LOOKAHEAD)
    if (this.tableBegins(bytes, 0)) {
      this.state = 'table'
      return true
    }
    const head = packetAt(bytes, 0)
    if (head === undefined) {
      if (final && bytes.length < LOOKAHEAD) return this.cutTail(bytes, 'a packet')
      return this.beginSearch(bytes)
    }
    const end = PACKET_HEADER_BYTES + head.size
    if (bytes.length < end && !final) return this.wait(end)
    return this.takePacket(head, bytes.subarray(0, Math.min(end, bytes.length)), offset, packets, final)
  }

  /** `packet`: header and payload, all of it unless the file ends inside. */
  private takePacket(head: PacketHeader, packet: Uint8Array, offset: number, packets: EventPacket[], final: boolean): boolean {
    const end = PACKET_HEADER_BYTES + head.size
    const isWhole = packet.length === end
    const declared = this.header.streams.get(head.stream)?.identifier
    const isOther = declared !== undefined && (declared !== 'EVTS' || head.stream !== this.eventStream)
    const canLookAhead = final || this.queue.length >= end + LOOKAHEAD
    if (isWhole && isOther) {
      if (!canLookAhead) return this.wait(end + LOOKAHEAD)
      if (this.continuesAt(end) || this.queue.length === end) return this.skip(declared, end)
    }

    if (head.compression === 'zstd' && this.header.compression >= 3 && this.packetCount === 0) this.refuseZstd()
    const opened = openPayload(head, packet.subarray(PACKET_HEADER_BYTES), this.lz4)
    const used = PACKET_HEADER_BYTES + opened.used
    if (isWhole && (opened.state !== 'whole' || used !== end) && !canLookAhead) return this.wait(end + LOOKAHEAD)
    const isReadable = opened.state === 'whole' || (opened.state === 'cut' && !isWhole)
    if (!isReadable || !this.deliver(head, declared, opened, offset, packets)) return this.passBad(opened, packet, end, offset, final)
    if (opened.state === 'cut') {
      const found = `${packet.length - PACKET_HEADER_BYTES}, then the end`
      this.damage.truncate({ offset, expected: `a packet of ${head.size} bytes`, found, lost: packet.length })
      this.queue.drop(packet.length)
      return true
    }
    const next = used === end || (!this.continuesAt(used) && this.continuesAt(end)) ? end : used
    if (used !== end) {
      const expected = `a packet size of ${opened.used}, where its payload ends`
      this.damage.resynchronize({ offset: offset + 4, expected, found: `${head.size}`, lost: Math.min(next, packet.length) - used })
    }
    this.packetCount++
    this.queue.drop(next)
    return true
  }

  private refuseZstd(): void {
    throw new DecodeError(
      'aedat4: the packets of this file are compressed with ZSTD, and no ZSTD decompressor is here yet. Record or convert with LZ4 or no compression',
      { format: 'aedat4', offset: this.queue.offset + PACKET_HEADER_BYTES },
    )
  }

  /** Events to `packets`, others to the count; false if the payload is not sound. */
  private deliver(head: PacketHeader, declared: string | undefined, opened: Opened, offset: number, packets: EventPacket[]): boolean {
    const { bytes: payload, state } = opened
    const identifier = identifierOf(payload)
    if (identifier === undefined) return state === 'cut'
    if (identifier !== 'EVTS' || !this.isOurs(head.stream, declared, offset)) {
      this.count(identifier)
      return true
    }
    const read = readEvents(payload, this.width, this.height, packets)
    if (read === undefined) return state === 'cut'
    this.eventCount += read.count
    this.damage.dropped += read.outside + (state === 'cut' ? Math.max(read.missing - 1, 0) : 0)
    const stated = `${read.count + read.missing} events in the packet, as it says`
    if (read.missing > 0 && state === 'whole') this.damage.resynchronize({ offset, expected: stated, found: `${read.count}`, lost: 0 })
    return true
  }

  private isOurs(stream: number, declared: string | undefined, offset: number): boolean {
    this.eventStream ??= stream
    if (stream === this.eventStream) return true
    // the streams are known, this one is not among them, and it holds events: a damaged id, rather than one more camera
    if (declared !== undefined || this.header.streams.size === 0 || this.options.stream !== undefined) return false
    this.damage.resynchronize({ offset, expected: 'a stream id that the header lists', found: `${stream}`, lost: 0 })
    return true
  }

  /** A packet that cannot be read. Its size is believed if a packet follows where it says; else the search begins inside it. */
  private passBad(opened: Opened, packet: Uint8Array, end: number, offset: number, final: boolean): boolean {
    const isWhole = packet.length === end
    if (isWhole && !final && this.queue.length < end + LOOKAHEAD) return this.wait(end + LOOKAHEAD)
    const goesOn = isWhole && (this.continuesAt(end) || this.queue.length === end)
    const isSound = opened.state === 'whole'
    const expected = isSound ? 'a sound FlatBuffer' : opened.expected
    const found = isSound ? describeBytes(opened.bytes) : opened.found
    const mayRepeat = !goesOn && this.again <= offset + FREE_REPEAT_BYTES
    if (mayRepeat) this.again += packet.length
    const lost = mayRepeat ? PACKET_HEADER_BYTES : packet.length
    this.damage.resynchronize({ offset: offset + PACKET_HEADER_BYTES + (isSound ? 0 : opened.used), expected, found, lost })
    this.queue.drop(lost)
    return true
  }

  /** Whether a packet or the table begins at `at`, or the bytes end there. */
  private continuesAt(at: number): boolean {
    const { bytes } = this.queue
    return packetAt(bytes, at) !== undefined || this.tableBegins(bytes, at)
  }

  private tableBegins(bytes: Uint8Array, at: number): boolean {
    if (bytes.length - at < 4 || !tableAt(bytes, at)) return false
    return this.queue.offset + at === this.header.tablePosition || identifierOf(bytes.subarray(at, at + 12)) === 'FTAB'
  }

  private beginSearch(bytes: Uint8Array): true {
    this.lostFrom = this.queue.offset
    this.lostFound = describeBytes(bytes.subarray(0, PACKET_HEADER_BYTES))
    this.state = 'search'
    return true
  }

  private search(final: boolean): boolean {
    const { bytes, offset } = this.queue
    const place = findPacket(bytes, 0)
    const toTable = this.header.tablePosition - offset
    const reachesTable = toTable >= 0 && toTable + 12 <= bytes.length && tableAt(bytes, toTable)
    const next = reachesTable && (place < 0 || toTable < place) ? toTable : place
    // without a packet, the last bytes may be the beginning of one
    const passed = next >= 0 ? next : final ? bytes.length : Math.max(bytes.length - LOOKAHEAD + 1, 0)
    this.queue.drop(passed)
    if (next < 0 && !final) return this.wait(LOOKAHEAD)
    this.damage.resynchronize({ offset: this.lostFrom, expected: 'a packet', found: this.lostFound, lost: offset + passed - this.lostFrom })
    this.state = 'packets'
    return true
  }

  /** At the end of the bytes: the table, checked against what was read. */
  private readTable(final: boolean): boolean {
    const { bytes, offset } = this.queue
    if (!final) {
      if (bytes.length > MOST_PACKET_BYTES) {
        this.tableTooLong = true
        this.queue.drop(bytes.length)
      }
      return this.wait(this.queue.length + 1)
    }
    const payload = this.tableTooLong ? new Uint8Array(0) : identifierOf(bytes) === 'FTAB' ? bytes : this.lz4.expand(bytes).bytes
    const wrong = checkTable(payload, { stream: this.eventStream, packets: this.packetCount, events: this.eventCount })
    if (wrong) this.damage.resynchronize({ offset, ...wrong, lost: 0 })
    this.queue.drop(bytes.length)
    return false
  }

  private cutTail(bytes: Uint8Array, expected: string): boolean {
    this.damage.truncate({ offset: this.queue.offset, expected, found: `${bytes.length} bytes, then the end`, lost: bytes.length })
    this.queue.drop(bytes.length)
    return false
  }

  private skip(identifier: string, bytes: number): boolean {
    this.count(identifier)
    this.packetCount++
    this.queue.drop(bytes)
    return true
  }

  private count(identifier: string): void {
    const known = this.skipped.get(identifier)
    if (known !== undefined || this.skipped.size < MOST_NAMES) this.skipped.set(identifier, (known ?? 0) + 1)
  }
}
