/** JSON messages between the server and the page: what streams there are, how they do, and what the page asks for. Pure. */

/** Goes with the page: a page of another release reloads itself. */
export const controlVersion = 1

/** How a stream is shown. `tensor` and `events` without a picture are for machines. */
export type StreamKind = 'events' | 'image' | 'raster' | 'traces'

export interface StreamInfo {
  readonly id: number
  readonly name: string
  readonly kind: StreamKind
  /** Of the tensor, or [height, width] of the sensor. Null before the first value. */
  readonly shape: readonly number[] | null
  /** Seconds of a step, where the values say so. */
  readonly dt?: number
  /** `events`: the window that is shown, milliseconds. */
  readonly window?: number
  /** `raster`: which neuron each row is. */
  readonly rows?: readonly number[]
  /** `raster`: what counts as a spike; `traces`: the line that is drawn. */
  readonly threshold?: number
  /** `traces`: which neurons are drawn. */
  readonly neurons?: readonly number[]
  /** `raster`: rates are of an even sample of the neurons. */
  readonly sampled?: boolean
  /** The stream has ended: completed or failed. */
  readonly ended?: boolean
}

export interface SliderOptions {
  /** Where it starts. */
  readonly value: number
  readonly min: number
  readonly max: number
  /** Shown instead of its name. */
  readonly label?: string
  /** Shown behind the value: `1/s`. */
  readonly unit?: string
  /** The same way on the slider is the same factor; `min` must be above 0. */
  readonly log?: boolean
}
export interface SliderInfo extends SliderOptions {
  readonly name: string
  /** Where it stands. */
  readonly current: number
}

export interface Pair {
  readonly p50: number
  readonly p99: number
}

/** How a stream does. `received`: values since the start; `on` and `off`: events; `rate`: events or spikes per second. */
export interface StreamHealth {
  readonly id: number
  readonly received: number
  readonly on?: number
  readonly off?: number
  readonly rate?: number
}

export interface Notice {
  readonly kind: string
  readonly at: string
  readonly total: number
  readonly message?: string
}

export interface Health {
  readonly type: 'health'
  /** Seconds of a step. */
  readonly dt: number | null
  /** Milliseconds of work of a step, all running operators together. */
  readonly work: Pair | null
  /** Milliseconds from the time in the data to now. */
  readonly latency: Pair | null
  /** Seconds of data per second. */
  readonly realTime: number | null
  readonly backends: readonly string[]
  /** Operators, costliest first. */
  readonly operators: readonly { readonly at: string; readonly work: Pair; readonly stepsPerSecond: number }[]
  /** Values dropped anywhere in this process. */
  readonly dropped: number
  readonly notices: readonly Notice[]
  readonly streams: readonly StreamHealth[]
}

/** Server to page. */
export type ServerMessage =
  | {
      readonly type: 'hello'
      readonly version: number
      readonly title: string
      readonly streams: readonly StreamInfo[]
      readonly sliders: readonly SliderInfo[]
      /** Seconds between two rates. */
      readonly every: number
      /** The last minute, oldest first, by stream. */
      readonly rates: readonly { readonly id: number; readonly values: readonly number[] }[]
    }
  | { readonly type: 'stream'; readonly stream: StreamInfo }
  | { readonly type: 'slider'; readonly name: string; readonly value: number }
  | { readonly type: 'rates'; readonly rates: readonly { readonly id: number; readonly value: number }[] }
  | Health
  | { readonly type: 'end' }

/** Page to server. */
export type PageMessage =
  | { readonly type: 'slider'; readonly name: string; readonly value: number }
  | { readonly type: 'window'; readonly stream: number; readonly ms: number }
  | { readonly type: 'neurons'; readonly stream: number; readonly neurons: readonly number[] }

/** How many neurons a traces panel draws. */
export const maxTraces = 8
/** Milliseconds of a sensor image. */
export const windowRange = { min: 1, max: 200, default: 33 } as const

/** What a page said, or undefined where it is not one of its messages. Never throws. */
export function parsePageMessage(text: string): PageMessage | undefined {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof said !== 'object' || said === null || !('type' in said)) return undefined
  const message = said as Readonly<Record<string, unknown>>
  const { name, value, stream, ms, neurons } = message
  if (message.type === 'slider') return typeof name === 'string' && isFinite(value) ? { type: 'slider', name, value } : undefined
  if (message.type === 'window') return isIndex(stream) && isFinite(ms) ? { type: 'window', stream, ms } : undefined
  if (message.type === 'neurons') {
    return isIndex(stream) && Array.isArray(neurons) && neurons.length <= maxTraces && neurons.every(isIndex)
      ? { type: 'neurons', stream, neurons }
      : undefined
  }
  return undefined
}

const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
