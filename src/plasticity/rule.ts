/** From a definition to kernels: parsed, checked and cut once. */

import type { KernelSource } from '../kernel/kernel.ts'
import { checkRule } from './check.ts'
import type { RuleDefinition, TraceKind } from './definition.ts'
import { ruleEquations } from './equations.ts'
import { type Need, needOf } from './need.ts'
import { type Handed, programsOf, type SideProgram } from './programs.ts'
import { sideKernel } from './side-kernel.ts'
import { synapseKernel } from './synapse-kernel.ts'

/** One side of a running rule: the kernel over its elements, none where it computes nothing, and what it hands to the synapses. */
export interface RuleSide {
  readonly kernel: KernelSource<'step'> | undefined
  /** Arguments of the kernel after the six of slots.ts: these states, then the shared parameters. */
  readonly state: readonly string[]
  readonly handed: readonly Handed[]
}

/** A definition that was found sound. Shared parameters, of all kernels: `params`, then the modulator. */
export interface RuleModel {
  readonly name: string
  readonly params: readonly string[]
  readonly defaults: Readonly<Record<string, number>>
  readonly traces: Readonly<Record<string, TraceKind>>
  /** Traces of synapses, in the order of the kernels' states. */
  readonly synapseTraces: readonly string[]
  /** Names of parameters that bound the weight. */
  readonly bounds: readonly string[]
  readonly readsModulator: boolean
  readonly changesWeight: boolean
  readonly need: Need
  readonly pre: RuleSide
  readonly post: RuleSide
  /** See programs.ts; parameters after the shared ones: `w`, the sum where there is one, what inputs hand over, what outputs do. */
  readonly direct: KernelSource<'pass'>
  readonly summing: KernelSource<'pass'>
  readonly applying: KernelSource<'pass'>
}

const models = new WeakMap<object, RuleModel>()

/**
 * The model of a definition; the same object gives the same model.
 * @throws EquationError where the text is wrong, TypeError where the rest is.
 */
export function compileRule(definition: RuleDefinition): RuleModel {
  const known = models.get(definition)
  if (known !== undefined) return known
  checkRule(definition)
  const { name, params, traces, step, bounds = {} } = definition
  const model = makeModel({ name, params: { ...params }, traces: { ...traces }, step, bounds: { ...bounds } })
  models.set(definition, model)
  return model
}

function makeModel(definition: RuleDefinition): RuleModel {
  const { name, params, traces, step, bounds } = definition
  const equations = ruleEquations(definition)
  const programs = programsOf(definition, equations)
  const synapseTraces = Object.keys(traces).filter((each) => traces[each] === 'synapse')
  const key = JSON.stringify([name, Object.keys(params), traces, step, bounds])
  const side = (which: 'pre' | 'post', program: SideProgram | undefined): RuleSide => ({
    kernel: program && sideKernel(`${which} ${key}`, program),
    state: program?.layout.state ?? [],
    handed: programs.handed[which],
  })
  return {
    name,
    params: Object.keys(params),
    defaults: params,
    traces,
    synapseTraces,
    bounds: Object.values(bounds ?? {}).filter((end): end is string => typeof end === 'string'),
    readsModulator: equations.reads.has('modulator'),
    changesWeight: equations.w !== undefined,
    need: needOf(equations, synapseTraces.length > 0),
    pre: side('pre', programs.pre),
    post: side('post', programs.post),
    direct: synapseKernel(`direct ${key}`, programs.direct),
    summing: synapseKernel(`summing ${key}`, programs.summing),
    applying: synapseKernel(`applying ${key}`, programs.applying),
  }
}
