/** Values to whoever looks: a page of its own, and machines. */

import { EventsChannel } from '../src/dashboard/channels/events.ts'
import { ImageChannel } from '../src/dashboard/channels/image.ts'
import { controlVersion } from '../src/dashboard/control.ts'
import { Hub, type Stream } from '../src/dashboard/hub.ts'
import { Link } from '../src/dashboard/link.ts'
import { encodeEvents, encodeTensor } from '../src/dashboard/protocol.ts'
import { type EventPacket, isEventPacket } from '../src/events.ts'
import { createSink, type Sink } from '../src/stream/sink.ts'
import type { Tensor } from '../src/tensor.ts'

export type WebSocketSinkOptions =
  | {
      /** 0: any free port; `address` tells which. */
      readonly port: number
      /** 127.0.0.1: this machine only. `0.0.0.0`: its whole network, without a password. */
      readonly host?: string
      /** Pages of other places that may connect: `http://lab.example:3000`. */
      readonly origins?: readonly string[]
    }
  | {
      /** A server to send to: `ws://host:port`. */
      readonly url: string
    }

/** A sink that knows where it can be found. */
export interface WebSocketSink extends Sink<Tensor | EventPacket> {
  /** `http://127.0.0.1:8080`, once it listens, or the `url`. Rejects with a DeviceError where the port cannot be had. */
  readonly address: Promise<string>
}

const at = 'webSocketSink'

/**
 * With a `port`: serves a page that draws the values (a browser at `address`), and the values themselves to `webSocketSource` and other
 * programs (any path of the same port but the page's; the messages are in src/dashboard/protocol.ts). It listens to this machine only
 * unless `host` says otherwise, and only to its own page and those of `origins`. Pages get the latest value, at the display's pace;
 * machines get every value. A reader that is more than 1 MB behind skips; skips are counted in `done` and in `diagnostics`.
 *
 * With a `url`: a client that sends every value to a server, and connects again where the line is lost. What cannot be sent is
 * dropped and counted.
 *
 * A busy port is a DeviceError of the stream: `done` rejects with it.
 *
 * @throws RangeError or TypeError for options that cannot be
 */
export function webSocketSink(options: WebSocketSinkOptions): WebSocketSink {
  return 'url' in options ? client(options.url) : server(options)
}

function server(options: { readonly port: number; readonly host?: string; readonly origins?: readonly string[] }): WebSocketSink {
  const hub = new Hub({ ...options, at, title: 'rxspike', feed: true })
  const image = new ImageChannel()
  const events = new EventsChannel()
  let images: Stream | undefined
  let packets: Stream | undefined
  const sink = createSink<Tensor | EventPacket>({
    at,
    next: (value) => {
      if (hub.failure !== undefined) throw hub.failure
      if (isEventPacket(value)) {
        events.next(value)
        const { id } = (packets ??= hub.add('events', events))
        hub.feed(packets, (sequence) => encodePacket(value, id, sequence))
      } else {
        image.next(value)
        const { id } = (images ??= hub.add('output', image))
        hub.feed(images, (sequence) => encodeValue(value, id, sequence))
      }
    },
    stop: async () => {
      await hub.close()
      if (hub.failure !== undefined) throw hub.failure
    },
    dropped: () => (images?.skipped ?? 0) + (packets?.skipped ?? 0),
  })
  return Object.assign(sink, { address: hub.address })
}

function client(url: string): WebSocketSink {
  if (!/^wss?:\/\/./.test(url)) throw new TypeError(`${at}: url '${url}': write it as 'ws://host:port'`)
  const names: ('output' | 'events')[] = []
  const sequences = [0, 0]
  const link = new Link(at, url, () =>
    JSON.stringify({
      type: 'hello',
      version: controlVersion,
      title: at,
      streams: names.map((name, id) => ({ id, name, kind: name === 'events' ? 'events' : 'image', shape: null })),
    }),
  )
  const sink = createSink<Tensor | EventPacket>({
    at,
    next: (value) => {
      const name = isEventPacket(value) ? 'events' : 'output'
      if (!names.includes(name)) names.push(name)
      const id = names.indexOf(name)
      const sequence = (sequences[id] as number) >>> 0
      sequences[id] = sequence + 1
      link.send(isEventPacket(value) ? encodePacket(value, id, sequence) : encodeValue(value, id, sequence))
    },
    stop: () => link.close(),
    dropped: () => link.dropped,
  })
  return Object.assign(sink, { address: Promise.resolve(url) })
}

const encodePacket = (packet: EventPacket, stream: number, sequence: number): Uint8Array =>
  encodeEvents({ stream, sequence, t: packet.t.at(-1) ?? NaN, packet })

const encodeValue = ({ t = NaN, dt, shape, data }: Tensor, stream: number, sequence: number): Uint8Array =>
  encodeTensor({ stream, sequence, t, dt, shape, data })
