/** One running network: a node built in an arena of its own, for one input shape. */

import { ShapeError } from '../errors.ts'
import { Arena } from '../kernel/arena.ts'
import { sameShape, type Shape, sizeOf, sparseOf, type Tensor, type TimeStep } from '../tensor.ts'
import { Beat } from './beat.ts'
import type { Inside } from './cell.ts'
import { configured } from './configured.ts'
import { backendOf } from './device.ts'
import type { Control, Place, Running, Tree } from './node.ts'
import { isStream } from './node.ts'
import { Input } from './input.ts'
import { Output } from './output.ts'
import { isLearning } from './plastic/memory.ts'
import { mergeTrees, readSlots, writeSlots } from './tree.ts'

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
  readonly #beat: Beat
  readonly #rest: Tree
  /** What learning weights begin with. */
  readonly #weights: Tree | undefined

  /** @throws ShapeError where the shape does not fit the network. */
  constructor(inside: Inside, input: Shape, { live }: { readonly live: boolean }) {
    const node = configured(inside.node, { ...inside.options, dt: undefined })
    const place = Machine.placeOf(inside)
    const arena = new Arena(backendOf(inside.options.device))
    this.#at = node.kind
    node.outputShape(input, place.path === '' ? node.kind : place.path)
    this.#inputShape = [...input]
    this.#beat = new Beat(node.kind, inside.options.dt)
    this.#rest = node.initialState(input, place)
    this.backend = arena.backend
    this.#input = new Input(arena, sizeOf(input))
    const { x } = this.#input
    this.running = node.build({ ...place, arena, shape: input, x, time: this.#beat.time, weights: Machine.weightsOf(inside), live })
    this.#weights = isLearning(arena) ? Machine.weightsOf(inside) : undefined
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

  /** Weights that learned back to those that the layer begins with: what a pure step starts from. */
  forget(): void {
    if (this.#weights !== undefined) writeSlots(this.running.weights, this.#weights, this.#at)
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
    this.#beat.next(time)
    this.#input.dense(data)
    this.running.run()
  }

  /** One step; the output is a copy that never changes. @throws ShapeError for another shape than the first. */
  run(x: Tensor): Tensor {
    if (x.shape !== this.#inputShape && !this.fits(x.shape)) {
      throw new ShapeError(this.#at, `[${this.#inputShape.join(', ')}] like the steps before it`, x.shape, 'a stream keeps its shape')
    }
    const sparse = sparseOf(x)
    if (sparse === undefined) this.advance(x.data, x)
    else {
      this.#beat.next(x)
      this.#input.sparse(sparse)
      this.running.run()
    }
    return this.#output.copy(x)
  }
}
