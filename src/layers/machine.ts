/** One running network: a node built in an arena of its own, for one input shape. */

import { report } from '../diagnostics.ts'
import { ShapeError } from '../errors.ts'
import { Arena } from '../kernel/arena.ts'
import { sameShape, type Shape, sizeOf, sparseOf, type Tensor, type TimeStep } from '../tensor.ts'
import type { Inside } from './cell.ts'
import { configured } from './configured.ts'
import { backendOf } from './device.ts'
import type { Control, Place, Running, StepTime, Tree } from './node.ts'
import { isStream } from './node.ts'
import { Input } from './input.ts'
import { Output } from './output.ts'
import { mergeTrees, readSlots, writeSlots } from './tree.ts'

/** Step length where neither the input nor an option says one, seconds. */
export const DEFAULT_DT = 1e-3

export class Machine {
  /** shape of one output */
  readonly shape: Shape
  readonly running: Running
  /** The output of the last step, in the arena: the next step overwrites it. */
  readonly y: Float32Array
  readonly backend: string
  readonly #at: string
  readonly #inputShape: Shape
  readonly #input: Input
  readonly #output: Output
  readonly #time: StepTime = { dt: DEFAULT_DT, t: undefined }
  readonly #rest: Tree
  readonly #dt: number | undefined
  #mismatch = false

  /** @throws ShapeError where the shape does not fit the network. */
  constructor(inside: Inside, input: Shape, { live }: { readonly live: boolean }) {
    const node = configured(inside.node, { ...inside.options, dt: undefined })
    const place = Machine.placeOf(inside)
    const arena = new Arena(backendOf(inside.options.device))
    this.#at = node.kind
    node.outputShape(input, place.path === '' ? node.kind : place.path)
    this.#inputShape = [...input]
    this.#dt = inside.options.dt
    this.#rest = node.initialState(input, place)
    this.backend = arena.backend
    this.#input = new Input(arena, sizeOf(input))
    const { x } = this.#input
    this.running = node.build({ ...place, arena, shape: input, x, time: this.#time, weights: Machine.weightsOf(inside), live })
    this.shape = this.running.shape
    this.#output = new Output(arena, this.shape, this.running.y)
    arena.allocate()
    this.running.start()
    this.#input.start()
    this.y = this.#output.start()
    this.reset()
  }

  /** Where the outermost layer stands. A network of several has no name of its own. */
  static placeOf({ node, options }: Inside): Place {
    return { path: node.composite === true ? '' : node.kind, seed: options.seed ?? 0 }
  }

  /** The weights that a layer starts with: its initializers', and over them what the option gives. */
  static weightsOf(inside: Inside): Tree {
    const { weights } = inside.options
    const initial = inside.node.initialWeights(Machine.placeOf(inside))
    return weights === undefined || isStream(weights) ? initial : mergeTrees(initial, weights, inside.node.kind)
  }

  fits(input: Shape): boolean {
    return sameShape(this.#inputShape, input)
  }

  get controls(): readonly Control[] {
    return this.running.controls
  }

  /** Everything back to the initial state; weights stay. */
  reset(): void {
    writeSlots(this.running.state, this.#rest, this.#at)
  }

  /** @throws TypeError, ShapeError where the state is another network's. */
  load(state: unknown): void {
    writeSlots(this.running.state, state, `${this.#at}: state`)
  }

  /** A copy of the state. */
  save(): Tree {
    return readSlots(this.running.state)
  }

  /** One step; the output stays in `y`. */
  advance(data: Float32Array, time: TimeStep): void {
    this.#beat(time)
    this.#input.dense(data)
    this.running.run()
  }

  #beat(time: TimeStep): void {
    const dt = this.#dt ?? time.dt ?? DEFAULT_DT
    if (this.#dt !== undefined && time.dt !== undefined && time.dt !== this.#dt) this.#reportMismatch(time.dt)
    this.#time.dt = dt
    this.#time.t = time.t
  }

  /** One step; the output is a copy that never changes. @throws ShapeError for another shape than the first. */
  run(x: Tensor): Tensor {
    if (x.shape !== this.#inputShape && !this.fits(x.shape)) {
      throw new ShapeError(this.#at, `[${this.#inputShape.join(', ')}] like the steps before it`, x.shape, 'a stream keeps its shape')
    }
    const sparse = sparseOf(x)
    if (sparse === undefined) this.advance(x.data, x)
    else {
      this.#beat(x)
      this.#input.sparse(sparse)
      this.running.run()
    }
    return this.#output.copy(x)
  }

  #reportMismatch(dt: number): void {
    if (this.#mismatch) return
    this.#mismatch = true
    const message = `the input's steps are ${dt} s long, the option dt says ${this.#dt} s: the option is used`
    report({ kind: 'dt-mismatch', at: this.#at, message })
  }
}
