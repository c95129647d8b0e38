/** One page, one port, several streams: what is between the sinks and the sockets. */

import { serve } from '#platform'
import { report } from '../diagnostics.ts'
import type { Server, Socket, SocketHandler } from '../platform/server.ts'
import { background } from '../stream/background.ts'
import { asset } from './assets.ts'
import type { Channel } from './channels/channel.ts'
import { controlVersion, parsePageMessage, type ServerMessage, type SliderOptions, type StreamHealth, type StreamInfo } from './control.ts'
import { Rates } from './rates.ts'
import type { Sliders } from './sliders.ts'
import { Vitals } from './vitals.ts'

/** A reader that is this far behind skips, bytes. */
export const maxBehind: number = 1 << 20
/** Milliseconds between two pictures, at least. */
const period = 1000 / 60
/** Of this thread's time, pictures take one part in so many at most. */
const share = 10
/** Milliseconds between two reports of health. */
const healthPeriod = 250
/** Bytes of a message that a page may send. */
const maxMessage = 1 << 13
const maxSockets = 32

export interface HubOptions {
  /** Who serves: `webSocketSink`. */
  readonly at: string
  readonly port: number
  readonly host?: string
  readonly origins?: readonly string[]
  readonly title?: string
  /** Seconds of a step, for the budget. Default: what the tensors say. */
  readonly dt?: number
  readonly sliders?: Sliders<Readonly<Record<string, SliderOptions>>>
  /** Whether machines may read the values themselves, from any path but the page's. */
  readonly feed?: boolean
}

/** A channel on the page. */
export interface Stream {
  readonly id: number
  readonly name: string
  channel: Channel
  revision: number
  sequence: number
  fed: number
  /** Messages of this stream that a slow reader did not get. */
  skipped: number
  ended: boolean
}

export class Hub {
  /** `http://127.0.0.1:8080`, once it listens. */
  readonly address: Promise<string>
  /** Why it cannot serve. */
  failure: unknown
  readonly #options: HubOptions
  readonly #server: Server
  readonly #streams: Stream[] = []
  readonly #viewers = new Set<Socket>()
  readonly #feeds = new Set<Socket>()
  readonly #rates = new Rates()
  readonly #vitals: Vitals
  readonly #unwatch: () => void
  readonly #rateTimer: ReturnType<typeof setInterval>
  readonly #healthTimer: ReturnType<typeof setInterval>
  #pictureTimer: ReturnType<typeof setTimeout> | undefined
  #closed: Promise<void> | undefined

  /** @throws RangeError or TypeError for options that cannot be */
  constructor(options: HubOptions) {
    const { at, port, host = '127.0.0.1', origins = [], sliders } = options
    checkAddress(at, port, host, origins)
    this.#options = options
    this.#server = serve({
      at,
      port,
      host,
      origins,
      maxMessage,
      maxSockets,
      get: (path) => asset(path, options.title ?? at),
      connect: (path, socket) => this.#connect(path, socket),
    })
    this.address = this.#server.address
    this.address.catch((error: unknown) => {
      this.failure = error
    })
    this.#vitals = new Vitals(options.dt)
    this.#unwatch = sliders?.watch((name, value) => this.#tell({ type: 'slider', name, value })) ?? (() => undefined)
    this.#rateTimer = setInterval(() => this.#measure(), this.#rates.every * 1000)
    this.#healthTimer = setInterval(() => this.#reportHealth(), healthPeriod)
    background(this.#rateTimer)
    background(this.#healthTimer)
  }

  /** Another stream on the page; or one that has ended, begun anew. */
  add(name: string, channel: Channel): Stream {
    let stream = this.find(name)
    if (stream === undefined) {
      stream = { id: this.#streams.length, name, channel, revision: 0, sequence: 0, fed: 0, skipped: 0, ended: false }
      this.#streams.push(stream)
    }
    stream.channel = channel
    stream.ended = false
    channel.watched = this.#viewers.size > 0
    this.#announce(stream)
    return stream
  }

  find(name: string): Stream | undefined {
    return this.#streams.find((stream) => stream.name === name)
  }

  /** Nothing more comes of a stream. */
  end(stream: Stream): void {
    this.#showNow()
    stream.ended = true
    this.#announce(stream)
  }

  /** Gives a value to machines. It is encoded only where one listens, and once. */
  feed(stream: Stream, encode: (sequence: number) => Uint8Array): void {
    const sequence = stream.fed++ >>> 0
    if (this.#feeds.size === 0) return
    const bytes = encode(sequence)
    for (const socket of this.#feeds) this.#offer(stream, socket, bytes)
  }

  /** Shows what is left, says goodbye, closes the port. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    clearInterval(this.#rateTimer)
    clearInterval(this.#healthTimer)
    clearTimeout(this.#pictureTimer)
    this.#showNow()
    this.#reportHealth()
    this.#tell({ type: 'end' })
    for (const socket of [...this.#viewers, ...this.#feeds]) socket.close(1000, 'the stream has ended')
    this.#unwatch()
    this.#vitals.close()
    await this.#server.close()
  }

  #connect(path: string, socket: Socket): SocketHandler | undefined {
    if (path === '/view') return this.#view(socket)
    if (this.#options.feed !== true) return undefined
    this.#feeds.add(socket)
    socket.send(
      JSON.stringify({
        type: 'hello',
        version: controlVersion,
        title: this.#options.title ?? this.#options.at,
        streams: this.#streams.map(info),
      }),
    )
    return { message: () => undefined, close: () => this.#feeds.delete(socket) }
  }

  #view(socket: Socket): SocketHandler {
    this.#viewers.add(socket)
    this.#watch()
    const hello: ServerMessage = {
      type: 'hello',
      version: controlVersion,
      title: this.#options.title ?? this.#options.at,
      streams: this.#streams.map(info),
      sliders: this.#options.sliders?.describe() ?? [],
      every: this.#rates.every,
      rates: this.#rates.history(),
    }
    socket.send(JSON.stringify(hello))
    return {
      message: (data) => this.#hear(socket, data),
      close: () => {
        this.#viewers.delete(socket)
        this.#watch()
      },
    }
  }

  #watch(): void {
    const watched = this.#viewers.size > 0
    this.#vitals.watched = watched && this.#closed === undefined
    for (const { channel } of this.#streams) channel.watched = watched
    if (!watched) {
      clearTimeout(this.#pictureTimer)
      this.#pictureTimer = undefined
    } else this.#pictureTimer ??= setTimeout(() => this.#show(), period)
  }

  /** Pictures never take more than a part of this thread: what they cost decides when the next are made. */
  #show(): void {
    const begin = performance.now()
    this.#showNow()
    const cost = performance.now() - begin
    if (this.#viewers.size > 0 && this.#closed === undefined)
      this.#pictureTimer = setTimeout(() => this.#show(), Math.max(period - cost, cost * (share - 1)))
  }

  #showNow(): void {
    if (this.#viewers.size === 0) return
    for (const stream of this.#streams) {
      const { channel } = stream
      if (channel.revision !== stream.revision) this.#announce(stream)
      const bytes = channel.frame(stream.id, stream.sequence)
      if (bytes === undefined) continue
      stream.sequence = (stream.sequence + 1) >>> 0
      for (const socket of this.#viewers) this.#offer(stream, socket, bytes)
    }
  }

  #offer(stream: Stream, socket: Socket, bytes: Uint8Array): void {
    if (socket.buffered <= maxBehind) return socket.send(bytes)
    stream.skipped++
    report({ kind: 'dropped', at: this.#options.at, count: 1 })
  }

  #announce(stream: Stream): void {
    stream.revision = stream.channel.revision
    this.#tell({ type: 'stream', stream: info(stream) })
  }

  #tell(message: ServerMessage): void {
    if (this.#viewers.size === 0) return
    const text = JSON.stringify(message)
    for (const socket of this.#viewers)
      if (message.type === 'stream' || message.type === 'end' || socket.buffered <= maxBehind) socket.send(text)
  }

  #hear(socket: Socket, data: string | Uint8Array): void {
    const message = typeof data === 'string' ? parsePageMessage(data) : undefined
    if (message === undefined) return socket.close(1008, 'this is not a message of the page')
    if (message.type === 'slider') {
      const value = this.#options.sliders?.set(message.name, message.value)
      if (value !== undefined && value !== message.value)
        socket.send(JSON.stringify({ type: 'slider', name: message.name, value } satisfies ServerMessage))
      return
    }
    const stream = this.#streams[message.stream]
    if (stream === undefined) return
    stream.channel.choose?.(message.type === 'window' ? { ms: message.ms } : { neurons: message.neurons })
    this.#announce(stream)
  }

  #measure(): void {
    const rates = this.#rates.measure(
      this.#streams.flatMap(({ id, channel }) => (channel.activity === undefined ? [] : [{ id, total: channel.activity }])),
    )
    const steps = this.#streams.flatMap(({ channel }) => channel.describe().dt ?? [])
    const times = this.#streams.flatMap(({ ended, channel }) => (ended ? [] : (channel.time ?? [])))
    this.#vitals.tick(times.length > 0 ? Math.max(...times) : undefined, steps.length > 0 ? Math.min(...steps) : undefined)
    if (rates.length > 0) this.#tell({ type: 'rates', rates })
  }

  #reportHealth(): void {
    if (this.#viewers.size === 0) return
    const streams = this.#streams.map(({ id, channel }): StreamHealth => {
      const rate = this.#rates.latest(id)
      return { id, received: channel.received, ...channel.polarity, ...(rate !== undefined && { rate }) }
    })
    this.#tell(this.#vitals.health(streams))
  }
}

const info = ({ id, name, channel, ended }: Stream): StreamInfo => ({ id, name, ...channel.describe(), ...(ended && { ended }) })

/** @throws RangeError or TypeError where one cannot listen there. */
export function checkAddress(at: string, port: number, host: string, origins: readonly string[]): void {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new RangeError(`${at}: port ${String(port)}: 1 to 65535 are allowed, and 0 for any free one`)
  if (typeof host !== 'string' || host === '')
    throw new TypeError(`${at}: host ${String(host)}: an address of this machine is needed, '127.0.0.1' or '0.0.0.0'`)
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin.toLowerCase())
      throw new TypeError(`${at}: origin '${origin}': write it as a browser does, 'http://host:port'`)
  }
}
