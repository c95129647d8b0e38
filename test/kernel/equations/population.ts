/** Neurons of one model in an arena, stepped from tests: the kernel alone, without layers. */

import { Arena, type Backend } from '../../../src/kernel/arena.ts'
import type { AnyDefinition } from '../../../src/kernel/equations/definition.ts'
import { compileModel } from '../../../src/kernel/equations/model.ts'
import { link } from '../../../src/kernel/kernel.ts'
import { randomKey } from '../../../src/random.ts'

export const backends: readonly Backend[] = ['interpreter', 'javascript', 'webassembly']

export interface Setup {
  readonly count: number
  readonly backend?: Backend
  readonly dt?: number
  readonly synapticDelay?: 0 | 1
  readonly seed?: number
  /** Numbers, or one value per neuron. */
  readonly params?: Readonly<Record<string, number | readonly number[]>>
  readonly state?: Readonly<Record<string, number | readonly number[]>>
}

export interface Population {
  /** One step: a number goes to all neurons. */
  step(x: number | readonly number[]): Float32Array
  /** Names of the state, with what the variant remembers besides. */
  readonly names: readonly string[]
  /** A copy of a state variable. */
  state(name: string): Float32Array
}

export function populate(definition: AnyDefinition, setup: Setup): Population {
  const { count, backend = 'webassembly', dt = 1e-3, synapticDelay = 1, seed = 0, params = {}, state = {} } = setup
  const model = compileModel(definition)
  const arena = new Arena(backend)
  const values = model.params.map((name) => params[name] ?? (model.defaults[name] as number))
  const arrays = model.params.filter((_, k) => typeof values[k] !== 'number')
  const names = model.remembers({ arrays, synapticDelay })
  const regions = {
    dt: arena.reserve(1),
    x: arena.reserve(count),
    y: arena.reserve(count),
    state: names.map(() => arena.reserve(count)),
    params: values.map((value) => arena.reserve(typeof value === 'number' ? 1 : count)),
  }
  arena.allocate()
  const put = (into: Float32Array, value: number | readonly number[]) => (typeof value === 'number' ? into.fill(value) : into.set(value))
  put(arena.floats(regions.dt), dt)
  values.forEach((value, k) => put(arena.floats(regions.params[k] as (typeof regions)['x']), value))
  names.forEach((name, k) => {
    const initial = state[name] ?? model.initial[name] ?? 0
    put(
      arena.floats(regions.state[k] as (typeof regions)['x']),
      typeof initial === 'string' ? (values[model.params.indexOf(initial)] as number) : initial,
    )
  })
  const { step } = link(arena, model.kernel({ arrays, synapticDelay }))
  const offsets = [...regions.state, ...regions.params].map((region) => region.offset)
  let steps = 0
  return {
    names,
    step: (x) => {
      put(arena.floats(regions.x), x)
      const { a, b } = randomKey(seed, steps++)
      step(count, regions.dt.offset, regions.x.offset, regions.y.offset, a, b, ...offsets)
      return arena.floats(regions.y).slice()
    },
    state: (name) => arena.floats(regions.state[names.indexOf(name)] as (typeof regions)['x']).slice(),
  }
}
