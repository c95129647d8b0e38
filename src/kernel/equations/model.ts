/** From a definition to kernels: parsed and checked once, one kernel per variant. */

import type { Memory } from '../arena.ts'
import type { Kernel, KernelSource } from '../kernel.ts'
import { blocksFunction, blocksTwin } from './blocks.ts'
import { checkDefinition } from './check.ts'
import type { AnyDefinition } from './definition.ts'
import type { Graph } from './graph.ts'
import { parse } from './parse.ts'
import { scalarSteps } from './scalar.ts'
import type { Layout } from './slots.ts'
import { type Variant, stepGraph } from './step.ts'
import { suggestion } from './suggest.ts'
import { stepFunction } from './webassembly.ts'

export type { Variant } from './step.ts'

/** A definition that was found sound. */
export interface Model {
  readonly name: string
  /** Names in the order of the definition. */
  readonly params: readonly string[]
  readonly defaults: Readonly<Record<string, number>>
  readonly state: readonly string[]
  /** The same, and what a variant remembers besides: see `WAITING`, which starts from 0. */
  remembers(variant: Variant): readonly string[]
  /** A number, or the name of the parameter that it starts from. */
  readonly initial: Readonly<Record<string, number | string>>
  /** The state variable that receives the input. */
  readonly input?: string
  readonly output: string
  /** Whether the equations draw random numbers; otherwise the key is read by nobody. */
  readonly random: boolean
  /** What a variant computes, for derivatives and other printers. */
  graph(variant: Variant): Graph
  /**
   * `step(count, dt, x, y, keyA, keyB, ...state, ...params)`: one step of `count` neurons, in place in the state.
   * All but `count` and the words of the random key (32 bits each, of `randomKey(seed, step)`) are byte offsets: `x`, `y`, state and
   * the parameters in `arrays` of `count` floats, `dt` and the other parameters of one. State and parameters in the model's order.
   * `x` and `y` may be the same region, others not. Up to the next multiple of 8 neurons are computed.
   * `blocks`: the same for large populations that are mostly silent, see blocks.ts.
   */
  kernel(variant: Variant): KernelSource<StepName>
}

/** The two loops over neurons. */
export type StepName = 'step' | 'blocks'

const models = new WeakMap<object, Model>()

/**
 * The model of a definition; the same object gives the same model.
 * @throws EquationError where the text is wrong, TypeError where the rest is.
 */
export function compileModel(definition: AnyDefinition): Model {
  const known = models.get(definition)
  if (known !== undefined) return known
  checkDefinition(definition)
  const { name, params, state, step, input, output } = definition
  const model = makeModel({ name, params: { ...params }, state: { ...state }, step, output, ...(input === undefined ? {} : { input }) })
  models.set(definition, model)
  return model
}

function makeModel(definition: AnyDefinition): Model {
  const { name, params: defaults, state: initial, step, input, output } = definition
  const assignments = parse(name, step)
  const layout: Layout = { params: Object.keys(defaults), state: Object.keys(initial) }
  const graphs = memoized((variant) => stepGraph(definition, assignments, variant))
  const kernels = memoized((variant) => {
    const graph = graphs(variant)
    const whole = { ...layout, state: namesOf(graph) }
    return kernelSource(JSON.stringify([name, whole, step, input, output, variant]), graph, whole)
  })
  const canonical = ({ arrays, synapticDelay }: Variant): Variant => {
    for (const each of arrays) {
      if (!layout.params.includes(each)) throw new TypeError(`${name}: no parameter '${each}'${suggestion(each, layout.params)}`)
    }
    return { arrays: layout.params.filter((each) => arrays.includes(each)), synapticDelay: input === undefined ? 1 : synapticDelay }
  }
  return {
    name,
    ...layout,
    defaults,
    initial,
    ...(input === undefined ? {} : { input }),
    output,
    random: graphs({ arrays: [], synapticDelay: 1 }).nodes.some((each) => each.op === 'draw'),
    remembers: (variant) => namesOf(graphs(canonical(variant))),
    graph: (variant) => graphs(canonical(variant)),
    kernel: (variant) => kernels(canonical(variant)),
  }
}

const namesOf = ({ state }: Graph): readonly string[] => state.map((each) => each.name)

function memoized<T>(make: (variant: Variant) => T): (variant: Variant) => T {
  const known = new Map<string, T>()
  return (variant) => {
    const key = `${variant.synapticDelay} ${variant.arrays.join(' ')}`
    const found = known.get(key) ?? make(variant)
    known.set(key, found)
    return found
  }
}

function kernelSource(key: string, graph: Graph, layout: Layout): KernelSource<StepName> {
  const { javascript, interpreter } = scalarSteps(graph, layout)
  const both = (step: Kernel, memory: Memory) => ({ step, blocks: blocksTwin(step, memory) })
  return {
    key,
    functions: () => [stepFunction(graph, layout), blocksFunction(graph, layout)],
    javascript: (memory) => both(javascript(memory), memory),
    interpreter: (memory) => both(interpreter(memory), memory),
  }
}
