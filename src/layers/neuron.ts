/** A population of neurons of one model: elementwise, one neuron for each element of the input. */

import { link, type Kernel } from '../kernel/kernel.ts'
import { type Arena, BLOCK, type BlockMap, type Region } from '../kernel/arena.ts'
import { SPARE } from '../kernel/equations/blocks.ts'
import type { Model, StepName } from '../kernel/equations/model.ts'
import { randomKey, seedOf } from '../random.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { broadcast, broadcastTo, checkBroadcast, checkValue, type Value } from './broadcast.ts'
import { LARGE } from './input.ts'
import { isLearnable, learnableStart } from './learnable.ts'
import { type Control, isStream, type Node, type Place, type Site, type Slot, type Tree } from './node.ts'

/** 1: the input reaches the membrane one step later (Norse 1.0); 0: in the same step (Norse >= 1.1). */
export type SynapticDelay = 0 | 1

/** How many draws went before: part of the state of a model with noise, so that a snapshot continues it. Two 24-bit words. */
const DRAWS = '$draws'

/** Parameters and options were checked. */
export function neuronNode(
  model: Model,
  params: Readonly<Record<string, unknown>>,
  options: {
    readonly synapticDelay: SynapticDelay
    readonly initialState: Readonly<Record<string, number | Tensor>>
    readonly surrogate?: { readonly method: string; readonly alpha?: number }
  },
): Node {
  const names = model.remembers({ arrays: [], synapticDelay: options.synapticDelay })
  const streams = model.params.filter((name) => isStream(params[name]))
  const learnables = model.params.filter((name) => isLearnable(params[name]))
  const join = (place: Place, name: string) => (place.path === '' ? name : `${place.path}.${name}`)
  /** The value of a parameter before any stream or training changed it. */
  const startOf = (name: string, place: Place): Value => {
    const given = params[name]
    if (given === undefined || isStream(given)) return model.defaults[name] as number
    return isLearnable(given) ? learnableStart(given, seedOf(join(place, name), place.seed)) : (given as Value)
  }

  const initialState = (input: Shape, place: Place): Tree => {
    const state: Record<string, Tensor> = {}
    for (const name of names) {
      const initial = options.initialState[name] ?? model.initial[name] ?? 0
      const value = typeof initial === 'string' ? startOf(initial, place) : initial
      checkBroadcast(`${join(place, name)}: initial state`, value, input)
      state[name] = broadcastTo(value, input)
    }
    if (model.random) state[DRAWS] = new Tensor([2], new Float32Array(2))
    return state
  }

  return {
    kind: model.name,
    description: { kind: 'neuron', model, params, ...options },
    outputShape: (input) => input,
    initialState,
    initialWeights: (place) => Object.fromEntries(learnables.map((name) => [name, asTensor(startOf(name, place))])),
    ports: (place) => streams.map((name) => ({ path: join(place, name), stream: params[name] as Control & { subscribe(): unknown } })),
    build: (site) => {
      const { arena, shape } = site
      const count = sizeOf(shape)
      const blocks = !model.random && site.x.map !== undefined && count >= LARGE ? new Blocks(arena, count, site.x.map) : undefined
      const y = blocks?.y ?? arena.reserve(count)
      const dt = arena.reserve(1)
      const state = names.map(() => reserveBlocks(arena, count))
      const parameters = model.params.map((name) => new Parameter(join(site, name), startOf(name, site), site, streams.includes(name)))
      const draws = new Draws(model.random ? seedOf(site.path, site.seed) : undefined)
      let kernels: Readonly<Record<StepName, Kernel>>
      let dtView: Float32Array
      const offsets = [...state.map((region) => region.offset), ...parameters.map(() => 0)]
      const variants = new Map<string, Readonly<Record<StepName, Kernel>>>()
      const relink = () => {
        const arrays = parameters.flatMap((parameter, k) => (parameter.isArray ? [model.params[k] as string] : []))
        const key = arrays.join()
        kernels = variants.get(key) ?? link(arena, model.kernel({ arrays, synapticDelay: options.synapticDelay }))
        variants.set(key, kernels)
        offsets.splice(-parameters.length, parameters.length, ...parameters.map((parameter) => parameter.region.offset))
      }
      const slots: Record<string, Slot> = Object.fromEntries(
        names.map((name, k) => [
          name,
          blocks?.waking(regionSlot(arena, state[k] as Region, shape, 0)) ?? regionSlot(arena, state[k] as Region, shape, 0),
        ]),
      )
      if (model.random) slots[DRAWS] = draws
      return {
        shape,
        y,
        state: slots,
        weights: Object.fromEntries(
          learnables.map((name) => {
            const parameter = parameters[model.params.indexOf(name)] as Parameter
            return [name, blocks?.waking(parameter) ?? parameter]
          }),
        ),
        controls: streams.map((name): Control => {
          const parameter = parameters[model.params.indexOf(name)] as Parameter
          const write = (value: unknown) => {
            if (parameter.set(value)) relink()
            blocks?.wake()
          }
          return { path: parameter.path, write }
        }),
        start: () => {
          dtView = arena.floats(dt)
          blocks?.start()
          for (const parameter of parameters) parameter.start()
          for (const name of learnables) (parameters[model.params.indexOf(name)] as Parameter).write((site.weights[name] as Tensor).data)
          relink()
        },
        run: () => {
          if (dtView[0] !== Math.fround(site.time.dt)) {
            dtView[0] = site.time.dt
            blocks?.wake()
          }
          const key = draws.next()
          if (blocks?.prepare() === true)
            kernels.blocks(count, dt.offset, site.x.offset, y.offset, key.a, key.b, ...blocks.offsets, ...offsets)
          else kernels.step(count, dt.offset, site.x.offset, y.offset, key.a, key.b, ...offsets)
        },
      }
    },
  }
}

/** Room for whole blocks of neurons. */
const reserveBlocks = (arena: Arena, count: number): Region => ({ ...arena.reserve(Math.ceil(count / BLOCK) * BLOCK), length: count })

/** What a large population keeps besides its state, to leave out blocks that rest. */
class Blocks {
  readonly y: Region & { readonly map: BlockMap }
  readonly offsets: readonly number[]
  readonly #arena: Arena
  readonly #xMap: BlockMap
  readonly #rest: Region
  #resting: Uint8Array = new Uint8Array(0)
  #output: Uint8Array = new Uint8Array(0)
  #woken = false

  constructor(arena: Arena, count: number, xMap: BlockMap) {
    const y = arena.reserveMapped(count)
    this.#arena = arena
    this.#xMap = xMap
    this.y = y
    this.#rest = arena.reserve(y.map.length)
    this.offsets = [xMap, y.map, this.#rest, arena.reserve(SPARE)].map((region) => region.offset)
  }

  start(): void {
    this.#resting = this.#arena.bytes(this.#rest)
    this.#output = this.#arena.bytes(this.y.map)
  }

  /** Something changed from outside: nothing is known to rest. */
  wake(): void {
    this.#woken = true
  }

  /** Whether this step goes block by block: not where most blocks have input. */
  prepare(): boolean {
    const { map } = this.y
    if (this.#xMap.crowded) {
      map.crowded = true
      return false
    }
    if (map.crowded) {
      map.crowded = false
      this.#output.fill(1)
      this.wake()
    }
    if (this.#woken) this.#resting.fill(0)
    this.#woken = false
    return true
  }

  /** A slot that wakes when it is written. */
  waking(slot: Slot): Slot {
    return {
      shape: slot.shape,
      ...(slot.batchAxis !== undefined && { batchAxis: slot.batchAxis }),
      read: () => slot.read(),
      ...(slot.view && { view: () => slot.view?.() as Float32Array }),
      write: (data) => {
        slot.write(data)
        this.wake()
      },
    }
  }
}

const asTensor = (value: Value): Tensor =>
  value instanceof Tensor
    ? value
    : typeof value === 'number'
      ? new Tensor([], Float32Array.of(value))
      : new Tensor([value.length], Float32Array.from(value))

/** A region of the arena, seen from outside. */
export function regionSlot(arena: Arena, region: Region, shape: Shape, batchAxis: number): Slot {
  return {
    shape,
    batchAxis,
    read: () => arena.floats(region).slice(),
    view: () => arena.floats(region),
    write: (data) => arena.floats(region).set(data),
  }
}

/** One parameter of a running population: a single float, or one per neuron, and for a stream room for both. */
class Parameter implements Slot {
  readonly path: string
  readonly shape: Shape
  isArray: boolean
  readonly #start: Value
  readonly #site: Site
  readonly #one: Region
  readonly #many: Region | undefined
  #current: Value

  constructor(path: string, start: Value, site: Site, streamed: boolean) {
    checkBroadcast(path, start, site.shape)
    this.path = path
    this.shape = asTensor(start).shape
    this.isArray = typeof start !== 'number'
    this.#start = start
    this.#current = start
    this.#site = site
    this.#one = site.arena.reserve(1)
    this.#many = this.isArray || streamed ? reserveBlocks(site.arena, sizeOf(site.shape)) : undefined
  }

  get region(): Region {
    return this.isArray && this.#many !== undefined ? this.#many : this.#one
  }

  start(): void {
    this.#put(this.#start)
  }

  /** @returns whether the kernel must change. */
  set(value: unknown): boolean {
    checkValue(this.path, value)
    checkBroadcast(this.path, value, this.#site.shape)
    const was = this.isArray
    this.isArray = typeof value !== 'number'
    this.#put(value)
    return was !== this.isArray
  }

  #put(value: Value): void {
    this.#current = value
    broadcast(value, this.#site.arena.floats(this.region), this.isArray ? this.#site.shape : [1])
  }

  read(): Float32Array {
    return asTensor(this.#current).data.slice()
  }

  write(data: Float32Array): void {
    this.#put(this.isArray ? new Tensor(this.shape, data.slice()) : (data[0] as number))
  }
}

/** Counts the draws of a population with noise; does nothing for one without. */
class Draws implements Slot {
  readonly shape: Shape = [2]
  readonly #seed: number | undefined
  #count = 0

  constructor(seed: number | undefined) {
    this.#seed = seed
  }

  next(): { readonly a: number; readonly b: number } {
    return this.#seed === undefined ? NO_KEY : randomKey(this.#seed, this.#count++)
  }

  read(): Float32Array {
    return Float32Array.of(this.#count % 2 ** 24, Math.floor(this.#count / 2 ** 24))
  }

  write(data: Float32Array): void {
    this.#count = (data[0] as number) + (data[1] as number) * 2 ** 24
  }
}

const NO_KEY = { a: 0, b: 0 }
