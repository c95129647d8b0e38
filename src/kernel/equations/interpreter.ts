/** Walks the graph for every neuron. Slow and plain: the oracle of the other back ends, and the last resort where code generation is forbidden. */

import { randomUniform } from '../../random.ts'
import type { Memory } from '../arena.ts'
import type { Kernel } from '../kernel.ts'
import { drawKey } from './draw.ts'
import { evaluate } from './evaluate.ts'
import type { Graph, Node } from './graph.ts'
import { FIXED, type Layout } from './slots.ts'

export function interpret({ nodes, state, output }: Graph, layout: Layout, { f32 }: Memory): Kernel {
  const values = new Float32Array((nodes.at(-1)?.id ?? 0) + 1)
  const uniform = nodes.filter((each) => each.uniform)
  const varying = nodes.filter((each) => !each.uniform)
  const at = (offset: number | undefined, element: number) => f32[((offset ?? 0) >> 2) + element] as number

  return (...args) => {
    const [count = 0, dt, x, y = 0, a = 0, b = 0] = args
    const stateOffset = (name: string) => args[FIXED + layout.state.indexOf(name)]
    const paramOffset = (name: string) => args[FIXED + layout.state.length + layout.params.indexOf(name)]
    const compute = ({ op, args: parts, name, value, uniform: shared }: Node, element: number): number => {
      switch (op) {
        case 'constant':
          return value
        case 'dt':
          return at(dt, 0)
        case 'x':
          return at(x, element)
        case 'param':
          return at(paramOffset(name), shared ? 0 : element)
        case 'state':
          return at(stateOffset(name), element)
        case 'draw':
          return randomUniform(drawKey({ a, b }, value), element)
      }
      const [p, q, r] = parts.map((each) => values[each.id] as number)
      return evaluate(op, p ?? 0, q ?? 0, r ?? 0)
    }
    for (const node of uniform) values[node.id] = compute(node, 0)
    for (let element = 0; element < count; element++) {
      for (const node of varying) values[node.id] = compute(node, element)
      for (const { name, value } of state) f32[((stateOffset(name) ?? 0) >> 2) + element] = values[value.id] as number
      f32[(y >> 2) + element] = values[output.id] as number
    }
    return 0
  }
}
