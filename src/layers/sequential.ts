/** One layer after another, fused: intermediates are computed in place in one arena and never leave it. */

import type { Shape } from '../tensor.ts'
import { functionNode } from './function-stage.ts'
import { insideOf, nodeOf, type Stage } from './cell.ts'
import { placeInside, type Control, type Node, type Running, type Slots, type Tree } from './node.ts'

/** @throws TypeError for a stage that is neither a layer nor a function, RangeError for no stage at all. */
export function sequentialNode(stages: Readonly<Record<string, Stage>>): Node {
  const names = Object.keys(stages)
  if (names.length === 0) throw new RangeError('sequential: at least one layer is needed')
  for (const name of names) {
    if (name === '' || name.includes('.'))
      throw new RangeError(`sequential: '${name}' cannot name a layer: the name must not be empty or hold a dot`)
  }
  const nodes = names.map((name): Node => {
    const stage = stages[name]
    if (insideOf(stage) !== undefined) return nodeOf(stage, `sequential: ${name}`)
    if (typeof stage === 'function') return functionNode(stage as Extract<Stage, Function>)
    throw new TypeError(`sequential: ${name}: expected a layer or a pure function of one step, got ${String(stage)}`)
  })
  return chain(names, nodes)
}

function chain(names: readonly string[], nodes: readonly Node[]): Node {
  const byName = <T>(values: readonly T[]) => Object.fromEntries(names.map((name, k) => [name, values[k] as T]))

  return {
    kind: 'sequential',
    composite: true,
    description: { kind: 'sequential', parts: names.map((name, k) => [name, nodes[k] as Node]) },
    outputShape: (input, path) =>
      nodes.reduce<Shape>(
        (shape, node, k) =>
          node.outputShape(shape, placeInside({ path: path === 'sequential' ? '' : path, seed: 0 }, names[k] as string).path),
        input,
      ),
    initialState: (input, place): Tree => {
      let shape = input
      return byName(
        nodes.map((node, k) => {
          const here = placeInside(place, names[k] as string)
          const state = node.initialState(shape, here)
          shape = node.outputShape(shape, here.path)
          return state
        }),
      )
    },
    initialWeights: (place): Tree => byName(nodes.map((node, k) => node.initialWeights(placeInside(place, names[k] as string)))),
    resolve: nodes.some((node) => node.resolve)
      ? (place, early) =>
          chain(
            names,
            nodes.map((node, k) => node.resolve?.(placeInside(place, names[k] as string), early) ?? node),
          )
      : undefined,
    ports: (place) => nodes.flatMap((node, k) => node.ports(placeInside(place, names[k] as string))),
    build: (site): Running => {
      let { shape, x } = site
      const parts = nodes.map((node, k) => {
        const name = names[k] as string
        const part = node.build({ ...site, ...placeInside(site, name), shape, x, weights: site.weights[name] as Tree })
        shape = part.shape
        x = part.y
        return part
      })
      const runs = parts.map((part) => part.run)
      return {
        shape,
        y: x,
        state: byName(parts.map((part): Slots => part.state)),
        weights: byName(parts.map((part): Slots => part.weights)),
        parts: byName(parts),
        controls: parts.flatMap((part): readonly Control[] => part.controls),
        start: () => {
          for (const part of parts) part.start()
        },
        run: () => {
          for (const run of runs) run()
        },
      }
    },
  }
}
