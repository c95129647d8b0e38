/** A population of neurons on a GPU. */

import { broadcast, checkBroadcast, checkValue, type Value } from '../layers/broadcast.ts'
import type { Description } from '../layers/description.ts'
import { isLearnable } from '../layers/learnable.ts'
import { type Control, isStream, type Slots } from '../layers/node.ts'
import type { RemoteSlot } from '../layers/remote.ts'
import { sizeOf, Tensor } from '../tensor.ts'
import { printStep, shared } from './equations.ts'
import type { Built, GpuSite } from './site.ts'
import { State } from './state.ts'

/**
 * A parameter that is one number goes with every step, as part of what all neurons share; one that has a value for each neuron, or
 * is a stream and so may come to have them, is a plane on the GPU.
 */
export function population({ model, params, synapticDelay }: Description & { readonly kind: 'neuron' }, site: GpuSite): Built {
  const { engine, shape, x } = site
  const count = sizeOf(shape)
  const join = (name: string) => (site.path === '' ? name : `${site.path}.${name}`)
  const starts = Object.fromEntries(model.params.map((name) => [name, startOf(model.defaults[name] as number, params[name], site, name)]))
  for (const [name, value] of Object.entries(starts)) checkBroadcast(join(name), value, shape)

  const arrays = model.params.filter((name) => isStream(params[name]) || typeof starts[name] !== 'number')
  const current = new Map<string, Value>(Object.entries(starts))
  const planes = new Float32Array(arrays.length * count)
  const memory = arrays.length === 0 ? undefined : engine.memory(planes.length)
  let changed = true
  const set = (name: string, value: Value): void => {
    current.set(name, value)
    const plane = arrays.indexOf(name)
    if (plane >= 0) broadcast(value, planes.subarray(plane * count, (plane + 1) * count), shape)
    changed = true
  }
  for (const name of arrays) set(name, starts[name] as Value)

  const names = model.remembers({ arrays, synapticDelay })
  const step = printStep(model.graph({ arrays, synapticDelay }), { count, xOffset: x.offset, state: names, arrays })
  const state = new State(engine, {
    shape,
    planes: names.length,
    outputs: step.planes,
    source: step.source,
    reads: step.arrays.includes('state'),
    partly: site.partly,
  })
  const inputs = [
    ...(step.arrays.includes('x') ? [x.current] : []),
    ...(memory !== undefined && step.arrays.includes('params') ? [memory.current] : []),
  ]
  let numbers: readonly number[] = []
  let dt = Number.NaN

  return {
    shape,
    y: state.plane(step.output),
    state: Object.fromEntries(names.map((name, k) => [name, state.slot(k, 1, shape, 0)])),
    weights: Object.fromEntries(
      model.params.filter((name) => isLearnable(params[name])).map((name) => [name, parameterSlot(current, name, set)]),
    ) satisfies Slots,
    controls: model.params
      .filter((name) => isStream(params[name]))
      .map((name): Control => {
        const path = join(name)
        const write = (value: unknown) => {
          checkValue(path, value)
          checkBroadcast(path, value, shape)
          set(name, value)
        }
        return { path, write }
      }),
    warm: () => state.warm(),
    run: () => {
      if (changed) memory?.write(planes)
      if (changed || dt !== site.time.dt) {
        dt = site.time.dt
        numbers = shared(step.numbers, dt, (name) => current.get(name) as number)
      }
      changed = false
      state.run(...inputs, ...numbers.map((value) => () => value))
    },
  }
}

function startOf(usual: number, given: unknown, { weights }: GpuSite, name: string): Value {
  if (isLearnable(given)) return valueOf(weights[name] as Tensor)
  return given === undefined || isStream(given) ? usual : (given as Value)
}

const valueOf = (tensor: Tensor): Value => (tensor.shape.length === 0 ? (tensor.data[0] as number) : tensor)

function parameterSlot(current: ReadonlyMap<string, Value>, name: string, set: (name: string, value: Value) => void): RemoteSlot {
  const first = current.get(name) as number | Tensor
  const shape = typeof first === 'number' ? [] : first.shape
  const read = () =>
    Float32Array.from([current.get(name) as number | Tensor].flatMap((value) => (typeof value === 'number' ? [value] : [...value])))
  return { shape, read, fetch: async () => read(), write: (data) => set(name, valueOf(new Tensor(shape, data.slice()))) }
}
