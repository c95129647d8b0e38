/** HTTP and WebSockets in Node: the one file that knows `node:http` and `ws`. */

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import type * as Ws from 'ws'
import { DeviceError, MissingPackageError } from '../errors.ts'
import type { ClientOptions, Reply, ServeOptions, Server, Socket, SocketHandler } from './server.ts'

/** `.js` as published, `.ts` when run from the sources. */
export const moduleExtension: '.js' | '.ts' = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** Seconds between two questions whether a peer still lives; one that missed an answer is cut off. */
const heartbeat = 10

/**
 * One of the library's own modules as JavaScript, for the page. `path` is relative to `src/`, without an extension.
 * Undefined where there is no such file.
 */
export async function readModule(path: string): Promise<string | undefined> {
  const text = await readFile(new URL(`../${path}${moduleExtension}`, import.meta.url), 'utf8').catch(() => undefined)
  if (text === undefined || moduleExtension === '.js') return text
  // Only in this library's own repository: what is published is JavaScript already.
  const compiler = 'esbuild'
  const { transform } = (await import(/* @vite-ignore */ compiler)) as {
    transform(code: string, options: object): Promise<{ code: string }>
  }
  return (await transform(text, { loader: 'ts', target: 'es2022' })).code
}

/** Names under which this machine is known in its network. */
export const machineNames = (): readonly string[] => [hostname().toLowerCase(), `${hostname().toLowerCase()}.local`]

async function loadWs(at: string): Promise<typeof Ws> {
  try {
    return await import('ws')
  } catch (cause) {
    throw new MissingPackageError('ws', at, cause)
  }
}

/** Listens for pages and sockets. */
export function serve(options: ServeOptions): Server {
  let stop: () => Promise<void> = async () => undefined
  let closing: Promise<void> | undefined
  const address = listen(options).then(({ url, close }) => {
    stop = close
    return url
  })
  address.catch(() => undefined)
  return {
    address,
    close: () =>
      (closing ??= address.then(
        () => stop(),
        () => undefined,
      )),
  }
}

async function listen(options: ServeOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { at, port, host } = options
  const { WebSocketServer } = await loadWs(at)
  const http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 2_000 })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxMessage, perMessageDeflate: false })
  await started(http, options)
  const bound = http.address()
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port
  const allowed = { hosts: allowedHosts(options), port: actual, origins: new Set(options.origins.map((origin) => origin.toLowerCase())) }
  const alive = new WeakSet<Ws.WebSocket>()

  http.on('request', (request, response) => void answer(request, response, allowed, options))
  http.on('clientError', (_error, socket) => socket.destroy())
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    const refusal =
      refuse(request, allowed) ?? (sockets.clients.size >= options.maxSockets ? ([503, 'too many pages are open'] as const) : undefined)
    if (refusal !== undefined) {
      stream.end(
        `HTTP/1.1 ${refusal[0]} Refused\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${refusal[1].length}\r\n\r\n${refusal[1]}`,
      )
      return
    }
    sockets.handleUpgrade(request, stream, head, (peer) => {
      alive.add(peer)
      peer.on('pong', () => alive.add(peer))
      const socket = wrap(peer)
      const handler = options.connect(pathOf(request), socket)
      if (handler === undefined) {
        peer.on('error', () => undefined)
        socket.close(1008, 'nothing is served here')
      } else attach(peer, handler)
    })
  })
  const timer = setInterval(() => {
    for (const peer of sockets.clients) {
      if (!alive.delete(peer)) peer.terminate()
      else peer.ping(() => undefined)
    }
  }, heartbeat * 1000)
  timer.unref()

  const shown = isIP(host) === 6 ? `[${host}]` : host
  return {
    url: `http://${shown}:${actual}`,
    close: async () => {
      clearInterval(timer)
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      await Promise.all([...sockets.clients].map((peer) => goodbye(peer, 1001, 'the server has stopped')))
      http.closeAllConnections()
      await closed
    },
  }
}

function started(http: HttpServer, { at, port, host }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`
      const [message, remedy] =
        cause.code === 'EADDRINUSE'
          ? [`port ${port} is in use`, `Another program listens on ${where}: stop it or choose another port; port 0 takes a free one`]
          : cause.code === 'EACCES'
            ? [`this user may not listen on port ${port}`, 'Choose a port above 1023']
            : cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND'
              ? [`'${host}' is no address of this machine`, "Use '127.0.0.1' for this machine only, '0.0.0.0' for its whole network"]
              : [`cannot listen on ${where}: ${cause.message}`, 'Check host and port']
      reject(new DeviceError(at, message, remedy, { cause }))
    })
    http.listen(port, host, () => {
      http.removeAllListeners('error')
      http.on('error', () => undefined)
      resolve()
    })
  })
}

interface Allowed {
  readonly hosts: ReadonlySet<string>
  readonly port: number
  readonly origins: ReadonlySet<string>
}

const allowedHosts = ({ host, origins }: ServeOptions): ReadonlySet<string> =>
  new Set(['localhost', host.toLowerCase(), ...machineNames(), ...origins.map((origin) => new URL(origin).hostname)])

/**
 * A page of somebody else must not read a camera or move a slider: a browser says in `Origin` whose page it is, and in `Host` which
 * name it looked up (a name that was made to point here is not one of ours; an address written in digits cannot be).
 */
function refuse(request: IncomingMessage, { hosts, port, origins }: Allowed): readonly [status: number, why: string] | undefined {
  const host = request.headers.host?.toLowerCase() ?? ''
  const name = host.replace(/:\d+$/, '')
  const literal = isIP(name.replace(/^\[|\]$/g, '')) !== 0
  if (!literal && !hosts.has(name))
    return [421, `this server does not answer to the name '${name}': add origins: ['http://${name}:${port}']`.replace(/[^ -~]/g, '?')]
  const origin = request.headers.origin?.toLowerCase()
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}` || origins.has(origin)) return undefined
  return [403, `pages of ${origin} may not connect: add it to origins`.replace(/[^ -~]/g, '?')]
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').replace(/[?#].*$/, '')

async function answer(request: IncomingMessage, response: ServerResponse, allowed: Allowed, options: ServeOptions): Promise<void> {
  let reply: Reply
  const refusal = refuse(request, allowed)
  if (refusal !== undefined) reply = { status: refusal[0], type: 'text/plain', body: refusal[1] }
  else if (request.method !== 'GET' && request.method !== 'HEAD') reply = { status: 405, type: 'text/plain', body: 'only GET' }
  else {
    const found = await options.get(pathOf(request)).catch((error: unknown) => ({ status: 500, type: 'text/plain', body: String(error) }))
    reply = found ?? { status: 404, type: 'text/plain', body: 'nothing here' }
  }
  response.on('error', () => undefined)
  response.writeHead(reply.status ?? 200, {
    'Content-Type': `${reply.type}; charset=utf-8`,
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}

/** Calls a server. */
export function openSocket(url: string, { at, maxMessage, handler }: ClientOptions): Socket {
  let peer: Ws.WebSocket | undefined
  let closed: readonly [code: number, reason: string] | undefined
  void loadWs(at).then(
    ({ WebSocket }) => {
      if (closed !== undefined) return handler.close(...closed)
      try {
        peer = new WebSocket(url, { maxPayload: maxMessage, perMessageDeflate: false, handshakeTimeout: 5_000 })
      } catch (cause) {
        return handler.close(
          1006,
          `'${url}' is not the address of a WebSocket (${cause instanceof Error ? cause.message : String(cause)}): write it as 'ws://host:port'`,
        )
      }
      peer.on('open', () => handler.open())
      attach(peer, handler)
    },
    (error: Error) => handler.close(1006, error.message),
  )
  return {
    send: (data) => {
      if (peer?.readyState === peer?.OPEN) peer?.send(data, () => undefined)
    },
    get buffered() {
      return peer?.bufferedAmount ?? 0
    },
    get open() {
      return peer !== undefined && peer.readyState === peer.OPEN
    },
    close: (code = 1000, reason = '') => {
      closed = [code, reason]
      if (peer !== undefined) void goodbye(peer, code, reason)
    },
  }
}

function wrap(peer: Ws.WebSocket): Socket {
  return {
    send: (data) => {
      if (peer.readyState === peer.OPEN) peer.send(data, () => undefined)
    },
    get buffered() {
      return peer.bufferedAmount
    },
    get open() {
      return peer.readyState === peer.OPEN
    },
    close: (code = 1000, reason = '') => void goodbye(peer, code, reason),
  }
}

function attach(peer: Ws.WebSocket, handler: SocketHandler): void {
  let fault = ''
  peer.on('error', (error) => {
    fault = error.message
  })
  peer.on('message', (data, binary) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data
    handler.message(binary ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  })
  peer.on('close', (code, reason) => handler.close(code, reason.toString('utf8') || fault))
}

/** Closes in order, or cuts the line after half a second. */
function goodbye(peer: Ws.WebSocket, code: number, reason: string): Promise<void> {
  return new Promise((resolve) => {
    if (peer.readyState === peer.CLOSED) return resolve()
    const timer = setTimeout(() => peer.terminate(), 500)
    peer.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    peer.on('error', () => undefined)
    peer.close(code, reason.slice(0, 120))
  })
}
