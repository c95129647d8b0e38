/** Networks on a GPU: built from what their nodes say they are. */

import { DeviceError } from '../errors.ts'
import { controls, withTime } from '../layers/configured.ts'
import type { Description } from '../layers/description.ts'
import { type Node, placeInside, type Slot, type Slots, type StepTime, type Tree } from '../layers/node.ts'
import type { RemoteSlot } from '../layers/remote.ts'
import { isSlot } from '../layers/tree.ts'
import { watchersOf } from '../layers/watched.ts'
import { sizeOf } from '../tensor.ts'
import { pooled, scaled } from './elementwise.ts'
import { population } from './population.ts'
import type { Built, GpuRunning, GpuSite } from './site.ts'
import { State } from './state.ts'
import { convolution, matrix } from './synapses.ts'

const SUPPORTED = 'neurons without noise, linear, conv2d, sumPool2d, flatten, scale, sequential and recurrent'

/** @throws DeviceError naming the first layer that cannot run on a GPU. */
export function checkSupported(node: Node, path: string): void {
  const { description } = node
  const at = path || node.kind
  const inside = (part: Node, name: string) => checkSupported(part, placeInside({ path, seed: 0 }, name).path)
  // Its shape, and so its description, comes with the first value of a stream: it is checked then.
  if (description === undefined && node.resolve !== undefined) return
  switch (description?.kind) {
    case 'neuron':
      if (!description.model.random) return
      return refuse(at, `the model '${description.model.name}' draws random numbers (uniform(), normal())`)
    case 'sequential':
      for (const [name, part] of description.parts) inside(part, name)
      return
    case 'recurrent':
      inside(description.neuron, 'neuron')
      return inside(description.synapse, 'synapse')
    case 'configured':
      return checkSupported(description.node, path)
    case 'linear':
    case 'conv2d':
    case 'sumPool2d':
    case 'flatten':
    case 'scale':
      return
    default:
      return refuse(at, `a ${description?.kind ?? node.kind} layer has no form for it`)
  }
}

function refuse(path: string, why: string): never {
  throw new DeviceError('gpu', `${path} cannot run on a GPU: ${why}`, `What can: ${SUPPORTED}; or leave the device out`)
}

/** A node as kernels. It was found supported. */
export function build(node: Node, site: GpuSite): GpuRunning {
  const built = builtOf(node, site)
  const running: GpuRunning = { ...built, fetch: () => site.engine.read(built.y, sizeOf(built.shape)) }
  const watchers = watchersOf(node)
  if (watchers.length === 0) return running
  for (const watcher of watchers) watcher.started(running)
  const warm = () => {
    built.warm?.()
    fetchAll(running).catch(() => undefined) // whoever compiles hears of it
  }
  const run = () => {
    built.run()
    for (const watcher of watchers) {
      const answer = watcher.asked(running, site.time)
      if (answer !== undefined) site.asked.push(answer)
    }
  }
  return { ...running, warm, run }
}

function builtOf(node: Node, site: GpuSite): Built {
  const { description } = node
  switch (description?.kind) {
    case 'neuron':
      return population(description, site)
    case 'linear':
      return matrix(node, description, site)
    case 'conv2d':
      return convolution(node, description, site)
    case 'sumPool2d':
      return pooled(node, description, site)
    case 'scale':
      return scaled(node, description, site)
    case 'flatten':
      return { shape: node.outputShape(site.shape, site.path), y: site.x, state: {}, weights: {}, controls: [], run: () => undefined }
    case 'sequential':
      return chained(description, site)
    case 'recurrent':
      return looped(description, site)
    case 'configured':
      return reconfigured(node, description, site)
    default:
      return refuse(site.path || node.kind, 'it has no form for it')
  }
}

function chained({ parts: nodes }: Description & { readonly kind: 'sequential' }, site: GpuSite): Built {
  let { shape, x } = site
  const parts = nodes.map(([name, node]) => {
    const part = build(node, { ...site, ...placeInside(site, name), shape, x, weights: site.weights[name] as Tree })
    shape = part.shape
    x = part.y
    return part
  })
  const byName = <T>(of: (part: GpuRunning) => T) => Object.fromEntries(nodes.map(([name], k) => [name, of(parts[k] as GpuRunning)]))
  return {
    shape,
    y: x,
    state: byName(({ state }): Slots => state),
    weights: byName(({ weights }): Slots => weights),
    parts: byName((part) => part),
    controls: parts.flatMap((part) => part.controls),
    warm: () => parts.forEach((part) => part.warm?.()),
    run: () => parts.forEach((part) => part.run()),
  }
}

/** z(k) = neuron(x(k) + synapse(z(k - delay))); `past` holds the outputs that are on their way, oldest first. */
function looped(layer: Description & { readonly kind: 'recurrent' }, site: GpuSite): Built {
  const { neuron, synapse, delay, autapses } = layer
  const { engine, shape: input, x } = site
  const output = neuron.outputShape(input, `${site.path}.neuron`)
  const size = sizeOf(output)
  const sum = { offset: 0, current: (): ReturnType<typeof added.current> => added.current() }
  const cell = build(neuron, { ...site, ...placeInside(site, 'neuron'), x: sum, weights: site.weights['neuron'] as Tree })
  const source = `function (s, z) {
    if (this.thread.x < ${(delay - 1) * size}) { return s[this.thread.x + ${size}] }
    return z[this.thread.x - ${(delay - 1) * size} + ${cell.y.offset}]
  }`
  const past = new State(engine, { shape: output, planes: delay, outputs: delay, source, reads: true, partly: site.partly })
  const back = build(synapse, {
    ...site,
    ...placeInside(site, 'synapse'),
    shape: output,
    x: past.plane(0),
    weights: site.weights['synapse'] as Tree,
    ...(!autapses && { diagonal: 'zero' }),
  })
  const added = engine.stage(`function (x, back) { return x[this.thread.x + ${x.offset}] + back[this.thread.x + ${back.y.offset}] }`, [
    sizeOf(input),
  ])
  return {
    shape: output,
    y: cell.y,
    state: { neuron: cell.state, past: past.slot(0, delay, [delay, ...output], 1) },
    weights: { neuron: cell.weights, synapse: back.weights },
    parts: { neuron: cell, synapse: back },
    controls: [...cell.controls, ...back.controls],
    warm: () => {
      cell.warm?.()
      back.warm?.()
      past.warm()
    },
    run: () => {
      past.bring()
      back.run()
      added.run(x.current, back.y.current)
      cell.run()
      past.run(cell.y.current)
    },
  }
}

function reconfigured(node: Node, { node: inner, options }: Description & { readonly kind: 'configured' }, site: GpuSite): Built {
  const placed = options.seed === undefined ? site : { ...site, seed: options.seed }
  const time: StepTime = options.dt === undefined ? site.time : { dt: options.dt, t: undefined }
  const running = build(inner, { ...placed, time, partly: site.partly || options.resetRows !== undefined })
  const ports = node.ports(site)
  const own = ports.slice(0, ports.length - inner.ports(placed).length)
  const control = controls(running, inner.initialState(site.shape, placed), site.path)
  return {
    ...running,
    controls: [...own.map(({ path }) => control(path)), ...running.controls],
    run: options.dt === undefined ? running.run : withTime(running, site, time, options.dt),
  }
}

/** Everything that a watcher may ask for, asked for once. */
async function fetchAll(running: GpuRunning): Promise<void> {
  const slots = (entries: Slots): Promise<unknown>[] =>
    Object.values(entries).flatMap((entry) => (isRemote(entry) ? [entry.fetch()] : isSlot(entry) ? [] : slots(entry)))
  const parts = (part: GpuRunning): Promise<unknown>[] => [part.fetch(), ...Object.values(part.parts ?? {}).flatMap(parts)]
  await Promise.all([...slots(running.state), ...parts(running)])
}

const isRemote = (entry: Slot | Slots): entry is RemoteSlot => 'fetch' in entry && typeof entry.fetch === 'function'
