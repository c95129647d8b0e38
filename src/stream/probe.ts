/** Looking into a running network. */

import { Observable, type Subscriber } from 'rxjs'
import type { Arena } from '../kernel/arena.ts'
import { insideOf } from '../layers/cell.ts'
import { link } from '../kernel/kernel.ts'
import { countActive } from '../kernel/layers/count-active.ts'
import type { Running, Slot, Slots, StepTime } from '../layers/node.ts'
import type { Snapshot } from '../layers/options.ts'
import type { RemoteRunning } from '../layers/remote.ts'
import { findSlots, isSlot, overlay, readSlots } from '../layers/tree.ts'
import { watchedNode } from '../layers/watched.ts'
import { sizeOf, Tensor } from '../tensor.ts'
import { type Layer, makeLayer } from './layer.ts'
import { askActivity, type Asker, askOutput, askPicked, askValue } from './remote-probe.ts'

/** A layer that can be looked into while it runs. */
export interface Probe<out S, out W> extends Layer<S, W> {
  /**
   * A state variable or a weight after every step of every subscription, copied only while somebody subscribes; a path that ends at a
   * layer gives all its values by name. It does not complete: the next subscription of the network goes on.
   * A path that does not exist is an error as soon as the network runs.
   */
  watch<A extends keyof (S & W)>(a: A): Observable<(S & W)[A]>
  watch<A extends keyof (S & W), B extends keyof (S & W)[A]>(a: A, b: B): Observable<(S & W)[A][B]>
  watch<A extends keyof (S & W), B extends keyof (S & W)[A], C extends keyof (S & W)[A][B]>(a: A, b: B, c: C): Observable<(S & W)[A][B][C]>
  /** What the layer at this path gives in every step: the spikes inside a network. Without a path, the network's own output. */
  output(...path: readonly string[]): Observable<Tensor>
  /** How many elements of that output are not zero, in every step: spikes. Copies nothing. */
  activity(...path: readonly string[]): Observable<number>
  /** Some elements, by their row-major indices, of a state variable, a weight or a layer's output: [indices.length] in every step. */
  pick(indices: readonly number[], ...path: readonly string[]): Observable<Tensor>
  /**
   * A copy of everything the newest subscription remembers, also after its end.
   * @throws Error before the first step of all, DeviceError where the network runs on a device: `watch` asks for what is there
   */
  snapshot(): Snapshot<S, W>
}

/** Reads one thing of a running instance. */
type Reader = (time: Readonly<StepTime>) => unknown
/** How one thing is found in an instance here, and in one on a device. */
interface Look {
  readonly bind: (running: Running, arena: Arena) => Reader
  readonly ask: (running: RemoteRunning) => Asker
}
interface Watching extends Look {
  readonly out: Subscriber<unknown>
  readonly readers: WeakMap<Running, Reader>
  readonly askers: WeakMap<RemoteRunning, Asker>
}

/** The same operator, observable: `watch` copies a state variable or a weight after every step, only while subscribed. */
export function probe<S, W>(layer: Layer<S, W>): Probe<S, W> {
  const inside = insideOf(layer)
  if (inside === undefined) throw new TypeError(`probe: expected a layer of rxspike, got ${String(layer)}`)
  const at = `probe of ${inside.node.kind}`
  const watchings = new Set<Watching>()
  let newest: Running | RemoteRunning | undefined

  const tell = (running: Running, arena: Arena, time: Readonly<StepTime>) => {
    for (const watching of [...watchings]) {
      try {
        let reader = watching.readers.get(running)
        if (reader === undefined) watching.readers.set(running, (reader = watching.bind(running, arena)))
        watching.out.next(reader(time))
      } catch (error) {
        watching.out.error(error)
      }
    }
  }
  const ask = async (running: RemoteRunning, time: Readonly<StepTime>): Promise<() => void> => {
    const tells = [...watchings].map(async (watching) => {
      try {
        let asker = watching.askers.get(running)
        if (asker === undefined) watching.askers.set(running, (asker = watching.ask(running)))
        const value = await asker(time)
        return () => watching.out.next(value)
      } catch (error) {
        return () => watching.out.error(error)
      }
    })
    const all = await Promise.all(tells)
    return () => {
      for (const tellOne of all) tellOne()
    }
  }
  const watched = watchedNode(inside.node, {
    started: (running) => {
      newest = running
    },
    stepped: (running, arena, time) => watchings.size > 0 && tell(running, arena, time),
    asked: (running, time) => (watchings.size > 0 ? ask(running, { ...time }) : undefined),
  })
  const observe = (look: Look) =>
    new Observable<unknown>((out) => {
      const watching: Watching = { out, ...look, readers: new WeakMap(), askers: new WeakMap() }
      watchings.add(watching)
      return () => watchings.delete(watching)
    })

  const withProbe = (running: Layer<S, W>): Probe<S, W> => {
    const { with: plainWith } = running
    return Object.defineProperties(running as Probe<S, W>, {
      with: { value: (options: Parameters<typeof plainWith>[0]) => withProbe(plainWith(options)) },
      watch: {
        value: (...path: readonly string[]) =>
          observe({ bind: (instance) => valueReader(instance, path, at), ask: (instance) => askValue(instance, path, at) }),
      },
      output: {
        value: (...path: readonly string[]) =>
          observe({
            bind: (instance, arena) => outputReader(layerAt(instance, path, at), arena),
            ask: (instance) => askOutput(layerAt(instance, path, at)),
          }),
      },
      activity: {
        value: (...path: readonly string[]) =>
          observe({
            bind: (instance, arena) => activityReader(layerAt(instance, path, at), arena),
            ask: (instance) => askActivity(layerAt(instance, path, at)),
          }),
      },
      pick: {
        value: (indices: readonly number[], ...path: readonly string[]) =>
          observe({
            bind: (instance, arena) => pickReader(instance, arena, indices, path, at),
            ask: (instance) => askPicked(pickSource(instance, indices, path, at), indices),
          }),
      },
      snapshot: {
        value: () => {
          if (newest === undefined) throw new Error(`${at}: nothing to remember yet: the network has not made a step`)
          return { state: readSlots(newest.state), weights: readSlots(newest.weights) }
        },
      },
    })
  }
  return withProbe(makeLayer<S, W>(watched, inside.options as Parameters<typeof layer.with>[0]))
}

function valueReader({ state, weights }: Running, path: readonly string[], at: string): Reader {
  const found = findSlots([state, weights], path, at)
  const single = found[0]
  if (found.length === 1 && single !== undefined && isSlot(single)) return (time) => new Tensor(single.shape, single.read(), time)
  const trees = found as readonly Slots[]
  return () => overlay(trees.map(readSlots))
}

/** The part at a path, undefined where there is none of that name. */
const partAt = <R extends Running | RemoteRunning>(running: R, path: readonly string[]): R | undefined =>
  path.reduce<R | undefined>((part, name) => part?.parts?.[name] as R | undefined, running)

function layerAt<R extends Running | RemoteRunning>(running: R, path: readonly string[], at: string): R {
  const part = partAt(running, path)
  if (part === undefined)
    throw new RangeError(`${at}: no layer is called ${path.join('.')}; there are: ${Object.keys(running.parts ?? {}).join(', ') || 'none'}`)
  return part
}

function outputReader({ shape, y }: Running, arena: Arena): Reader {
  const view = arena.floats({ ...y, length: sizeOf(shape) })
  return (time) => new Tensor(shape, view.slice(), time)
}

function activityReader({ shape, y }: Running, arena: Arena): Reader {
  const { count } = link(arena, countActive)
  const size = sizeOf(shape)
  return () => count(y.offset, size)
}

/** A layer's output or a value. @throws RangeError for indices that are not in it. */
function pickSource<R extends Running | RemoteRunning>(
  running: R,
  indices: readonly number[],
  path: readonly string[],
  at: string,
): R | Slot {
  const part = partAt(running, path)
  const found = part === undefined ? findSlots([running.state, running.weights], path, at)[0] : undefined
  const source = part ?? (found !== undefined && isSlot(found) ? found : undefined)
  if (source === undefined)
    throw new RangeError(`${at}: ${path.join('.')} is a layer with values of its own names: pick one of them, or the layer's output`)
  const size = sizeOf(source.shape)
  const wrong = indices.find((index) => !(Number.isInteger(index) && index >= 0 && index < size))
  if (wrong !== undefined)
    throw new RangeError(`${at}: pick ${wrong}: indices from 0 to ${size - 1} are allowed in a value of shape [${source.shape.join(', ')}]`)
  return source
}

function pickReader(running: Running, arena: Arena, indices: readonly number[], path: readonly string[], at: string): Reader {
  const source = pickSource(running, indices, path, at)
  const view = 'y' in source ? arena.floats({ ...source.y, length: sizeOf(source.shape) }) : source.view?.()
  return (time) => {
    const values = view ?? (source as Slot).read()
    // A loop: `Float32Array.from` takes 0.1 us an element.
    const picked = new Float32Array(indices.length)
    for (let k = 0; k < picked.length; k++) picked[k] = values[indices[k] as number] as number
    return new Tensor([indices.length], picked, time)
  }
}
