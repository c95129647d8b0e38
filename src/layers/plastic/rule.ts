/** A learning rule with its parameters: what `plastic` takes, and its shared values in a running instance. */

import type { Region } from '../../kernel/arena.ts'
import type { RuleModel } from '../../plasticity/rule.ts'
import { LIMIT } from '../../plasticity/synapse-kernel.ts'
import { Tensor } from '../../tensor.ts'
import { type Control, isStream, type Place, type Port, type Site, type Streamable } from '../node.ts'

/** How weights change: made by `stdp`, `threeFactor` and whatever `defineRule` gives. V: the names of its traces. */
export interface Rule<out V extends string = string> {
  readonly kind: string
  readonly traces: readonly V[]
}

/** What is behind a rule. */
export interface RuleParts {
  readonly model: RuleModel
  /** As given: missing, a number or a stream of numbers. */
  readonly params: Readonly<Record<string, unknown>>
  readonly modulator?: Streamable
  /** What traces are called outside of the text, where that differs. */
  readonly names: Readonly<Record<string, string>>
}

const known = new WeakMap<object, RuleParts>()

/** Parameters were checked. */
export function makeRule<V extends string>(parts: RuleParts): Rule<V> {
  const { model, names } = parts
  const traces = Object.keys(model.traces).map((name) => names[name] ?? name) as V[]
  const rule = Object.freeze({ kind: model.name, traces: Object.freeze(traces) })
  known.set(rule, parts)
  return rule
}

/** @throws TypeError for what is no rule of rxspike */
export function partsOf(rule: unknown, at: string): RuleParts {
  const parts = typeof rule === 'object' && rule !== null ? known.get(rule) : undefined
  if (parts === undefined)
    throw new TypeError(`${at}: expected a learning rule (stdp(), threeFactor(...), defineRule(...)()), got ${String(rule)}`)
  return parts
}

/** @throws TypeError, RangeError naming `at` unless a value is a finite number. */
export function checkNumber(at: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${at}: expected a number, as all synapses share a rule, got ${String(value)}`)
  if (!Number.isFinite(Math.fround(value))) throw new RangeError(`${at}: ${value} is not a finite float32 number`)
}

const streamsOf = ({ model, params }: RuleParts) => model.params.filter((name) => isStream(params[name]))

/** The streams that act on a rule: parameters are levels, the modulator is an impulse. */
export function rulePorts(parts: RuleParts, { path }: Place): readonly Port[] {
  const { params, modulator } = parts
  const levels = streamsOf(parts).map((name): Port => ({ path: `${path}.rule.${name}`, stream: params[name] as Streamable }))
  return modulator === undefined ? levels : [...levels, { path: `${path}.modulator`, stream: modulator, merge: addUp }]
}

/** Two impulses before the first step. Values that cannot be added are left for the control to refuse. */
function addUp(earlier: unknown, later: unknown): unknown {
  if (typeof earlier === 'number' && typeof later === 'number') return earlier + later
  const wide = earlier instanceof Tensor ? earlier : later
  const other = wide === earlier ? later : earlier
  if (!(wide instanceof Tensor)) return later
  if (typeof other === 'number') return wide.map((value) => value + other)
  if (!(other instanceof Tensor) || other.data.length !== wide.data.length) return other
  return wide.map((value, k) => value + (other.data[k] as number))
}

/** The values that all synapses of a running instance share: dt, parameters, and for each row of the batch the modulator. */
export class SharedValues {
  readonly dt: Region
  readonly controls: readonly Control[]
  readonly #site: Site
  readonly #parts: RuleParts
  readonly #rows: number
  readonly #params: readonly Region[]
  readonly #modulator: Region
  #views: { readonly dt: Float32Array; readonly params: readonly Float32Array[]; readonly modulator: Float32Array } | undefined
  #tame = true

  /** @param onBounds called when where the weight must stay changes */
  constructor(site: Site, parts: RuleParts, rows: number, onBounds: () => void) {
    const { arena, path } = site
    const { model } = parts
    this.#site = site
    this.#parts = parts
    this.#rows = rows
    this.dt = arena.reserve(1)
    this.#params = model.params.map(() => arena.reserve(1))
    this.#modulator = arena.reserve(Math.max(1, rows))
    const levels = streamsOf(parts).map((name): Control => {
      const at = `${path}.rule.${name}`
      const write = (value: unknown): void => {
        checkNumber(at, value)
        this.#put(name, value)
        if (model.bounds.includes(name)) onBounds()
      }
      return { path: at, write }
    })
    const impulse: Control = { path: `${path}.modulator`, write: (value) => this.#add(value) }
    this.controls = parts.modulator === undefined ? levels : [...levels, impulse]
  }

  start(): void {
    const { arena } = this.#site
    this.#views = {
      dt: arena.floats(this.dt),
      params: this.#params.map((region) => arena.floats(region)),
      modulator: arena.floats(this.#modulator),
    }
    const { model, params } = this.#parts
    for (const name of model.params) {
      const given = params[name]
      this.#put(name, typeof given === 'number' ? given : (model.defaults[name] as number))
    }
  }

  /** Arguments for a row of the batch, in the order of the kernels. */
  offsets(row: number): readonly number[] {
    return [...this.#params.map((region) => region.offset), this.#modulator.offset + 4 * row]
  }

  /** The time of this step. */
  begin(): void {
    const { dt } = this.#live
    if (dt[0] !== Math.fround(this.#site.time.dt)) {
      dt[0] = this.#site.time.dt
      this.#measure()
    }
  }

  /** Whether no magnitude is beyond what synapses may be left out with. */
  isTame(row: number): boolean {
    return this.#tame && Math.abs(this.#live.modulator[row] as number) <= LIMIT
  }

  /** The step is over: impulses are gone. */
  end(): void {
    this.#live.modulator.fill(0)
  }

  get #live() {
    if (this.#views === undefined) throw new Error('plastic: used before start')
    return this.#views
  }

  #put(name: string, value: number): void {
    const view = this.#live.params[this.#parts.model.params.indexOf(name)] as Float32Array
    view[0] = value
    this.#measure()
  }

  #measure(): void {
    const { dt, params } = this.#live
    this.#tame = [dt, ...params].every((view) => Math.abs(view[0] as number) <= LIMIT)
  }

  #add(value: unknown): void {
    const at = `${this.#site.path}.modulator`
    const { modulator } = this.#live
    if (typeof value !== 'number' && !(value instanceof Tensor)) {
      throw new TypeError(`${at}: expected a number, or a Tensor with one per row of the batch, got ${String(value)}`)
    }
    const values = typeof value === 'number' ? modulator.map(() => value) : value.data
    if (values.length !== this.#rows) {
      throw new RangeError(`${at}: ${values.length} values for ${this.#rows} rows: one number, or one for each row of the batch, is needed`)
    }
    const wrong = values.find((each) => !Number.isFinite(each))
    if (wrong !== undefined) throw new RangeError(`${at}: ${wrong} is not a finite number: it would spoil every weight`)
    for (let row = 0; row < values.length; row++) modulator[row] = (modulator[row] as number) + (values[row] as number)
  }
}
