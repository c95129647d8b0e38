/** What can be wrong with a rule besides its text: types say most of it, but definitions also come from files and from JavaScript. */

import { isIdentifier, isReserved } from '../kernel/equations/functions.ts'
import { suggestion } from '../kernel/equations/suggest.ts'
import type { RuleDefinition } from './definition.ts'

/** What a rule is given, besides `dt`. */
export const GIVEN: readonly string[] = ['pre', 'post', 'modulator']
const KEYS: readonly string[] = ['name', 'params', 'traces', 'step', 'bounds']
const KINDS = ['pre', 'post', 'synapse']

/** @throws TypeError that names the rule and says what is wrong. */
export function checkRule(definition: RuleDefinition): void {
  const record: unknown = definition
  if (!isRecord(record)) throw new TypeError(`a learning rule is an object, got ${show(record)}`)
  if (typeof record['name'] !== 'string' || record['name'] === '')
    throw new TypeError(`a learning rule has a name, got ${show(record['name'])}`)
  const rule = record['name']
  const fail = (message: string): never => {
    throw new TypeError(`${rule}: ${message}`)
  }
  const wrong = Object.keys(record).find((key) => !KEYS.includes(key))
  if (wrong !== undefined) fail(`a rule has no '${wrong}'${suggestion(wrong, KEYS)}`)
  const { params, traces, step, bounds } = record
  if (!isRecord(params)) return fail(`params is an object of default numbers, got ${show(params)}`)
  if (!isRecord(traces)) return fail(`traces is an object of 'pre', 'post' or 'synapse' by name, got ${show(traces)}`)
  if (typeof step !== 'string') return fail(`step is a text of equations, got ${show(step)}`)
  const names = Object.keys(params)
  for (const name of [...names, ...Object.keys(traces)]) {
    if (!isIdentifier(name)) fail(`'${name}' is no name: letters, digits and _, not beginning with a digit`)
    if (isReserved(name) || GIVEN.includes(name) || name === 'w') fail(`the name '${name}' is taken: it means something else in a rule`)
    if (name in Object.prototype) fail(`the name '${name}' is taken: every object has it`)
  }
  for (const name of names) if (!isFloat(params[name])) fail(`the default of '${name}' is a finite number, got ${show(params[name])}`)
  for (const [name, kind] of Object.entries(traces)) {
    if (names.includes(name)) fail(`'${name}' is both a parameter and a trace`)
    if (!KINDS.includes(kind as string)) fail(`the trace '${name}' is of 'pre', 'post' or 'synapse', got ${show(kind)}`)
  }
  if (bounds === undefined) return
  if (!isRecord(bounds)) return fail(`bounds is { min, max }, got ${show(bounds)}`)
  for (const [end, bound] of Object.entries(bounds)) {
    if (end !== 'min' && end !== 'max') fail(`bounds has min and max, not '${end}'`)
    if (bound === undefined || isFloat(bound)) continue
    if (typeof bound !== 'string') fail(`bounds.${end} is a finite number or the name of a parameter, got ${show(bound)}`)
    if (!names.includes(bound as string)) fail(`bounds.${end} names no parameter: '${String(bound)}'${suggestion(String(bound), names)}`)
  }
  const { min = -Infinity, max = Infinity } = bounds
  if (typeof min === 'number' && typeof max === 'number' && min > max) fail(`bounds: min ${min} is above max ${max}`)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isFloat = (value: unknown) => typeof value === 'number' && Number.isFinite(Math.fround(value))
const show = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))
