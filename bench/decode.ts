/**
 * Decoding speed, million events a second: median and best of interleaved rounds, bytes in memory, pieces of 256 kB as `dvsFile` reads them.
 * The best says more than the median where other work shares the machine.
 * Run: npx tsx bench/decode.ts [rounds]. Recordings of ../shared where they are (real scenes), else the synthetic fixtures.
 */

import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { aedat4 } from '../src/codecs/aedat4/decode.ts'
import type { EventCodec } from '../src/codecs/codec.ts'
import { csv } from '../src/codecs/csv/decode.ts'
import { dat } from '../src/codecs/dat/decode.ts'
import { es } from '../src/codecs/es/decode.ts'
import { evt3 } from '../src/codecs/evt3/decode.ts'
import type { EventPacket } from '../src/events.ts'

interface Subject {
  readonly name: string
  readonly codec: EventCodec
  readonly bytes: Uint8Array
}

const CHUNK = 2 ** 18
const AIM = 2 ** 22

const recording = (real: string, synthetic: string): Buffer => {
  const shared = fileURLToPath(new URL(`../../shared/data/recordings/${real}`, import.meta.url))
  return readFileSync(existsSync(shared) ? shared : new URL(`../test/fixtures/recordings/${synthetic}`, import.meta.url))
}

/** The header once, then the body until there are about 4 MB. */
const repeat = (file: Buffer, header: number, end = file.length): Uint8Array => {
  const body = file.subarray(header, end)
  const times = Math.max(1, Math.round(AIM / body.length))
  return new Uint8Array(Buffer.concat([file.subarray(0, header), ...Array.from({ length: times }, () => body)]))
}

function afterLines(file: Buffer): number {
  let at = 0
  while (file[at] === 0x25) at = file.indexOf(10, at) + 1
  return at
}

/** Gives every packet away, as a pipeline does: the measure includes making them and collecting them. */
function decode(codec: EventCodec, bytes: Uint8Array, take: (packet: EventPacket) => void): void {
  const decoder = codec.decoder()
  for (let from = 0; from < bytes.length; from += CHUNK)
    for (const packet of decoder.decode(bytes.subarray(from, from + CHUNK))) take(packet)
  for (const packet of decoder.end()) take(packet)
}

function aedat4Packets(): { lz4: Uint8Array; plain: Uint8Array } {
  const file = recording('dvxplorer.aedat4', 'davis346-lz4.aedat4')
  const header = 18 + file.readUInt32LE(14)
  const place = file.indexOf('IOHE') + 32 // of the table's position, in the headers of DV and dv-processing
  const table = Number(file.readBigInt64LE(place))
  file.writeBigInt64LE(-1n, place)
  const parts: Buffer[] = [file.subarray(0, header)]
  decode(aedat4, new Uint8Array(file), (packet) => {
    const n = packet.t.length
    const out = Buffer.alloc(8 + 32 + 16 * n)
    out.writeInt32LE(32 + 16 * n, 4)
    out.set(Buffer.from('00000000 10000000 45565453 0000 060008000400 06000000 04000000'.replaceAll(' ', ''), 'hex'), 8)
    out.writeUInt32LE(28 + 16 * n, 8)
    out.writeUInt32LE(n, 36)
    for (let k = 0; k < n; k++) {
      out.writeBigInt64LE(BigInt(packet.t[k]!), 40 + 16 * k)
      out.writeUInt16LE(packet.x[k]!, 48 + 16 * k)
      out.writeUInt16LE(packet.y[k]!, 50 + 16 * k)
      out[52 + 16 * k] = packet.p[k]!
    }
    parts.push(out)
  })
  return { lz4: repeat(file, header, table), plain: repeat(Buffer.concat(parts), header) }
}

function csvText(): Uint8Array {
  const lines: string[] = ['t,x@346,y@260,on\n']
  decode(es, new Uint8Array(recording('dvs.es', 'event-stream-dvs.es')), ({ t, x, y, p }) => {
    for (let k = 0; k < t.length; k++) lines.push(`${t[k]},${x[k]},${y[k]},${p[k]}\n`)
  })
  return new Uint8Array(Buffer.from(lines.join('')))
}

const raw = recording('gen41-evt3.raw', 'faery-evt3.raw')
const cd = readFileSync(new URL('../test/fixtures/recordings/faery-cd.dat', import.meta.url))
const { lz4, plain } = aedat4Packets()
const subjects: readonly Subject[] = [
  { name: 'EVT3', codec: evt3, bytes: repeat(raw, afterLines(raw)) },
  { name: 'DAT', codec: dat, bytes: repeat(cd, afterLines(cd) + 2) },
  { name: 'ES', codec: es, bytes: repeat(recording('dvs.es', 'event-stream-dvs.es'), 20) },
  { name: 'AEDAT4 plain', codec: aedat4, bytes: plain },
  { name: 'AEDAT4 LZ4', codec: aedat4, bytes: lz4 },
  { name: 'CSV', codec: csv, bytes: csvText() },
]

const rounds = Number(process.argv[2] ?? 31)
const seconds = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]))
const events = new Map<Subject, number>()
for (let round = 0; round <= rounds; round++) {
  for (const subject of subjects) {
    const start = performance.now()
    let count = 0
    decode(subject.codec, subject.bytes, (packet) => (count += packet.t.length))
    const took = (performance.now() - start) / 1000
    if (round > 0) seconds.get(subject)!.push(took) // the first warms up
    events.set(subject, count)
  }
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, median of ${rounds} rounds`)
console.log('format         Mev/s    MB/s    best Mev/s     events')
for (const [subject, times] of seconds) {
  times.sort((a, b) => a - b)
  const count = events.get(subject)!
  const median = times[times.length >> 1]!
  const mev = (time: number): string => (count / time / 1e6).toFixed(1)
  const mb = (subject.bytes.length / median / 1e6).toFixed(0)
  console.log(
    `${subject.name.padEnd(14)} ${mev(median).padStart(5)} ${mb.padStart(7)} ${mev(times[0]!).padStart(13)} ${String(count).padStart(10)}`,
  )
}
