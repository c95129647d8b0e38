/** Fully connected synapses that each take their own time. */

import { ShapeError } from '../errors.ts'
import type { Arena, Region } from '../kernel/arena.ts'
import { link } from '../kernel/kernel.ts'
import { addRuns, ENTRY_WORDS, RUN_WORDS } from '../kernel/layers/add-runs.ts'
import { seedOf } from '../random.ts'
import { sameShape, type Shape, sizeOf, Tensor, zeros } from '../tensor.ts'
import { Affine, type AffineOptions } from './affine.ts'
import { type Initializer, initialize } from './initializer.ts'
import { DEFAULT_DT } from './beat.ts'
import type { Node, Place, Site, Slot } from './node.ts'
import { checkDelays, checkRoom, largest, Past, stepsOf } from './past.ts'

export interface DelayedLinearOptions extends AffineOptions {
  /** Default: from `weight`, [outFeatures, inFeatures], which must then be a Tensor. */
  readonly inFeatures?: number
  readonly outFeatures?: number
  /** Seconds: one for all, [outFeatures, inFeatures], or drawn. */
  readonly delays: number | Tensor | Initializer
  /** The shortest step, seconds: decides how many of them the longest delay is, at most. Default 1e-3. */
  readonly dt?: number
}

/**
 * y[o](t) = b[o] + sum over i of w[o, i] x[i](t - d[o, i]) over the last axis: [..., inFeatures] -> [..., outFeatures]; inputs before
 * the first are 0. Weights { weight: [out, in], bias?: [out] }. Delays are rounded to whole steps of the `dt` of the step at hand;
 * where `dt` changes they are counted anew, and past inputs count as steps, however long those were.
 *
 * State: `past`, the last inputs, oldest first: [longest delay in steps, ..., in]. Inputs are remembered and not what they will add:
 * so a sum has its terms in ascending order of the inputs, whenever they came (the bits of a dense sum), the weights of the moment
 * count, and the state does not depend on weights. An input costs when it arrives, in each output once; silence costs nothing (where a
 * weight is not finite all counts: 0 times it is NaN).
 *
 * @throws RangeError at the call for sizes that are not positive integers and delays that are negative or not finite (where they are
 * drawn: at the first step), ShapeError for a Tensor of another shape
 */
export function delayedLinearNode(options: DelayedLinearOptions): Node {
  const [outFeatures, inFeatures] = sizes(options)
  const { delays, dt = DEFAULT_DT } = options
  const affine = new Affine('delayedLinear', [outFeatures, inFeatures], options)
  const delaysAt = delaysOf(delays, [outFeatures, inFeatures], options.seed)
  const depthAt = (place: Place) => largest(stepsOf(place.path, delaysAt(place).data, dt))
  const outputShape = (input: Shape, path: string): Shape => {
    if (input.at(-1) !== inFeatures) throw new ShapeError(path, `[..., ${inFeatures}]`, input)
    return [...input.slice(0, -1), outFeatures]
  }
  return {
    kind: 'delayedLinear',
    description: { kind: 'delayedLinear', inFeatures, outFeatures, bias: affine.hasBias, delays: delaysAt },
    outputShape,
    initialState: (input, place) => ({ past: zeros(depthAt(place), ...input) }),
    initialWeights: (place) => affine.initial(place),
    ports: (place) => affine.ports(place),
    build: (site) => {
      const shape = outputShape(site.shape, site.path)
      const matrix = new DelayedMatrix(site, outFeatures, delaysAt(site), depthAt(site))
      const slots = affine.slots(matrix.weight, matrix.bias)
      const start = (): void => {
        matrix.start()
        affine.load(slots, site.weights, site.path)
      }
      const controls = affine.controls(site.path, slots.weight)
      return { shape, y: matrix.y, state: { past: matrix.past.slot }, weights: slots, controls, start, run: () => matrix.run() }
    },
  }
}

function sizes({ inFeatures, outFeatures, weight }: DelayedLinearOptions): readonly [number, number] {
  if (weight instanceof Tensor && weight.shape.length !== 2)
    throw new ShapeError('delayedLinear.weight', '[outFeatures, inFeatures]', weight.shape)
  const [rows, columns] = weight instanceof Tensor ? weight.shape : []
  const found = { inFeatures: inFeatures ?? columns, outFeatures: outFeatures ?? rows }
  for (const [name, value] of Object.entries(found)) {
    if (!Number.isInteger(value) || (value as number) < 1)
      throw new RangeError(`delayedLinear: ${name} ${value} must be a positive integer`)
  }
  return [found.outFeatures as number, found.inFeatures as number]
}

/** [out, in], seconds. */
function delaysOf(delays: DelayedLinearOptions['delays'], shape: Shape, seed: number | undefined): (place: Place) => Tensor {
  const at = 'delayedLinear: delays'
  if (typeof delays === 'number') {
    checkDelays(at, [delays])
    const all = new Tensor(shape, new Float32Array(sizeOf(shape)).fill(delays))
    return () => all
  }
  if (delays instanceof Tensor) {
    if (!sameShape(delays.shape, shape)) throw new ShapeError(at, `[${shape.join(', ')}]`, delays.shape)
    checkDelays(at, delays.data)
    return () => delays
  }
  if (typeof delays !== 'object' || delays === null)
    throw new TypeError(`${at}: expected a number of seconds, a Tensor [outFeatures, inFeatures] or an initializer, got ${String(delays)}`)
  let latest: readonly [seed: number, drawn: Tensor] | undefined
  return (place) => {
    const own = seedOf('delays', seed ?? seedOf(place.path, place.seed))
    if (latest?.[0] !== own) {
      latest = [own, initialize(delays, shape, shape[1] as number, own)]
      checkDelays(`${place.path}.delays`, latest[1].data)
    }
    return latest[1]
  }
}

/** Runs that one call of the kernel adds. */
const RUNS = 1024

/**
 * One running instance. Weights lie in runs: those of one input and one delay, with the outputs that they go to. Each input has a bit
 * for every past step in which it was active.
 */
class DelayedMatrix {
  readonly y: Region
  readonly past: Past
  readonly weight: Pick<Slot, 'read' | 'write'>
  readonly bias: Pick<Slot, 'read' | 'write'>
  readonly #arena: Arena
  readonly #site: Site
  readonly #inFeatures: number
  readonly #outFeatures: number
  readonly #rows: number
  readonly #depth: number
  readonly #delays: Tensor
  readonly #weights: Float32Array
  readonly #bias: Float32Array
  /** What the sums begin with: -0 as 0. */
  readonly #begin: Float32Array
  readonly #entries: Region
  readonly #runs: Region
  /** Where the run of an input and a delay begins, in bytes: [in, depth + 1], and the end of the last one. */
  readonly #begins: Int32Array
  /** Where a weight lies among the entries: [out, in]. */
  readonly #places: Int32Array
  /** Words of 32 steps for each row and input, the newest step the lowest bit. */
  readonly #active: Int32Array
  readonly #words: number
  #laidOutFor = 0
  #finite = true
  #x: Float32Array = new Float32Array(0)
  #sums: Float32Array = new Float32Array(0)
  #runInts: Int32Array = new Int32Array(0)
  #runFloats: Float32Array = new Float32Array(0)
  #add: (y: number, count: number) => void = () => {}

  constructor(site: Site, outFeatures: number, delays: Tensor, depth: number) {
    const { arena, shape } = site
    const inFeatures = shape.at(-1) as number
    this.#arena = arena
    this.#site = site
    this.#inFeatures = inFeatures
    this.#outFeatures = outFeatures
    this.#rows = sizeOf(shape.slice(0, -1))
    this.#depth = depth
    this.#delays = delays
    this.#weights = new Float32Array(inFeatures * outFeatures)
    this.#bias = new Float32Array(outFeatures)
    this.#begin = new Float32Array(outFeatures)
    this.#begins = new Int32Array(inFeatures * (depth + 1) + 1)
    this.#places = new Int32Array(inFeatures * outFeatures)
    this.#words = Math.ceil((depth + 1) / 32)
    this.#active = new Int32Array(this.#rows * inFeatures * this.#words)
    this.y = arena.reserve(this.#rows * outFeatures)
    this.#entries = arena.reserve(inFeatures * outFeatures * ENTRY_WORDS)
    this.#runs = arena.reserve(RUNS * RUN_WORDS)
    this.past = new Past(depth, shape, () => this.#markPast())
    this.weight = {
      read: () => this.#weights.slice(),
      write: (data) => {
        this.#weights.set(data)
        this.#finite = data.every(Number.isFinite)
        this.#placeWeights()
      },
    }
    this.bias = {
      read: () => this.#bias.slice(),
      write: (data) => {
        this.#bias.set(data)
        this.#begin.set(data.map((value) => value + 0))
      },
    }
  }

  start(): void {
    const { add } = link(this.#arena, addRuns)
    const { offset } = this.#runs
    this.#add = (y, count) => add(y, offset, count)
    this.#x = this.#arena.floats({ ...this.#site.x, length: this.#rows * this.#inFeatures })
    this.#sums = this.#arena.floats(this.y)
    this.#runInts = this.#arena.ints(this.#runs)
    this.#runFloats = this.#arena.floats(this.#runs)
  }

  run(): void {
    const { dt } = this.#site.time
    if (dt !== this.#laidOutFor) this.#layOut(dt)
    const { past } = this
    past.push(this.#x)
    const offsets = Int32Array.from({ length: this.#depth + 1 }, (_, age) => past.offset(age))
    for (let row = 0; row < this.#rows; row++) {
      this.#sums.set(this.#begin, row * this.#outFeatures)
      this.#sum(row, offsets)
    }
  }

  #sum(row: number, offsets: Int32Array): void {
    const [values, active, begins] = [this.past.values, this.#active, this.#begins]
    const [runInts, runFloats] = [this.#runInts, this.#runFloats]
    const [words, ages, inputs] = [this.#words, this.#depth + 1, this.#inFeatures]
    const y = this.y.offset + row * this.#outFeatures * 4
    const newest = offsets[0] as number
    let waiting = 0
    for (let i = 0, input = row * inputs, word = input * words; i < inputs; i++, input++) {
      let carry = values[newest + input] === 0 ? 0 : 1
      for (let w = 0; w < words; w++, word++) {
        const old = active[word] as number
        let bits = (old << 1) | carry
        if (w === words - 1) bits &= -1 >>> -ages
        active[word] = bits
        carry = old >>> 31
        if (!this.#finite) bits = -1
        while (bits !== 0) {
          const age = w * 32 + 31 - Math.clz32(bits & -bits)
          bits &= bits - 1
          if (age >= ages) break
          const from = begins[i * ages + age] as number
          const to = begins[i * ages + age + 1] as number
          if (from === to) continue
          runInts[waiting] = from
          runInts[waiting + 1] = to
          runFloats[waiting + 2] = values[(offsets[age] as number) + input] as number
          waiting += RUN_WORDS
          if (waiting < RUNS * RUN_WORDS) continue
          this.#add(y, RUNS)
          waiting = 0
        }
      }
    }
    this.#add(y, waiting / RUN_WORDS)
  }

  /** Sorts the weights by input, then delay, then output. */
  #layOut(dt: number): void {
    const [inputs, outputs, ages] = [this.#inFeatures, this.#outFeatures, this.#depth + 1]
    const steps = stepsOf(this.#site.path, this.#delays.data, dt)
    checkRoom(this.#site.path, largest(steps), this.#depth, dt)
    const next = new Int32Array(inputs * ages + 1)
    for (let k = 0; k < steps.length; k++) (next[(k % inputs) * ages + (steps[k] as number) + 1] as number)++
    for (let k = 1; k < next.length; k++) next[k] = (next[k] as number) + (next[k - 1] as number)
    this.#begins.set(next.map((begin) => this.#entries.offset + begin * ENTRY_WORDS * 4))
    const entries = this.#arena.ints(this.#entries)
    for (let o = 0, k = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++, k++) {
        const place = (next[i * ages + (steps[k] as number)] as number)++
        entries[place * ENTRY_WORDS] = o * 4
        this.#places[k] = place
      }
    }
    this.#laidOutFor = dt
    this.#placeWeights()
  }

  #placeWeights(): void {
    if (this.#laidOutFor === 0) return
    const entries = this.#arena.floats(this.#entries)
    const [places, weights] = [this.#places, this.#weights]
    for (let k = 0; k < weights.length; k++) entries[(places[k] as number) * ENTRY_WORDS + 1] = weights[k] as number
  }

  /** The bits of a past that came from outside. */
  #markPast(): void {
    const active = this.#active.fill(0)
    const { past } = this
    const inputs = this.#rows * this.#inFeatures
    for (let age = 0; age < this.#depth; age++) {
      const from = past.offset(age)
      for (let input = 0; input < inputs; input++) {
        if (past.values[from + input] !== 0) (active[input * this.#words + (age >> 5)] as number) |= 1 << (age & 31)
      }
    }
  }
}
