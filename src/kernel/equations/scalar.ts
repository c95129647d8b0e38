/** The step of a graph one element after another: compiled JavaScript, or the walk over the graph. */

import type { Memory } from '../arena.ts'
import type { Kernel } from '../kernel.ts'
import type { Graph } from './graph.ts'
import { interpret } from './interpreter.ts'
import { compile, print } from './javascript.ts'
import type { Layout } from './slots.ts'

/** `step(count, dt, x, y, keyA, keyB, ...state, ...params)`, see `slots.ts`. `javascript` walks where code generation is forbidden. */
export function scalarSteps(graph: Graph, layout: Layout): Readonly<Record<'javascript' | 'interpreter', (memory: Memory) => Kernel>> {
  const interpreter = (memory: Memory) => interpret(graph, layout, memory)
  let compiled: ((memory: Memory) => Kernel) | undefined
  const javascript = (memory: Memory) => {
    try {
      compiled ??= compile(print(graph, layout))
    } catch (cause) {
      if (cause instanceof EvalError) return interpreter(memory)
      throw cause
    }
    return compiled(memory)
  }
  return { javascript, interpreter }
}
