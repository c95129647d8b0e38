/** A node with run options of its own: resets, restores, weights, seed and dt work for a part of a network as for the whole. */

import { report } from '../diagnostics.ts'
import { Tensor } from '../tensor.ts'
import type { Control, Node, Place, Port, Running, Site, StepTime, Tree } from './node.ts'
import { isStream } from './node.ts'
import type { RunOptions } from './options.ts'
import { mergeTrees, resetRows, writeAll, writeSlots } from './tree.ts'

type PartOptions = { readonly [K in 'dt' | 'reset' | 'resetRows' | 'restore' | 'weights' | 'seed']?: RunOptions[K] | undefined }

/** The node itself where no option concerns it. */
export function configured(node: Node, options: PartOptions): Node {
  const { dt, reset, resetRows: rows, restore, weights, seed } = options
  if ([dt, reset, rows, restore, weights, seed].every((option) => option === undefined)) return node
  const placed = (place: Place): Place => (seed === undefined ? place : { ...place, seed })
  const streams: readonly (readonly [name: string, stream: unknown, merge?: Port['merge']])[] = [
    ['reset', reset],
    ['resetRows', rows, eitherRow],
    ['restore', restore],
    ['weights', isStream(weights) ? weights : undefined, (earlier, later) => ({ ...(earlier as Tree), ...(later as Tree) })],
  ]
  const ports = ({ path }: Place): readonly Port[] =>
    streams.flatMap(([name, stream, merge]) => (isStream(stream) ? [{ path: join(path, name), stream, ...(merge && { merge }) }] : []))

  return {
    ...node,
    description: { kind: 'configured', node, options: options as Partial<RunOptions> },
    resolve: node.resolve && ((place, early) => configured(node.resolve?.(placed(place), early) ?? node, options)),
    initialState: (input, place) => node.initialState(input, placed(place)),
    initialWeights: (place) => {
      const initial = node.initialWeights(placed(place))
      return weights === undefined || isStream(weights) ? initial : mergeTrees(initial, weights, place.path)
    },
    ports: (place) => [...ports(place), ...node.ports(placed(place))],
    build: (site) => {
      const time: StepTime = dt === undefined ? site.time : { dt, t: undefined }
      const running = node.build({ ...site, ...placed(site), time })
      const own = controls(running, node.initialState(site.shape, placed(site)), site.path)
      return {
        ...running,
        controls: [...ports(site).map(({ path }) => own(path)), ...running.controls],
        run: dt === undefined ? running.run : withTime(running, site, time, dt),
      }
    },
  }
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

const eitherRow = (earlier: unknown, later: unknown) =>
  earlier instanceof Tensor && later instanceof Tensor && earlier.data.length === later.data.length
    ? later.map((value, k) => (value !== 0 || earlier.data[k] !== 0 ? 1 : 0))
    : later

/** What the streams do to a running instance. */
export function controls(running: Pick<Running, 'state' | 'weights'>, rest: Tree, place: string): (path: string) => Control {
  return (path) => {
    const name = path.slice(path.lastIndexOf('.') + 1)
    const write: Record<string, (value: unknown) => void> = {
      reset: () => writeSlots(running.state, rest, path),
      resetRows: (mask) => {
        if (!(mask instanceof Tensor)) throw new TypeError(`${path}: expected a Tensor with 0 or 1 per row, got ${String(mask)}`)
        resetRows(running.state, rest, mask, place)
      },
      restore: (snapshot) => {
        const { state, weights } = (snapshot ?? {}) as { readonly state?: unknown; readonly weights?: unknown }
        if (state === undefined || weights === undefined)
          throw new TypeError(`${path}: expected a snapshot { state, weights }, got ${String(snapshot)}`)
        writeAll([
          [running.state, state, path],
          [running.weights, weights, path],
        ])
      },
      weights: (partial) => writeSlots(running.weights, partial, path, true),
    }
    return { path, write: write[name] as Control['write'] }
  }
}

/** The step with a `dt` of its own. */
export function withTime(running: Pick<Running, 'run'>, site: Pick<Site, 'path' | 'time'>, time: StepTime, dt: number): () => void {
  let reported = false
  return () => {
    time.t = site.time.t
    if (site.time.dt !== dt && !reported) {
      reported = true
      report({
        kind: 'dt-mismatch',
        at: site.path,
        message: `the network's steps are ${site.time.dt} s long, the option dt says ${dt} s: the option is used`,
      })
    }
    running.run()
  }
}
