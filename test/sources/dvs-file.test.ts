import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { firstValueFrom, lastValueFrom, type Observable, Subscription, take, toArray } from 'rxjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dvsFile } from '../../sources/dvs-file.ts'
import { type Report, setReportListener } from '../../src/diagnostics.ts'
import { DecodeError } from '../../src/errors.ts'
import type { EventPacket } from '../../src/events.ts'
import { closeValve, openValve, valve } from '../../src/stream/valve.ts'
import { eventsPayload, file, sample } from '../codecs/aedat4-file.ts'
import { ascii, concat, digests, fixture, fixturePath, join, rows } from '../codecs/support.ts'

const all = async (source: Observable<EventPacket>): Promise<EventPacket[]> => lastValueFrom(source.pipe(toArray()))
const failure = async (source: Observable<EventPacket>): Promise<Error> =>
  all(source).then(
    () => expect.unreachable('the file was read'),
    (error: Error) => error,
  )
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const folder = mkdtempSync(joinPath(tmpdir(), 'rxspike-'))
const temporary = (name: string, bytes: Uint8Array): string => {
  const path = joinPath(folder, name)
  writeFileSync(path, bytes)
  return path
}
afterAll(() => rmSync(folder, { recursive: true }))

/** How often this process has the file open: Linux only, else 0. */
const openCount = (path: string): number => {
  if (process.platform !== 'linux') return 0
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
  return targets.filter((target) => target === path).length
}

let reports: Report[] = []
beforeAll(() => setReportListener((report) => reports.push(report)))
afterAll(() => setReportListener(undefined))
afterEach(() => {
  reports = []
})

const recording = 'event-stream-dvs.es'
const expected = {
  t: '2b8940a0f4c0b66a05216be70f51246f27913a009224a6674c3b280b',
  x: '8e50766e2835aceb4a458484a07f382e00f22a48dbe510841a8975ab',
  y: 'dda491df500f334a651ee14b7ff6475d1b8dca388bf7824618f353f9',
  p: '817ecebdb3b30681c18a04db65fc15b60b229fe2cb189a890a82c16a',
}

describe('dvsFile reads', () => {
  let server: Server
  let address = ''
  let aborted = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      const name = decodeURIComponent(request.url ?? '').slice(1)
      if (name === 'gone') return response.writeHead(404).end('not here')
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      request.socket.once('close', () => aborted++)
      if (name === 'endless') {
        response.write(fixture(recording))
        return undefined
      }
      const bytes = fixture(name)
      // small pieces, so that the format has to be found over several of them
      const send = (from: number): void => {
        if (from >= bytes.length) response.end()
        else response.write(bytes.subarray(from, from + 1500), () => send(from + 1500))
      }
      send(0)
      return undefined
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it.each([
    ['a path', () => fixturePath(recording)],
    ['a file URL', () => pathToFileURL(fixturePath(recording))],
    ['a file URL as a string', () => pathToFileURL(fixturePath(recording)).href],
    ['bytes', () => fixture(recording)],
    ['a Blob', () => new Blob([fixture(recording) as BlobPart])],
    ['a File', () => new File([fixture(recording) as BlobPart], recording)],
    ['an http URL', () => new URL(`${address}/${recording}`)],
    ['an http URL as a string', () => `${address}/${recording}`],
  ])('%s', async (_, source) => {
    for (const options of [{}, { chunkSize: 1000 }]) expect(digests(concat(await all(dvsFile(source(), options))))).toEqual(expected)
    expect(reports).toEqual([])
  })

  it.each(['davis346-lz4.aedat4', 'faery-evt3.raw', 'faery-cd.dat', 'event-stream-atis.es'])('%s, whatever its name', async (name) => {
    const path = temporary('recording.bin', fixture(name))
    const packets = await all(dvsFile(path))
    expect(packets.length).toBeGreaterThan(0)
    expect(digests(concat(await all(dvsFile(path, { chunkSize: 16 }))))).toEqual(digests(concat(packets)))
  })

  it('cold: every subscription reads from the beginning, and none before', async () => {
    const source = dvsFile(fixturePath(recording))
    const [a, b] = await Promise.all([all(source), all(source)])
    expect(digests(concat(a!))).toEqual(expected)
    expect(digests(concat(b!))).toEqual(expected)
    expect(() => dvsFile('/nowhere')).not.toThrow()
  })

  it('the size of the sensor from the caller where the file has none, else assumed and said so', async () => {
    const text = ascii('1,2,3,1\n')
    expect((await all(dvsFile(text, { width: 10, height: 12 })))[0]).toMatchObject({ width: 10, height: 12 })
    expect(reports).toEqual([])
    expect((await all(dvsFile(text)))[0]).toMatchObject({ width: 1280, height: 720 })
    expect(reports).toMatchObject([{ kind: 'fallback', at: 'dvsFile(8 bytes)', message: expect.stringContaining('1280x720') }])
  })

  it('what the server says when it has no such file', async () => {
    expect((await failure(dvsFile(`${address}/gone`))).message).toContain(`dvsFile('${address}/gone'): the server answered 404 Not Found`)
    expect((await failure(dvsFile('http://127.0.0.1:1/x.es'))).message).toMatch(/no answer: .*(ECONNREFUSED|bad port)/)
  })

  it('unsubscription ends a request that would never end', async () => {
    const before = aborted
    const packet = await firstValueFrom(dvsFile(`${address}/endless`))
    expect(packet.t.length).toBeGreaterThan(0)
    await expect.poll(() => aborted).toBeGreaterThan(before)
  })
})

describe('dvsFile refuses', () => {
  it.each([
    ['speed 0', { speed: 0 }, /speed must be above 0.*got 0/],
    ['a negative speed', { speed: -1 }, /got -1/],
    ['speed NaN', { speed: Number.NaN }, /got NaN/],
    ['a width alone', { width: 10 }, /width and height/],
    ['half a pixel', { width: 10.5, height: 3 }, /10\.5 and 3/],
    ['a chunk of nothing', { chunkSize: 0 }, /chunkSize/],
  ])('%s, at the call', (_, options, message) => {
    expect(() => dvsFile('x.es', options)).toThrow(RangeError)
    expect(() => dvsFile('x.es', options)).toThrow(message)
  })

  it('what is no file, or no valve, at the call', () => {
    expect(() => dvsFile(null as never)).toThrow(/got null/)
    expect(() => dvsFile(5 as never)).toThrow(TypeError)
    expect(() => dvsFile('x.es', { valve: { open: true } })).toThrow(TypeError)
  })

  it.each([
    ['a missing file', () => joinPath(folder, 'missing.es'), /dvsFile\('.*missing\.es'\): there is no such file/],
    ['a directory', () => folder, /directory/],
    ['an empty file', () => temporary('empty.es', new Uint8Array(0)), /dvsFile\('.*empty\.es'\): the file is empty/],
    ['empty bytes', () => new Uint8Array(0), /dvsFile\(0 bytes\): the file is empty/],
    ['an empty Blob', () => new Blob([]), /Blob of 0 bytes\): the file is empty/],
  ])('%s, as an error of the stream', async (_, source, message) => {
    expect((await failure(dvsFile(source()))).message).toMatch(message)
  })

  it('an unknown format: the path, the bytes found, the formats known', async () => {
    const path = temporary('noise.raw', Uint8Array.of(0, 1, 2, 0xff))
    const error = await failure(dvsFile(path))
    expect(error).toBeInstanceOf(DecodeError)
    expect(error).toMatchObject({ format: 'unknown', offset: 0 })
    expect(error.message).toMatch(/noise\.raw.*00 01 02 ff.*Known formats: AEDAT 4/)
  })

  it('a format that cannot be read yet, by name', async () => {
    expect((await failure(dvsFile(ascii('% evt 2.0\n\0\0')))).message).toMatch(/EVT2/)
  })
})

describe('dvsFile and damage', () => {
  it('reports it and goes on', async () => {
    const { bytes, offsets, rows: parts } = sample(1)
    const damaged = bytes.slice()
    damaged[offsets[1]! + 8] = 0xff
    const packets = await all(dvsFile(new File([damaged as BlobPart], 'drive.aedat4')))
    expect(rows(concat(packets))).toEqual([parts[0]!, parts[2]!, parts[3]!].flat())
    const at = "dvsFile('drive.aedat4')"
    // one place, and the table that knows of more packets
    expect(reports.map(({ kind, at }) => [kind, at])).toContainEqual(['resynchronized', at])
    expect(reports.reduce((sum, report) => sum + ('count' in report ? report.count : 0), 0)).toBe(2)
  })

  it('reports events outside the sensor and a cut tail as dropped', async () => {
    const { bytes } = file(
      0,
      [{ id: 0, type: 'EVTS', width: 2, height: 2 }],
      [
        {
          stream: 0,
          payload: eventsPayload([
            [1, 5, 5, 1],
            [2, 1, 1, 1],
          ]),
          elements: 2,
        },
      ],
    )
    expect((await all(dvsFile(bytes))).map((packet) => packet.t.length)).toEqual([1])
    expect(reports).toMatchObject([{ kind: 'dropped', count: 1 }])
    reports = []
    await all(dvsFile(join(fixture(recording), Uint8Array.of(2, 0))))
    expect(reports).toMatchObject([{ kind: 'dropped', count: 1 }])
  })
})

describe('dvsFile and its subscriber', () => {
  it('closes the file at the end, on take, on unsubscription and on an error', async () => {
    const path = temporary(
      'long.dat',
      join(fixture('faery-cd.dat'), ...Array.from({ length: 20 }, () => fixture('faery-cd.dat').subarray(39))),
    )
    const closed = async (): Promise<void> => {
      await expect.poll(() => openCount(path)).toBe(0)
    }
    await all(dvsFile(path))
    await closed()

    await lastValueFrom(dvsFile(path, { chunkSize: 4096 }).pipe(take(2)))
    await closed()

    let packets = 0
    const subscription = dvsFile(path, { chunkSize: 64 }).subscribe(() => packets++)
    await expect.poll(() => packets).toBeGreaterThan(3)
    subscription.unsubscribe()
    const then = packets
    await sleep(20)
    expect(packets).toBe(then)
    await closed()

    const noise = temporary('noise.bin', new Uint8Array(10_000))
    await failure(dvsFile(noise))
    await expect.poll(() => openCount(noise)).toBe(0)
  })

  it('take(n) gives n packets, and nothing is decoded for nobody', async () => {
    let seen = 0
    const packets = await lastValueFrom(dvsFile(fixture('faery-cd.dat'), { chunkSize: 100 }).pipe(take(3), toArray()))
    expect(packets.length).toBe(3)
    const subscription = new Subscription()
    subscription.add(
      dvsFile(fixture('faery-cd.dat'), { chunkSize: 100 }).subscribe(() => {
        if (++seen === 5) subscription.unsubscribe()
      }),
    )
    await sleep(30)
    expect(seen).toBe(5)
  })

  it('unsubscribed at once: nothing comes', async () => {
    let seen = 0
    dvsFile(fixture(recording))
      .subscribe(() => seen++)
      .unsubscribe()
    dvsFile(fixturePath(recording))
      .subscribe(() => seen++)
      .unsubscribe()
    await sleep(30)
    expect(seen).toBe(0)
  })

  it.each([
    ['bytes', () => fixture('faery-cd.dat')],
    ['a path', () => fixturePath('faery-cd.dat')],
    ['a Blob', () => new Blob([fixture('faery-cd.dat') as BlobPart])],
  ])('%s: lets the event loop run between chunks', async (_, source) => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await all(dvsFile(source(), { chunkSize: 64 }))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })

  it('waits while the valve is closed', async () => {
    const gate = valve()
    const received: EventPacket[] = []
    let complete = false
    dvsFile(fixture(recording), { valve: gate, chunkSize: 1000 }).subscribe({
      next: (packet) => {
        received.push(packet)
        if (received.length === 3) closeValve(gate)
      },
      complete: () => (complete = true),
    })
    await sleep(50)
    expect(received.length).toBe(3)
    openValve(gate)
    await expect.poll(() => complete).toBe(true)
    expect(digests(concat(received))).toEqual(expected)
  })

  it('closes the file when unsubscribed while the valve is closed', async () => {
    const gate = valve()
    closeValve(gate)
    const path = temporary('waiting.es', fixture(recording))
    let seen = 0
    const subscription = dvsFile(path, { valve: gate }).subscribe(() => seen++)
    if (process.platform === 'linux') await expect.poll(() => openCount(path)).toBe(1)
    subscription.unsubscribe()
    await expect.poll(() => openCount(path)).toBe(0)
    openValve(gate)
    await sleep(10)
    expect(seen).toBe(0)
  })

  it('reads a file in constant memory', async () => {
    const body = fixture('faery-cd.dat')
    const path = temporary('large.dat', join(body.subarray(0, 39), ...Array.from({ length: 700 }, () => body.subarray(39))))
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    const before = process.memoryUsage().arrayBuffers
    let events = 0
    let packets = 0
    let most = 0
    await new Promise<void>((resolve, reject) =>
      dvsFile(path).subscribe({
        next: (packet) => {
          events += packet.t.length
          if (++packets % 32 !== 0) return
          collect()
          most = Math.max(most, process.memoryUsage().arrayBuffers - before)
        },
        error: reject,
        complete: resolve,
      }),
    )
    expect(events).toBe(8_400_000)
    // of 67 MB of file and 109 MB of events; up to 32 packets (14 MB) that nobody holds may still wait to be freed by another thread
    expect(most).toBeLessThan(30e6)
  })
})
