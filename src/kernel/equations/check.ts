/** What can be wrong with a definition besides its text: types say most of it, but definitions also come from files and from JavaScript. */

import type { AnyDefinition } from './definition.ts'
import { isIdentifier, isReserved } from './functions.ts'
import { suggestion } from './suggest.ts'

const KEYS: readonly string[] = ['name', 'params', 'state', 'step', 'input', 'output']

/** @throws TypeError that names the model and says what is wrong. */
export function checkDefinition(definition: AnyDefinition): void {
  const record: unknown = definition
  if (!isRecord(record)) throw new TypeError(`a neuron definition is an object, got ${show(record)}`)
  if (typeof record['name'] !== 'string' || record['name'] === '')
    throw new TypeError(`a neuron definition has a name, got ${show(record['name'])}`)
  const model = record['name']
  const fail = (message: string): never => {
    throw new TypeError(`${model}: ${message}`)
  }
  const wrong = Object.keys(record).find((key) => !KEYS.includes(key))
  if (wrong !== undefined) fail(`a definition has no '${wrong}'${suggestion(wrong, KEYS)}`)
  const { params, state, step, input, output } = record
  if (!isRecord(params)) return fail(`params is an object of default numbers, got ${show(params)}`)
  if (!isRecord(state)) return fail(`state is an object of initial values, got ${show(state)}`)
  if (typeof step !== 'string') return fail(`step is a text of equations, got ${show(step)}`)
  if (typeof output !== 'string') return fail(`output is the name of what is emitted, got ${show(output)}`)
  const names = Object.keys(params)
  const variables = Object.keys(state)
  for (const name of [...names, ...variables]) {
    if (!isIdentifier(name)) fail(`'${name}' is no name: letters, digits and _, not beginning with a digit`)
    if (isReserved(name)) fail(`the name '${name}' is taken: it means something else in equations`)
    if (name in Object.prototype) fail(`the name '${name}' is taken: every object has it`)
  }
  for (const name of names) {
    if (variables.includes(name)) fail(`'${name}' is both a parameter and a state variable`)
    if (!isFloat(params[name])) fail(`the default of '${name}' is a finite number, got ${show(params[name])}`)
  }
  for (const name of variables) {
    const initial = state[name]
    if (typeof initial === 'string') {
      if (!names.includes(initial)) fail(`the initial value of '${name}' names no parameter: '${initial}'${suggestion(initial, names)}`)
    } else if (!isFloat(initial)) fail(`the initial value of '${name}' is a finite number or the name of a parameter, got ${show(initial)}`)
  }
  if (input !== undefined && (typeof input !== 'string' || !variables.includes(input))) {
    fail(`input names no state variable: ${show(input)}${suggestion(String(input), variables)}`)
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isFloat = (value: unknown) => typeof value === 'number' && Number.isFinite(Math.fround(value))
const show = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))
