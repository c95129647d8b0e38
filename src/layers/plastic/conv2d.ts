/**
 * A learning rule on the kernels of a convolution. Every place of the output is one more row of a batch: its inputs are the pixels that
 * the kernel covers there, its increments are summed. Where the kernel reaches beyond the image there is no input, so no increment.
 */

import type { Arena, Region } from '../../kernel/arena.ts'
import { type Kernel, link } from '../../kernel/kernel.ts'
import { columnsFor } from '../../kernel/layers/linear.ts'
import { type Conv2dGeometry, outLength } from '../../kernel/layers/conv2d-geometry.ts'
import type { RuleModel } from '../../plasticity/rule.ts'
import { sizeOf } from '../../tensor.ts'
import type { Slot } from '../node.ts'
import { Columns, isTame } from './columns.ts'
import { Known, type Learner, type Synapses } from './learner.ts'
import { SharedValues } from './rule.ts'
import { padded, Side } from './side.ts'

export type KernelSizes = Omit<Conv2dGeometry, 'inHeight' | 'inWidth' | 'outHeight' | 'outWidth'>

export function conv2dLearner(synapses: Synapses, sizes: KernelSizes): Learner {
  const { site, rule, weight, post, postShape } = synapses
  const { arena } = site
  const { model, names } = rule
  const [inHeight, inWidth] = site.shape.slice(-2) as [number, number]
  const { kernel, stride, padding, dilation } = sizes
  const [outHeight, outWidth] = [inHeight, inWidth].map((length) => outLength(length, kernel, stride, padding, dilation)) as [
    number,
    number,
  ]
  const geometry = { ...sizes, inHeight, inWidth, outHeight, outWidth }
  const rows = sizeOf(postShape.slice(0, -3))
  const known = new Known()
  const shared = new SharedValues(site, rule, rows, () => (known.dirty = true))
  const [image, answer] = [site.shape, postShape].map((shape) => sizeOf(shape.slice(-3))) as [number, number]
  const pre = new Side(arena, model.pre, rows, image)
  const after = new Side(arena, model.post, rows, answer)
  const places = new Places(arena, model, geometry, weight)
  const offsets = (start: number, length: number) => Array.from({ length: rows }, (_, row) => start + 4 * row * length)
  const [from, to] = [offsets(site.x.offset, image), offsets(post.offset, answer)]
  return {
    traces: Object.fromEntries(
      Object.entries(model.traces).map(([name, kind]) => [
        names[name] ?? name,
        kind === 'pre' ? pre.slot(name, site.shape) : after.slot(name, postShape),
      ]),
    ),
    controls: shared.controls,
    start: () => {
      shared.start()
      pre.start(shared, from)
      after.start(shared, to)
      places.start(shared, rows)
    },
    learn: () => {
      shared.begin()
      if (known.dirty && model.changesWeight) places.read()
      for (let row = 0; row < rows; row++) {
        pre.run(row)
        after.run(row)
        const [x, z] = [from[row] as number, to[row] as number]
        places.run(row, { x, z, pre: pre.handed(x), post: after.handed(z) }, known.complete && shared.isTame(row))
      }
      places.finish(known)
      shared.end()
    },
    weightsChanged: () => (known.dirty = true),
  }
}

/** Byte offsets of a row: spikes of both sides, and what they hand over. */
interface Images {
  readonly x: number
  readonly z: number
  readonly pre: readonly number[]
  readonly post: readonly number[]
}

class Places {
  readonly #arena: Arena
  readonly #model: RuleModel
  readonly #geometry: Conv2dGeometry
  readonly #weight: Slot
  readonly #taps: number
  readonly #columns: number
  readonly #lists: Columns
  readonly #packed: Region
  readonly #sum: Region
  readonly #index: Region
  /** Of one place: the spikes, then what is handed over. */
  readonly #inputs: readonly Region[]
  readonly #outputs: readonly Region[]
  #args: readonly (readonly number[][])[] = []
  #applyArgs: readonly (readonly number[])[] = []
  #pass: Kernel = () => 0
  #apply: Kernel = () => 0
  #answers: readonly Float32Array[] = []
  #worked = false

  constructor(arena: Arena, model: RuleModel, geometry: Conv2dGeometry, weight: Slot) {
    const { groups, inChannels, outChannels, kernel } = geometry
    this.#arena = arena
    this.#model = model
    this.#geometry = geometry
    this.#weight = weight
    this.#taps = (inChannels / groups) * kernel * kernel
    this.#columns = columnsFor(outChannels / groups)
    this.#lists = new Columns(arena, model.need, this.#columns)
    const length = groups * this.#taps * this.#columns
    this.#packed = arena.reserve(length)
    this.#sum = arena.reserve(length)
    this.#index = arena.reserve(this.#taps)
    this.#inputs = ['spike', ...model.pre.handed].map(() => arena.reserve(this.#taps))
    this.#outputs = ['spike', ...model.post.handed].map(() => arena.reserve(padded(this.#columns)))
  }

  start(shared: SharedValues, rows: number): void {
    const { groups } = this.#geometry
    this.#lists.start()
    const everything = this.#lists.everything()
    const at = (region: Region, group: number) => region.offset + 4 * group * this.#taps * this.#columns
    const [spikes, ...pre] = this.#inputs as [Region, ...Region[]]
    const of = <T>(length: number, make: (k: number) => T) => Array.from({ length }, (_, k) => make(k))
    this.#args = of(rows, (row) =>
      of(groups, (group) => [
        ...[0, this.#index.offset, spikes.offset, shared.dt.offset, at(this.#sum, group), 4 * this.#columns],
        ...[...everything, 0],
        ...shared.offsets(row),
        ...[at(this.#packed, group), at(this.#sum, group)],
        ...pre.map(({ offset }) => offset),
        ...this.#outputs.slice(1).map(({ offset }) => offset),
      ]),
    )
    this.#applyArgs = of(groups, (group) => [
      ...[this.#taps, 0, at(this.#packed, group), shared.dt.offset, at(this.#packed, group), 4 * this.#columns],
      ...[...everything, 0, at(this.#sum, group)],
      ...[...shared.offsets(0), at(this.#packed, group)],
    ])
    this.#answers = this.#outputs.map((region) => this.#arena.floats({ ...region, length: this.#columns }))
    this.#pass = link(this.#arena, this.#model.summing).pass
    this.#apply = link(this.#arena, this.#model.applying).pass
  }

  /** Takes the weights over from the layer: [out, taps] there, [group][tap][column] here. */
  read(): void {
    const values = this.#weight.read()
    const packed = this.#arena.floats(this.#packed)
    this.#each((inside, outside) => (packed[inside] = values[outside] as number))
  }

  /** All places of one image. @param known whether synapses may be left out, as far as weights and parameters say */
  run(row: number, images: Images, known: boolean): void {
    if (!this.#model.changesWeight) return
    const { outHeight, outWidth, groups } = this.#geometry
    const sparse = known && !this.#model.need.neither
    if (sparse && this.#isSilent(images)) return
    const sources = [images.x, ...images.pre].map((offset) => offset >> 2)
    const answers = [images.z, ...images.post].map((offset) => offset >> 2)
    for (let group = 0; group < groups; group++) {
      const args = (this.#args[row] as readonly number[][])[group] as number[]
      for (let v = 0; v < outHeight; v++) {
        for (let u = 0; u < outWidth; u++) {
          args[0] = this.#gatherInputs(sources, group, v, u)
          this.#gatherOutputs(answers, group, v * outWidth + u)
          this.#one(args, sparse)
        }
      }
    }
  }

  #one(args: number[], sparse: boolean): void {
    const [spikes, ...handed] = this.#answers as [Float32Array, ...Float32Array[]]
    if (sparse && handed.every(isTame)) this.#lists.sparse(args, spikes)
    else this.#lists.dense(args)
    this.#pass(...args)
    this.#worked = true
  }

  /** Whether nothing came, nothing went, and nothing strange is handed over. */
  #isSilent({ x, z, pre, post }: Images): boolean {
    const { inChannels, inHeight, inWidth, outChannels, outHeight, outWidth } = this.#geometry
    const [inputs, outputs] = [inChannels * inHeight * inWidth, outChannels * outHeight * outWidth]
    const view = (offset: number, length: number) => this.#arena.floats({ offset, length })
    return (
      view(x, inputs).every(isZero) &&
      view(z, outputs).every(isZero) &&
      pre.every((offset) => isTame(view(offset, inputs))) &&
      post.every((offset) => isTame(view(offset, outputs)))
    )
  }

  /** Writes the taps that lie in the image and what they see; returns how many they are. */
  #gatherInputs(sources: readonly number[], group: number, v: number, u: number): number {
    const { groups, inChannels, inHeight, inWidth, kernel, stride, padding, dilation } = this.#geometry
    const { f32, i32 } = this.#arena.memory
    const channels = inChannels / groups
    const index = this.#index.offset >> 2
    let count = 0
    for (let c = 0; c < channels; c++) {
      for (let ky = 0; ky < kernel; ky++) {
        const y = v * stride + ky * dilation - padding
        if (y < 0 || y >= inHeight) continue
        for (let kx = 0; kx < kernel; kx++) {
          const x = u * stride + kx * dilation - padding
          if (x < 0 || x >= inWidth) continue
          const pixel = ((group * channels + c) * inHeight + y) * inWidth + x
          i32[index + count] = (c * kernel + ky) * kernel + kx
          for (let k = 0; k < sources.length; k++) {
            f32[((this.#inputs[k] as Region).offset >> 2) + count] = f32[(sources[k] as number) + pixel] as number
          }
          count++
        }
      }
    }
    return count
  }

  #gatherOutputs(answers: readonly number[], group: number, place: number): void {
    const { groups, outChannels, outHeight, outWidth } = this.#geometry
    const { f32 } = this.#arena.memory
    const channels = outChannels / groups
    const plane = outHeight * outWidth
    for (let k = 0; k < answers.length; k++) {
      const to = (this.#outputs[k] as Region).offset >> 2
      const from = (answers[k] as number) + group * channels * plane + place
      for (let c = 0; c < channels; c++) f32[to + c] = f32[from + c * plane] as number
    }
  }

  /** Applies the sums and hands the weights back to the layer. */
  finish(known: Known): void {
    if (!this.#worked) return
    const code = Math.max(...this.#applyArgs.map((args) => this.#apply(...args)))
    known.learn(code, true)
    const packed = this.#arena.floats(this.#packed)
    const values = new Float32Array(sizeOf(this.#weight.shape))
    this.#each((inside, outside) => (values[outside] = packed[inside] as number))
    this.#weight.write(values)
    this.#worked = false
  }

  #each(move: (inside: number, outside: number) => void): void {
    const { groups, outChannels } = this.#geometry
    const channels = outChannels / groups
    for (let o = 0; o < outChannels; o++) {
      const group = Math.floor(o / channels)
      for (let tap = 0; tap < this.#taps; tap++) move((group * this.#taps + tap) * this.#columns + (o % channels), o * this.#taps + tap)
    }
  }
}

const isZero = (value: number) => value === 0
