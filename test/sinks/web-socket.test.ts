import { spawn } from 'node:child_process'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { firstValueFrom, interval, map, of, Subject, take, toArray } from 'rxjs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketSink, type WebSocketSink } from '../../sinks/web-socket.ts'
import { webSocketSource } from '../../sources/web-socket.ts'
import { decodeFrame, encodeTensor } from '../../src/dashboard/protocol.ts'
import { DeviceError } from '../../src/errors.ts'
import type { EventPacket } from '../../src/events.ts'
import { diagnostics } from '../../src/stream/diagnostics.ts'
import { Tensor } from '../../src/tensor.ts'

const tensor = (k: number, size = 4) => new Tensor([size], new Float32Array(size).fill(k), { t: k * 1000, dt: 1e-3 })
const packet: EventPacket = {
  t: Float64Array.of(1, 2),
  x: Uint16Array.of(3, 4),
  y: Uint16Array.of(0, 1),
  p: Uint8Array.of(1, 0),
  width: 8,
  height: 4,
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5_000, interval: 5 })

/** What a test opened. */
const open: { close?(): unknown; [Symbol.asyncDispose]?(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await (each[Symbol.asyncDispose]?.() ?? each.close?.())
})

async function serving(
  options: { host?: string; origins?: readonly string[] } = {},
): Promise<{ sink: WebSocketSink; values: Subject<Tensor | EventPacket>; http: string; ws: string }> {
  const sink = webSocketSink({ port: 0, ...options })
  const values = new Subject<Tensor | EventPacket>()
  values.subscribe(sink)
  open.push({ close: () => void sink.done.catch(() => undefined).then(() => undefined) }, { close: () => values.complete() })
  const http = await sink.address
  return { sink, values, http, ws: http.replace('http', 'ws') }
}

async function client(
  url: string,
  options: { origin?: string; headers?: Record<string, string> } = {},
): Promise<{ socket: WebSocket; texts: string[]; frames: Uint8Array[]; codes: number[] }> {
  const socket = new WebSocket(url, options)
  const seen = { socket, texts: [] as string[], frames: [] as Uint8Array[], codes: [] as number[] }
  socket.on('message', (data: Buffer, binary: boolean) =>
    binary ? seen.frames.push(Uint8Array.from(data)) : seen.texts.push(String(data)),
  )
  socket.on('close', (code) => seen.codes.push(code))
  open.push({ close: () => socket.terminate() })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  return seen
}

/** Status and body of a GET, whatever its Host. */
const get = (
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> =>
  new Promise((resolve, reject) => {
    request(url, { headers, method }, (response) => {
      let body = ''
      response
        .on('data', (part) => (body += part))
        .on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }))
    })
      .on('error', reject)
      .end()
  })

describe('webSocketSink({ port })', () => {
  test('serves its page, and the modules that the page asks for, and nothing else', async () => {
    const { http } = await serving()
    const page = await get(http)
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    const seen = new Set<string>()
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return
      seen.add(path)
      const { status, body } = await get(new URL(path, http).href)
      expect([path, status]).toEqual([path, 200])
      for (const [, to] of body.matchAll(/from "(\.[^"]+)"|from '(\.[^']+)'/g))
        if (to) await visit(new URL(to, new URL(path, http)).pathname)
    }
    await visit(/src="([^"]+)"/.exec(page.body)?.[1] as string)
    expect(seen.size).toBeGreaterThan(15)
    expect((await get(`${http}/style.css`)).status).toBe(200)
    for (const path of [
      '/modules/dashboard/hub.ts',
      '/modules/platform/server.node.ts',
      '/modules/dashboard/page/..%2fhub.ts',
      '/modules/../package.json',
      '/package.json',
      '/modules/dashboard/page/x.ts',
    ]) {
      expect([path, (await get(http + path)).status]).toEqual([path, 404])
    }
    expect((await get(http, {}, 'POST')).status).toBe(405)
  })

  test('gives every tensor to webSocketSource, bit for bit', async () => {
    const { values, ws } = await serving()
    const received = firstValueFrom(webSocketSource(ws).pipe(take(50), toArray()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const sent = Array.from(
      { length: 50 },
      (_, k) =>
        new Tensor(
          [2, 3],
          Float32Array.from({ length: 6 }, (_, n) => Math.fround(Math.sin(k + n))),
          { t: k, dt: 0.5 },
        ),
    )
    for (const each of sent) values.next(each)
    expect(await received).toEqual(sent)
  })

  test('gives every packet to machines', async () => {
    const { values, ws } = await serving()
    const { frames, texts } = await client(ws)
    await until(() => texts.length === 1)
    values.next(packet)
    await until(() => frames.length === 1)
    expect(decodeFrame(frames[0] as Uint8Array)).toMatchObject({ kind: 'events', packet })
  })

  test('says goodbye: the source completes, and the port is free', async () => {
    const { sink, values, ws } = await serving()
    const received = firstValueFrom(webSocketSource(ws).pipe(toArray()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    values.next(tensor(1))
    values.complete()
    expect(await received).toHaveLength(1)
    expect(await sink.done).toEqual({ received: 1, dropped: 0 })
    await expect(client(ws)).rejects.toThrow('ECONNREFUSED')
  })

  test('a busy port is a DeviceError with a remedy, of the address and of the stream', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    open.push(busy)
    await new Promise((resolve) => busy.once('listening', resolve))
    const { port } = busy.address() as { port: number }
    const sink = webSocketSink({ port })
    const ended = interval(5)
      .pipe(map((k) => tensor(k)))
      .subscribe(sink)
    await expect(sink.address).rejects.toThrow(DeviceError)
    await expect(sink.done).rejects.toThrow(
      `webSocketSink: port ${port} is in use. Another program listens on 127.0.0.1:${port}: stop it or choose another port`,
    )
    expect(ended.closed).toBe(true)
  })

  test.each([{ port: -1 }, { port: 70_000 }, { port: 1.5 }])('refuses %o', (options) =>
    expect(() => webSocketSink(options)).toThrow(RangeError),
  )
  test('refuses what is no address', () => {
    expect(() => webSocketSink({ port: 0, host: '' })).toThrow(TypeError)
    expect(() => webSocketSink({ port: 0, origins: ['lab.example'] })).toThrow(/write it as a browser does/)
    expect(() => webSocketSink({ url: 'http://x' })).toThrow(/ws:\/\/host:port/)
  })
})

describe('strangers', () => {
  test('pages of other places may not connect, unless named', async () => {
    const { http, ws } = await serving({ origins: ['http://lab.example:3000'] })
    await expect(client(ws, { origin: 'http://evil.example' })).rejects.toThrow('403')
    await expect(client(ws, { origin: 'null' })).rejects.toThrow('403')
    await client(ws, { origin: 'http://lab.example:3000' })
    await client(ws, { origin: http })
    await client(ws)
    expect((await get(http, { origin: 'http://evil.example' })).status).toBe(403)
  })

  test('a name that was made to point here is not one of ours', async () => {
    const { http, ws } = await serving()
    expect((await get(http, { host: 'evil.example' })).status).toBe(421)
    await expect(client(ws, { headers: { host: 'evil.example' }, origin: 'http://evil.example' })).rejects.toThrow('421')
    expect((await get(http, { host: 'localhost:1' })).status).toBe(200)
    expect((await get(http, { host: '[::1]:1' })).status).toBe(200)
  })

  test('hostile peers are cut off, and the others go on', async () => {
    const { values, http, ws } = await serving()
    const { hostname, port } = new URL(http)
    const good = await client(ws)
    const raw = (bytes: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(bytes))
        socket.on('close', () => resolve()).on('error', () => undefined)
        setTimeout(() => socket.destroy(), 200)
      })
    await raw('GET / HTTP/1.1\r\nHost: \0\0\r\n\r\n')
    await raw('\x16\x03\x01\x02')
    await raw(`GET /view HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n`)
    await raw(
      `GET /view HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\xff\xff\xff\xff\xff`,
    )
    const huge = await client(`${ws}/view`)
    huge.socket.send(new Uint8Array(1 << 20))
    const nonsense = await client(`${ws}/view`)
    nonsense.socket.send('{"type":"reboot"}')
    const binary = await client(`${ws}/view`)
    binary.socket.send(new Uint8Array(4))
    await until(() => huge.codes.length + nonsense.codes.length + binary.codes.length === 3)
    expect([huge.codes, nonsense.codes, binary.codes]).toEqual([[1009], [1008], [1008]])
    values.next(tensor(1))
    await until(() => good.frames.length === 1)
  })

  test('at most 32 at once', async () => {
    const { ws } = await serving()
    for (let k = 0; k < 32; k++) await client(ws)
    await expect(client(ws)).rejects.toThrow('503')
  })
})

describe('slow readers', () => {
  test('skip, and skips are counted', async () => {
    const { sink, values, ws } = await serving()
    const { socket, texts } = await client(ws)
    let quick = 0
    const other = await client(ws)
    other.socket.on('message', () => (quick = quick + other.frames.splice(0).length))
    await until(() => texts.length === 1 && other.texts.length === 1)
    const told: number[] = []
    const listening = diagnostics.subscribe((what) => what.kind === 'dropped' && what.at === 'webSocketSink' && told.push(what.count))
    socket.pause()
    const big = tensor(1, 1 << 16)
    const before = process.memoryUsage().arrayBuffers
    for (let k = 0; k < 400; k++) {
      values.next(big)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60e6)
    await until(() => quick === 400)
    values.complete()
    const { received, dropped } = await sink.done
    listening.unsubscribe()
    expect(received).toBe(400)
    expect(dropped).toBeGreaterThan(300)
    expect(told.reduce((a, b) => a + b)).toBeGreaterThan(0)
  })

  test('of the page get the latest only', async () => {
    const { values, ws } = await serving()
    const { frames, texts } = await client(`${ws}/view`)
    await until(() => texts.length > 0)
    for (let k = 0; k < 200; k++) {
      values.next(tensor(k))
      if (k % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 4))
    }
    await until(() => frames.length > 0 && decodeFrame(frames.at(-1) as Uint8Array).t === 199_000)
    expect(frames.length).toBeLessThan(40)
  })
})

describe('webSocketSink({ url })', () => {
  async function receiver(
    port = 0,
  ): Promise<{ server: WebSocketServer; frames: Uint8Array[]; texts: string[]; codes: number[]; port: number }> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' })
    open.push({
      close: () => {
        for (const each of server.clients) each.terminate()
        server.close()
      },
    })
    const seen = { server, frames: [] as Uint8Array[], texts: [] as string[], codes: [] as number[], port }
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer, binary) => (binary ? seen.frames.push(Uint8Array.from(data)) : seen.texts.push(String(data))))
      socket.on('close', (code) => seen.codes.push(code))
    })
    await new Promise((resolve) => server.once('listening', resolve))
    seen.port = (server.address() as { port: number }).port
    return seen
  }

  test('sends everything of a short stream, in order, and ends in order', async () => {
    const { frames, texts, codes, port } = await receiver()
    const sink = webSocketSink({ url: `ws://127.0.0.1:${port}` })
    of<readonly (Tensor | EventPacket)[]>(tensor(1), packet, tensor(2)).subscribe(sink)
    expect(await sink.done).toEqual({ received: 3, dropped: 0 })
    await until(() => codes.length === 1)
    expect(frames.map((each) => decodeFrame(each)).map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['tensor', 0],
      ['events', 0],
      ['tensor', 1],
    ])
    expect(JSON.parse(texts[0] as string)).toMatchObject({ type: 'hello', streams: [{ name: 'output' }, { name: 'events' }] })
    expect(codes).toEqual([1000])
  })

  test('drops and counts what nobody takes, in bounded memory', async () => {
    const sink = webSocketSink({ url: 'ws://127.0.0.1:9' })
    const values = new Subject<Tensor>()
    values.subscribe(sink)
    const big = tensor(1, 1 << 16)
    for (let k = 0; k < 100; k++) values.next(big)
    values.complete()
    expect(await sink.done).toEqual({ received: 100, dropped: 100 })
  })

  test('connects again where the line was lost', async () => {
    const first = await receiver()
    const sink = webSocketSink({ url: `ws://127.0.0.1:${first.port}` })
    interval(10)
      .pipe(map((k) => tensor(k)))
      .subscribe(sink)
    await until(() => first.frames.length > 2)
    for (const each of first.server.clients) each.terminate()
    await new Promise((resolve) => first.server.close(resolve))
    const second = await receiver(first.port)
    await until(() => second.frames.length > 2)
    sink[Symbol.asyncDispose]()
    expect((await sink.done).dropped).toBeGreaterThan(0)
  })
})

describe('webSocketSource', () => {
  async function sender(speak: (socket: WebSocket) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    open.push({ close: () => server.close() })
    server.on('connection', speak)
    await new Promise((resolve) => server.once('listening', resolve))
    return `ws://127.0.0.1:${(server.address() as { port: number }).port}`
  }
  const frame = (sequence: number) =>
    encodeTensor({ stream: 0, sequence, t: NaN, dt: undefined, shape: [1], data: Float32Array.of(sequence) })

  test('reports gaps as dropped and damage as resynchronized, and goes on', async () => {
    const told: unknown[] = []
    const listening = diagnostics.subscribe(
      (what) => 'count' in what && what.at === 'webSocketSource' && told.push([what.kind, what.count]),
    )
    const url = await sender((socket) => {
      for (const message of [frame(5), frame(6), 'text', frame(9), Uint8Array.of(1, 2, 3), frame(10), frame(0)]) socket.send(message)
      socket.close(1000)
    })
    const values = await firstValueFrom(
      webSocketSource(url).pipe(
        map((x) => x.data[0]),
        toArray(),
      ),
    )
    listening.unsubscribe()
    expect(values).toEqual([5, 6, 9, 10, 0])
    expect(told).toEqual([
      ['dropped', 2],
      ['resynchronized', 1],
    ])
  })

  test('a lost or absent server is a DeviceError', async () => {
    const url = await sender((socket) => setTimeout(() => socket.terminate(), 20))
    await expect(firstValueFrom(webSocketSource(url))).rejects.toThrow(/was lost.*Connect again with retry/)
    await expect(firstValueFrom(webSocketSource('ws://127.0.0.1:9'))).rejects.toThrow(/cannot connect to ws:\/\/127.0.0.1:9 .*ECONNREFUSED/)
    expect(() => webSocketSource('127.0.0.1')).toThrow(TypeError)
  })
})

test('a process whose stream has ended ends', { timeout: 60_000 }, async () => {
  const path = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  const program = `
    import { interval, map, take } from 'rxjs'
    import { webSocketSink } from ${path('../../sinks/web-socket.ts')}
    import { Tensor } from ${path('../../src/tensor.ts')}
    interval(10).pipe(take(20), map((k) => new Tensor([1], Float32Array.of(k)))).subscribe(webSocketSink({ port: 0 }))`
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
})
