/** A layer without its streams: Norse's cell. A thin shell around a node and the options it runs with. */

import { isTensor, type Shape, type Tensor } from '../tensor.ts'
import { configured } from './configured.ts'
import { Machine } from './machine.ts'
import type { Node, Tree } from './node.ts'
import { checkOptions, type RunOptions, type Snapshot } from './options.ts'
import { sequence } from './sequence.ts'

/** A layer without its streams: Norse's cell. S: the state, by name. W: the trainable weights, by name. */
export interface Cell<out S = unknown, out W = unknown> {
  readonly kind: string
  readonly weights: W
  /** ShapeError, naming the layer, where the input does not fit. */
  outputShape(input: Shape): Shape
  initialState(input: Shape): S
  /**
   * One step, pure: the same input and state give the same output and state. Without a state: from rest. Weights that a rule changes
   * (`plastic`) are the layer's own at the start of every step and of every sequence: what they learn lives in a stream.
   */
  step(x: Tensor, state?: S): readonly [output: Tensor, state: S]
  /** The step over axis 0 of `x` (time first), as Norse's modules without "Cell". */
  sequence(x: Tensor, state?: S): readonly [output: Tensor, state: S]
}

/** What `sequential` takes: a layer, or any pure function of one step. */
export type Stage = Cell | ((x: Tensor) => Tensor)
export type StateOf<L> = L extends Cell<infer S, unknown> ? S : {}
export type WeightsOf<L> = L extends Cell<unknown, infer W> ? W : {}
export type SnapshotOf<L> = Snapshot<StateOf<L>, WeightsOf<L>>

/** A node and how it runs: what is behind every layer. */
export interface Inside {
  readonly node: Node
  readonly options: RunOptions
}

const insides = new WeakMap<object, Inside>()

/** What is behind a layer made here; undefined for anything else, so also for a plain function. */
export const insideOf = (cell: unknown): Inside | undefined =>
  (typeof cell === 'object' && cell !== null) || typeof cell === 'function' ? insides.get(cell) : undefined

/** The node of a layer inside another one, with the options it was given. @throws TypeError for something that is not a layer. */
export function nodeOf(cell: unknown, at: string): Node {
  const inside = insideOf(cell)
  if (inside === undefined) throw new TypeError(`${at}: expected a layer of rxspike, got ${describe(cell)}`)
  if (inside.options.device !== undefined) {
    throw new TypeError(`${at}: a network runs on one device: give it to the outermost layer, not to a part`)
  }
  return configured(inside.node, inside.options)
}

/** @throws TypeError for what is no tensor. */
export function checkTensor(at: string, x: unknown): asserts x is Tensor {
  if (!isTensor(x))
    throw new TypeError(`${at}: expected a Tensor, got ${String(x)}; tensor([...]) makes one of numbers, toFrames of events`)
}

const describe = (value: unknown) =>
  typeof value === 'function'
    ? 'a function (an RxJS operator has no step; a plain function of one step is a stage of sequential only)'
    : String(value)

/** Gives `target` (a function, where it is an operator) everything a cell has. */
export function asCell<T extends object>(target: T, node: Node, options: RunOptions): T & Cell<Tree, Tree> {
  checkOptions(node, options)
  const inside = { node, options }
  let machine: Machine | undefined
  let weights: Tree | undefined
  let latest: Tree | undefined
  const machineFor = (shape: Shape): Machine => {
    if (machine === undefined || !machine.fits(shape)) {
      machine = new Machine(inside, shape, { live: false })
      latest = undefined
    } else machine.forget()
    return machine
  }
  const step = (x: Tensor, state?: Tree): readonly [Tensor, Tree] => {
    checkTensor(node.kind, x)
    const ready = machineFor(x.shape)
    // The state that this machine gave last is still in it.
    if (state === undefined) ready.reset()
    else if (state !== latest) ready.load(state)
    latest = undefined
    const output = ready.run(x)
    latest = ready.save()
    return [output, latest]
  }
  const properties: { readonly [K in keyof Cell<Tree, Tree>]: PropertyDescriptor } = {
    kind: { value: node.kind },
    weights: { get: () => (weights ??= Machine.weightsOf(inside)) },
    outputShape: { value: (input: Shape) => node.outputShape(input, node.kind) },
    initialState: { value: (input: Shape) => configured(node, options).initialState(input, Machine.placeOf(inside)) },
    step: { value: step },
    sequence: {
      value: (x: Tensor, state?: Tree) => {
        checkTensor(`${node.kind}.sequence`, x)
        latest = undefined
        return sequence(machineFor, node, x, state)
      },
    },
  }
  Object.defineProperties(target, properties)
  insides.set(target, inside)
  return target as T & Cell<Tree, Tree>
}
