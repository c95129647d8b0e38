/** Noise that a network learns to do without. */

import { link } from '../kernel/kernel.ts'
import { compileModel } from '../kernel/equations/model.ts'
import { dropout } from '../kernel/layers/dropout.ts'
import { randomKey, randomUniform, seedOf } from '../random.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { broadcast, checkBroadcast, checkValue, type Value } from './broadcast.ts'
import { isLearnable } from './learnable.ts'
import { type Control, isStream, type Node, type Port, type Site, type Slot, type Streamable, type Tree } from './node.ts'

export interface DropoutOptions {
  /** Probability of 0: a number, one per element (from the last axis), or a stream of these, which is 0.5 until it emits. Default 0.5. */
  readonly p?: Value | Streamable
  /** One draw for each element from reset to reset, not one in each step. Default false. */
  readonly perSequence?: boolean
}

const DRAWS = '$draws'
/** A draw that is still to be made. */
const OPEN = -1

/**
 * y = 0 with probability p, else x / (1 - p): the mean stays. With p = 0 all bits pass. State: `$draws`, how many draws went
 * before, in two 24-bit words; per sequence also `draw`, what each element drew (kept where not less than p; -1: draws next).
 *
 * Draws are counted, not remembered: a snapshot goes on with the same ones. In a stream a reset does not take the count back, or
 * every sequence would lose the same elements; a pure step from rest always draws the same.
 * Srivastava et al., Dropout (2014); per sequence: Gal, Ghahramani (2016).
 * @throws TypeError, RangeError at the call for a p that is not in [0, 1)
 */
export function dropoutNode({ p = 0.5, perSequence = false }: DropoutOptions = {}): Node {
  if (typeof perSequence !== 'boolean') throw new TypeError(`dropout: perSequence ${String(perSequence)}: true or false is needed`)
  const stream = isStream(p) ? p : undefined
  const initial = isStream(p) ? 0.5 : checked('dropout: p', p)
  const initialState = (input: Shape): Tree => {
    const count = new Tensor([2], new Float32Array(2))
    return perSequence ? { [DRAWS]: count, draw: new Tensor([...input], new Float32Array(sizeOf(input)).fill(OPEN)) } : { [DRAWS]: count }
  }
  return {
    kind: 'dropout',
    description: { kind: 'dropout', p, perSequence },
    outputShape: (input, path) => {
      checkBroadcast(`${path}.p`, initial, input)
      return input
    },
    initialState,
    initialWeights: () => ({}),
    ports: ({ path }): readonly Port[] => (stream === undefined ? [] : [{ path: `${path}.p`, stream }]),
    build: (site) => {
      const { arena, shape, path, x } = site
      const at = `${path}.p`
      checkBroadcast(at, initial, shape)
      const n = sizeOf(shape)
      const y = arena.reserve(n)
      const one = arena.reserve(1)
      const each = arena.reserve(stream === undefined && typeof initial === 'number' ? 0 : n)
      const draws = perSequence ? new HeldDraws(site) : new FreshDraws(site)
      let isOne = true
      const set = (value: Value): void => {
        isOne = typeof value === 'number'
        broadcast(value, arena.floats(isOne ? one : each), isOne ? [1] : shape)
      }
      const write = (value: unknown): void => {
        const fits = checked(at, value)
        checkBroadcast(at, fits, shape)
        set(fits)
      }
      const controls: readonly Control[] = stream === undefined ? [] : [{ path: at, write }]
      let run = (): void => {}
      const start = (): void => {
        const kernels = link(arena, dropout)
        draws.start()
        set(initial)
        run = () => {
          draws.next()
          const u = draws.region.offset
          if (isOne) kernels.one(x.offset, u, one.offset, y.offset, n)
          else kernels.each(x.offset, u, each.offset, y.offset, n)
        }
      }
      return { shape, y, state: draws.slots, weights: {}, controls, start, run: () => run() }
    },
  }
}

function checked(at: string, p: unknown): Value {
  if (isLearnable(p))
    throw new TypeError(`${at}: a probability cannot be learned: a number, one per element or a stream of these is needed`)
  checkValue(at, p)
  for (const each of typeof p === 'number' ? [p] : p instanceof Tensor ? p.data : p) {
    if (!(each >= 0 && Math.fround(each) < 1)) throw new RangeError(`${at} ${each}: a probability of at least 0 and below 1 is needed`)
  }
  return p
}

/** How many draws were made. */
class Count implements Slot {
  readonly shape: Shape = [2]
  readonly #seed: number
  readonly #live: boolean
  #count = 0

  constructor({ path, seed, live }: Site) {
    this.#seed = seedOf(path, seed)
    this.#live = live === true
  }

  key(): { readonly a: number; readonly b: number } {
    return randomKey(this.#seed, this.#count++)
  }

  read(): Float32Array {
    return Float32Array.of(this.#count % 2 ** 24, Math.floor(this.#count / 2 ** 24))
  }

  write([low = 0, high = 0]: Float32Array): void {
    const count = low + high * 2 ** 24
    // Back to rest, in a stream: the next sequence draws what no other did.
    if (count > 0 || !this.#live) this.#count = count
  }
}

const uniforms = { name: 'dropout', params: {}, state: {}, step: 'u = uniform()', output: 'u' }

/** New draws in each step. */
class FreshDraws {
  readonly region: Site['x']
  readonly slots: Readonly<Record<string, Slot>>
  readonly #site: Site
  readonly #count: Count
  #draw: (a: number, b: number) => void = () => {}

  constructor(site: Site) {
    this.#site = site
    this.#count = new Count(site)
    // Eight neurons are drawn at a time.
    this.region = site.arena.reserve(Math.ceil(sizeOf(site.shape) / 8) * 8)
    this.slots = { [DRAWS]: this.#count }
  }

  start(): void {
    const { arena, shape } = this.#site
    const count = sizeOf(shape)
    const { step } = link(arena, compileModel(uniforms).kernel({ arrays: [], synapticDelay: 1 }))
    const { offset } = this.region
    this.#draw = (a, b) => step(count, offset, offset, offset, a, b)
  }

  next(): void {
    const { a, b } = this.#count.key()
    this.#draw(a, b)
  }
}

/** Draws that hold until a reset, of all or of some rows, opens them again. */
class HeldDraws {
  readonly region: Site['x']
  readonly slots: Readonly<Record<string, Slot>>
  readonly #site: Site
  readonly #count: Count
  #view: Float32Array = new Float32Array(0)
  #open = true

  constructor(site: Site) {
    this.#site = site
    this.#count = new Count(site)
    this.region = site.arena.reserve(sizeOf(site.shape))
    const draw: Slot = {
      shape: site.shape,
      batchAxis: 0,
      read: () => this.#view.slice(),
      view: () => this.#view,
      write: (data) => {
        this.#view.set(data)
        this.#open = true
      },
    }
    this.slots = { [DRAWS]: this.#count, draw }
  }

  start(): void {
    this.#view = this.#site.arena.floats(this.region)
  }

  next(): void {
    if (!this.#open) return
    this.#open = false
    const view = this.#view
    if (!view.includes(OPEN)) return
    const key = this.#count.key()
    for (let k = 0; k < view.length; k++) if (view[k] === OPEN) view[k] = randomUniform(key, k)
  }
}
