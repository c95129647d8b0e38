/** A learning rule on the weights of a linear layer, changed where they lie. */

import type { Arena, Region } from '../../kernel/arena.ts'
import { type Kernel, link } from '../../kernel/kernel.ts'
import type { RuleModel } from '../../plasticity/rule.ts'
import { type Shape, sizeOf } from '../../tensor.ts'
import type { Slot } from '../node.ts'
import { packedWeightsOf, type PackedWeights } from '../packed-weights.ts'
import { Columns, isTame } from './columns.ts'
import { Known, type Learner, type Synapses } from './learner.ts'
import { SharedValues } from './rule.ts'
import { padded, Side } from './side.ts'

export function linearLearner(synapses: Synapses): Learner {
  const { site, rule, weight, post, postShape } = synapses
  const { arena } = site
  const { model, names } = rule
  const packed = packedWeightsOf(weight)
  if (packed === undefined) throw new Error('plastic: weights of linear that cannot be changed in place')
  const [outputs, inputs] = weight.shape as [number, number]
  const lead = postShape.slice(0, -1)
  const rows = sizeOf(lead)
  const known = new Known()
  const shared = new SharedValues(site, rule, rows, () => (known.dirty = true))
  const pre = new Side(arena, model.pre, rows, inputs)
  const after = new Side(arena, model.post, rows, outputs)
  const stores = model.synapseTraces.map(() => arena.reserve(rows * inputs * packed.columns))
  const matrix = new Passes(arena, model, packed, { rows, inputs, outputs, stores, post })

  const slotOf = (name: string): Slot => {
    switch (model.traces[name]) {
      case 'pre':
        return pre.slot(name, site.shape)
      case 'post':
        return after.slot(name, postShape)
      default: {
        const region = stores[model.synapseTraces.indexOf(name)] as Region
        return synapseSlot(arena, region, [...lead, outputs, inputs], packed.columns)
      }
    }
  }
  return {
    traces: Object.fromEntries(Object.keys(model.traces).map((name) => [names[name] ?? name, slotOf(name)])),
    controls: shared.controls,
    start: () => {
      shared.start()
      pre.start(shared, matrix.spikesOf(site.x.offset))
      after.start(shared, matrix.spikesOf(undefined))
      matrix.start(shared, site.x.offset, pre, after)
    },
    learn: () => {
      shared.begin()
      for (let row = 0; row < rows; row++) {
        matrix.takePost(row)
        pre.run(row)
        after.run(row)
        matrix.run(row, known.complete && shared.isTame(row))
      }
      const finite = matrix.finish(known)
      if (finite !== undefined) packed.setFinite(finite)
      shared.end()
    },
    weightsChanged: () => (known.dirty = true),
  }
}

interface Sizes {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  /** Traces of synapses. */
  readonly stores: readonly Region[]
  readonly post: Region
}

/** The passes of one step over the weights: one for each row of the batch, and where there are several, one that applies their sum. */
class Passes {
  readonly #arena: Arena
  readonly #model: RuleModel
  readonly #packed: PackedWeights
  readonly #sizes: Sizes
  readonly #post: Region
  readonly #columns: Columns
  readonly #sums: boolean
  readonly #sum: Region
  readonly #touched: Region
  #args: readonly number[][] = []
  #applyArgs: readonly number[] = []
  #pass: Kernel = () => 0
  #apply: Kernel = () => 0
  #views: { readonly post: Float32Array; readonly rows: readonly Float32Array[]; readonly handed: readonly Float32Array[] } | undefined
  #touchedWords: Int32Array = new Int32Array(0)
  #code = 0
  #everything = false

  constructor(arena: Arena, model: RuleModel, packed: PackedWeights, sizes: Sizes) {
    const { rows, inputs, outputs } = sizes
    this.#arena = arena
    this.#model = model
    this.#packed = packed
    this.#sizes = sizes
    this.#post = arena.reserve(padded(outputs))
    this.#columns = new Columns(arena, model.need, packed.columns)
    this.#sums = rows > 1 && model.changesWeight
    this.#sum = arena.reserve(this.#sums ? inputs * packed.columns : 0)
    this.#touched = arena.reserve(this.#sums ? inputs : 0)
  }

  /** Where each row's spikes are: those of the outputs are copied to one place, padded with silence. */
  spikesOf(x: number | undefined): readonly number[] {
    return Array.from({ length: this.#sizes.rows }, (_, row) => (x === undefined ? this.#post.offset : x + 4 * row * this.#sizes.inputs))
  }

  start(shared: SharedValues, x: number, pre: Side, post: Side): void {
    const { rows, inputs, outputs, stores } = this.#sizes
    const { region, columns } = this.#packed
    const arena = this.#arena
    this.#columns.start()
    const everything = this.#columns.everything()
    const handed = post.handed(this.#post.offset)
    const target = this.#sums ? this.#sum : region
    const perSynapse = this.#sums ? [region.offset, this.#sum.offset] : [region.offset]
    const touched = this.#sums ? this.#touched.offset : 0
    this.#args = this.spikesOf(x).map((from, row) => [
      ...[inputs, 0, from, shared.dt.offset, target.offset, 4 * columns],
      ...everything,
      touched,
      ...stores.map((store) => store.offset + 4 * row * inputs * columns),
      ...shared.offsets(row),
      ...perSynapse,
      ...pre.handed(from),
      ...handed,
    ])
    this.#pass = link(arena, this.#sums ? this.#model.summing : this.#model.direct).pass
    if (this.#sums) {
      this.#apply = link(arena, this.#model.applying).pass
      // A row without anything new is left out.
      const touchedOnly = [everything[0] as number, 0, ...everything.slice(2)]
      this.#applyArgs = [
        ...[inputs, 0, this.#touched.offset, shared.dt.offset, region.offset, 4 * columns],
        ...touchedOnly,
        ...[0, this.#sum.offset],
        ...shared.offsets(0),
        region.offset,
      ]
      this.#touchedWords = arena.ints(this.#touched)
    }
    const all = arena.floats(this.#sizes.post)
    this.#views = {
      post: arena.floats({ offset: this.#post.offset, length: columns }),
      rows: Array.from({ length: rows }, (_, row) => all.subarray(row * outputs, (row + 1) * outputs)),
      handed: handed.map((offset) => arena.floats({ offset, length: outputs })),
    }
  }

  /** Copies the neurons' output of a row. */
  takePost(row: number): void {
    this.#views?.post.set(this.#views.rows[row] as Float32Array)
  }

  /** @param known whether synapses may be left out, as far as weights and parameters say */
  run(row: number, known: boolean): void {
    const { need, changesWeight, synapseTraces } = this.#model
    if (!changesWeight && synapseTraces.length === 0) return
    const args = this.#args[row] as number[]
    const views = this.#views
    if (views !== undefined && known && !need.neither && views.handed.every(isTame)) this.#columns.sparse(args, views.post)
    else {
      this.#columns.dense(args)
      this.#everything = true
    }
    const code = this.#pass(...args)
    if (!this.#sums) this.#code = code
  }

  /** Applies the sums; what is then known of the weights: see `Known`. */
  finish(known: Known): boolean | undefined {
    if (this.#sums) {
      this.#code = this.#apply(...this.#applyArgs)
      this.#touchedWords.fill(0)
    }
    const finite = this.#model.changesWeight ? known.learn(this.#code, this.#everything) : undefined
    this.#everything = false
    this.#code = 0
    return finite
  }
}

/** Values per synapse: [rows][in][columns] in memory, [..., out, in] from outside. */
function synapseSlot(arena: Arena, region: Region, shape: Shape, columns: number): Slot {
  const [outputs, inputs] = shape.slice(-2) as [number, number]
  const each = (move: (inside: number, outside: number) => void) => {
    for (let row = 0; row * inputs * columns < region.length; row++) {
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) move((row * inputs + i) * columns + o, (row * outputs + o) * inputs + i)
      }
    }
  }
  return {
    shape,
    batchAxis: 0,
    read: () => {
      const memory = arena.floats(region)
      const values = new Float32Array(sizeOf(shape))
      each((inside, outside) => (values[outside] = memory[inside] as number))
      return values
    },
    write: (data) => {
      const memory = arena.floats(region)
      each((inside, outside) => (memory[inside] = data[outside] as number))
    },
  }
}
