/**
 * The inside of a layer: what `sequential`, `recurrent`, the pure step and the stream operator all run.
 * A node is immutable and shared; `build` makes one running instance of it in an arena. No RxJS, no I/O, no clock.
 */

import type { Arena, Region } from '../kernel/arena.ts'
import type { Shape, Tensor } from '../tensor.ts'
import type { Description } from './description.ts'

/** Tensors by name, as deep as layers nest. What state and weights look like from outside. */
export interface Tree {
  readonly [name: string]: Tensor | Tree
}

/** Where a layer stands in a network. */
export interface Place {
  /** `hidden.neuron`; the kind of the layer where it stands alone. */
  readonly path: string
  /** Of the whole network; a node derives its own from it and `path`. */
  readonly seed: number
}

/** Where a named layer inside a composite one stands. */
export const placeInside = (place: Place, name: string): Place => ({ ...place, path: place.path === '' ? name : `${place.path}.${name}` })

/** The time of the step that runs now; written before every run. */
export interface StepTime {
  /** seconds */
  dt: number
  /** end of the step, microseconds */
  t: number | undefined
}

/** What a node needs to become runnable. */
export interface Site extends Place {
  readonly arena: Arena
  /** shape of one step's input */
  readonly shape: Shape
  /** where the input lies, row-major */
  readonly x: Region
  readonly time: StepTime
  /** Weights to start from, complete: shaped as `initialWeights`. */
  readonly weights: Tree
  /** Runs in a stream, so probes report; absent in a pure step. */
  readonly live?: boolean
}

/** A value of a running instance that can be read and written from outside: a state variable or a weight. */
export interface Slot {
  readonly shape: Shape
  /** The axis that is batch, for `resetRows`; absent where the value is not per row. */
  readonly batchAxis?: number
  /** A copy. Only after the arena was allocated. */
  read(): Float32Array
  /** The value where it lies, to be read only: the next step changes it. */
  view?(): Float32Array
  /** Takes over a value of this shape (`data.length` was checked). */
  write(data: Float32Array): void
  /** Rows of the batch axis where `mask` is not 0 take their values from `rest`. Default: by `read` and `write`. */
  writeRows?(mask: Float32Array, rest: Float32Array): void
}

/** Slots by name, as deep as layers nest. */
export interface Slots {
  readonly [name: string]: Slot | Slots
}

/** A stream that acts on a running instance between two steps: a parameter, a weight, a reset. Known before any shape is. */
export interface Port {
  /** `hidden.neuron.tauMemInv` */
  readonly path: string
  /** Subscribed by the stream room; a pure step ignores it. */
  readonly stream: Streamable
  /** What is left of two emissions that came before the first step; default: the later one. */
  readonly merge?: (earlier: unknown, later: unknown) => unknown
}

/** The other end of a port, in a running instance. */
export interface Control {
  readonly path: string
  /** Takes effect at the next run. @throws ShapeError, TypeError, RangeError for a value that does not fit. */
  write(value: unknown): void
}

/** An Observable, as far as a pure room needs to know it. */
export interface Streamable {
  subscribe(...observer: never[]): unknown
}

/** Whether an option is a stream and not a value. */
export const isStream = (value: unknown): value is Streamable =>
  typeof value === 'object' && value !== null && typeof (value as { subscribe?: unknown }).subscribe === 'function'

/** One running instance of a node. */
export interface Running {
  /** shape of the output */
  readonly shape: Shape
  /** where the output lies after `run` */
  readonly y: Region
  readonly state: Slots
  readonly weights: Slots
  /** One for each of `node.ports(place)`, in the same order. */
  readonly controls: readonly Control[]
  /** Of a layer that holds layers: the running instances inside, by name. */
  readonly parts?: Readonly<Record<string, Running>>
  /** Called once after the arena was allocated, before anything else: link kernels, write constants and `site.weights`. */
  start(): void
  /** One step: reads `site.x` and the state, writes `y` and the state. */
  run(): void
}

/** A layer's inside. */
export interface Node {
  readonly kind: string
  /** Holds named layers: as the outermost it adds no name to their paths. */
  readonly composite?: boolean
  /** What it is, as data. Absent where nothing but `build` knows how to run it. */
  readonly description?: Description
  /** @throws ShapeError naming `path` where the input does not fit. */
  outputShape(input: Shape, path: string): Shape
  /** State at rest. */
  initialState(input: Shape, place: Place): Tree
  initialWeights(place: Place): Tree
  /** The streams that act on this layer. */
  ports(place: Place): readonly Port[]
  /**
   * Where the first value of a stream decides the shape of a layer (a stream of weights): the node for that value. Asked before
   * anything but `ports`. `early` gives what came through the port of that path. @throws Error where nothing came yet.
   */
  readonly resolve?: ((place: Place, early: (path: string) => unknown) => Node) | undefined
  build(site: Site): Running
}
