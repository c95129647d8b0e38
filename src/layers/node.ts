/**
 * The inside of a layer: what `sequential`, `recurrent`, the pure step and the stream operator all run.
 * A node is immutable and shared; `build` makes one running instance of it in an arena. No RxJS, no I/O, no clock.
 */

import type { Arena, Region } from '../kernel/arena.ts'
import type { Shape, Tensor } from '../tensor.ts'

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
}

/** A value of a running instance that can be read and written from outside: a state variable or a weight. */
export interface Slot {
  readonly shape: Shape
  /** The axis that is batch, for `resetRows`; absent where the value is not per row. */
  readonly batchAxis?: number
  /** A copy. Only after the arena was allocated. */
  read(): Float32Array
  /** Takes over a value of this shape (`data.length` was checked). */
  write(data: Float32Array): void
}

/** Slots by name, as deep as layers nest. */
export interface Slots {
  readonly [name: string]: Slot | Slots
}

/** A parameter of a running instance that is a stream: the stream room subscribes to it and writes what comes. */
export interface Control {
  /** `hidden.neuron.tauMemInv` */
  readonly path: string
  readonly stream: unknown
  /** Takes effect at the next run. @throws ShapeError, TypeError for a value that does not fit. */
  write(value: number | readonly number[] | Tensor): void
}

/** One running instance of a node. */
export interface Running {
  /** shape of the output */
  readonly shape: Shape
  /** where the output lies after `run` */
  readonly y: Region
  readonly state: Slots
  readonly weights: Slots
  readonly controls: readonly Control[]
  /** Called once after the arena was allocated, before anything else: link kernels, write constants and `site.weights`. */
  start(): void
  /** One step: reads `site.x` and the state, writes `y` and the state. */
  run(): void
}

/** A layer's inside. */
export interface Node {
  readonly kind: string
  /** @throws ShapeError naming `path` where the input does not fit. */
  outputShape(input: Shape, path: string): Shape
  /** State at rest. */
  initialState(input: Shape, place: Place): Tree
  initialWeights(place: Place): Tree
  build(site: Site): Running
}
