/** One page for a whole pipeline: what the sensor sees, what the network does, how the machine keeps up, and sliders. */

import { config, type Observable } from 'rxjs'
import type { Channel } from '../src/dashboard/channels/channel.ts'
import { EventsChannel } from '../src/dashboard/channels/events.ts'
import { ImageChannel } from '../src/dashboard/channels/image.ts'
import { RasterChannel } from '../src/dashboard/channels/raster.ts'
import { TracesChannel } from '../src/dashboard/channels/traces.ts'
import { maxTraces, type SliderOptions } from '../src/dashboard/control.ts'
import { Hub } from '../src/dashboard/hub.ts'
import { Sliders } from '../src/dashboard/sliders.ts'
import type { EventPacket } from '../src/events.ts'
import { createSink, type Sink } from '../src/stream/sink.ts'
import { checkSeconds } from '../src/stream/ticks.ts'
import type { Tensor } from '../src/tensor.ts'

export type { SliderOptions } from '../src/dashboard/control.ts'

export interface DashboardOptions<S> {
  /** 8080 where absent; 0: any free port. */
  readonly port?: number
  /** 127.0.0.1: this machine only. `0.0.0.0`: its whole network, without a password. */
  readonly host?: string
  /** Pages of other places that may connect: `http://lab.example:3000`. */
  readonly origins?: readonly string[]
  readonly title?: string
  /** Seconds that a step may take: the budget. Default: what the tensors say. */
  readonly dt?: number
  readonly sliders?: S
}

/** A page, and the sinks that feed its panels. Each call makes one sink for one subscription. Names are unique. */
export interface Dashboard<S> extends AsyncDisposable {
  /** `http://127.0.0.1:8080`, once it listens. Rejects with a DeviceError where the port cannot be had. */
  readonly address: Promise<string>
  /** The sensor's image: ON and OFF events of the last 1 to 200 ms. */
  events(name: string): Sink<EventPacket>
  /** Any layer's output as a picture: [..., y, x], or [n] folded into rows. */
  image(name: string): Sink<Tensor>
  /** Which neurons spiked in the last 2 s; at most 256 of them, evenly chosen. A spike is a value above `threshold` (0). */
  raster(name: string, options?: { readonly threshold?: number }): Sink<Tensor>
  /** What up to 8 neurons did in the last 2 s; a click in a raster or an image adds one. `threshold` draws a line, and ticks where it was crossed. */
  traces(name: string, options?: { readonly neurons?: readonly number[]; readonly threshold?: number }): Sink<Tensor>
  /** The values of the page's sliders: the current one at once, then every change. */
  readonly sliders: { readonly [K in keyof S]: Observable<number> }
}

const at = 'dashboard'

/**
 * Serves a page at `address` that shows the streams given to its sinks, at the display's pace and never behind: a sink only keeps the
 * latest values, and what a slow browser misses is counted. The page stays until the dashboard is disposed, so that the last pictures
 * can be looked at; a process with an open dashboard does not end by itself. A busy port is a DeviceError: of `address`, of every sink,
 * and, where nobody asked for `address`, an unhandled one.
 *
 * @throws RangeError or TypeError for options that cannot be
 */
export function dashboard<const S extends Readonly<Record<string, SliderOptions>> = {}>(options: DashboardOptions<S> = {}): Dashboard<S> {
  const { port = 8080, title = 'rxspike', sliders: wanted, ...rest } = options
  if (rest.dt !== undefined) checkSeconds(at, 'dt', rest.dt)
  const sliders = new Sliders(at, wanted ?? ({} as S))
  const hub = new Hub({ at, port, title, sliders, ...rest })
  let asked = false
  hub.address.catch((error: unknown) => {
    if (!asked) throwLater(error)
  })

  function sink<T>(name: string, channel: Channel<T>): Sink<T> {
    if (typeof name !== 'string' || name === '' || name.length > 64)
      throw new TypeError(`${at}: name '${String(name)}': 1 to 64 characters are needed`)
    const { kind } = channel.describe()
    const known = hub.find(name)
    if (known !== undefined && !(known.ended && known.channel.describe().kind === kind)) {
      throw new RangeError(
        `${at}: there is a stream named '${name}' already: names are unique, and free again for the same kind once their stream has ended`,
      )
    }
    const stream = hub.add(name, channel)
    const before = stream.skipped
    return createSink<T>({
      at: `${at}.${kind}`,
      next: (value) => {
        if (hub.failure !== undefined) throw hub.failure
        channel.next(value)
      },
      stop: () => hub.end(stream),
      dropped: () => stream.skipped - before + channel.lost,
    })
  }

  return {
    get address() {
      asked = true
      return hub.address
    },
    events: (name) => sink(name, new EventsChannel()),
    image: (name) => sink(name, new ImageChannel()),
    raster: (name, { threshold = 0 } = {}) => sink(name, new RasterChannel(checkThreshold(threshold))),
    traces: (name, { neurons, threshold } = {}) =>
      sink(name, new TracesChannel(checkNeurons(neurons), threshold === undefined ? undefined : checkThreshold(threshold))),
    sliders: sliders.values,
    [Symbol.asyncDispose]: async () => {
      sliders.end()
      await hub.close()
    },
  }
}

/** As RxJS does with errors that nobody takes. */
function throwLater(error: unknown): void {
  setTimeout(() => {
    if (config.onUnhandledError) config.onUnhandledError(error)
    else throw error
  })
}

function checkThreshold(threshold: number): number {
  if (!Number.isFinite(threshold)) throw new RangeError(`${at}: threshold ${String(threshold)}: a finite number is needed`)
  return threshold
}

function checkNeurons(neurons: readonly number[] | undefined): readonly number[] | undefined {
  if (neurons === undefined) return undefined
  if (neurons.length > maxTraces) throw new RangeError(`${at}: ${neurons.length} traces: ${maxTraces} at most are drawn`)
  for (const neuron of neurons)
    if (!Number.isSafeInteger(neuron) || neuron < 0) throw new RangeError(`${at}: neuron ${String(neuron)}: an index is needed`)
  return neurons
}
