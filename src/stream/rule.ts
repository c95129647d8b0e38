/** Learning rules: a definition becomes a function that makes rules. */

import type { Observable } from 'rxjs'
import { isStream } from '../layers/node.ts'
import { checkNumber, makeRule, type Rule } from '../layers/plastic/rule.ts'
import type { RuleDefinition } from '../plasticity/definition.ts'
import { compileRule } from '../plasticity/rule.ts'
import type { Tensor } from '../tensor.ts'

/** A parameter of a rule: one number for all synapses, or a stream of numbers, each of which holds until the next. */
export type RuleParam = number | Observable<number>

export interface RuleOptions {
  /**
   * The third factor: a number for all rows of a batch, or a Tensor [rows]. Impulses: what is emitted between two steps adds up, acts
   * in the next step, and is gone after it. Its error is the operator's.
   */
  modulator?: Observable<number | Tensor>
}

/** Makes rules of one kind, for `plastic`. */
export interface RuleModel<P extends string = string, V extends string = string> {
  (params?: { readonly [K in P]?: RuleParam }, options?: RuleOptions): Rule<V>
  readonly definition: RuleDefinition<P, V>
}

/**
 * A learning rule from its equations, checked at the call: see `RuleDefinition` for the language.
 *
 * @example
 * const oja = defineRule({
 *   name: 'oja',
 *   params: { eta: 1e-4, tauInv: 50 },
 *   traces: { y: 'post' },
 *   step: `
 *     y = y + dt*tauInv*(post - y)
 *     w = w + eta*y*(pre - y*w)`,
 * })
 * x.pipe(plastic(linear(100, 4), li(), oja({ eta: 1e-5 })))
 *
 * @throws EquationError pointing at the place where the text is wrong, TypeError for the rest of the definition
 */
export function defineRule<const P extends string, const V extends string>(definition: RuleDefinition<P, V>): RuleModel<P, V> {
  compileRule(definition)
  const make = (params: { readonly [K in P]?: RuleParam } = {}, options: RuleOptions = {}) => ruleOf<V>(definition, params, options)
  return Object.assign(make, { definition })
}

/** @param names what traces are called outside of the text, where that differs */
export function ruleOf<V extends string>(
  definition: RuleDefinition,
  params: Readonly<Record<string, unknown>>,
  { modulator, ...more }: RuleOptions,
  names: Readonly<Record<string, string>> = {},
): Rule<V> {
  const model = compileRule(definition)
  const { name } = model
  if (typeof params !== 'object' || params === null) throw new TypeError(`${name}: expected parameters by name, got ${String(params)}`)
  for (const [each, value] of Object.entries(params)) {
    if (!model.params.includes(each))
      throw new TypeError(`${name}: there is no parameter '${each}'; there are: ${model.params.join(', ') || 'none'}`)
    if (value !== undefined && !isStream(value)) checkNumber(`${name}: ${each}`, value)
  }
  const [wrong] = Object.keys(more)
  if (wrong !== undefined) throw new TypeError(`${name}: there is no option '${wrong}'; there is: modulator`)
  if (modulator !== undefined && !isStream(modulator))
    throw new TypeError(`${name}: modulator: expected an Observable, got ${String(modulator)}`)
  if (model.readsModulator && modulator === undefined)
    throw new TypeError(`${name}: the equations read 'modulator': give its stream, { modulator: reward }`)
  if (!model.readsModulator && modulator !== undefined)
    throw new TypeError(`${name}: the equations do not read 'modulator', so its stream would do nothing`)
  return makeRule<V>({ model, params, names, ...(modulator && { modulator }) })
}
