/** Norse's conformance vectors (test/fixtures/norse), its names, and how closely its numbers must be met. */

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { tensor, Tensor } from '../../src/tensor.ts'

/** A number, or rows of numbers: one value, or one per neuron. */
export type Values = number | readonly number[]

/** One vector. `inputs` and what is under `expect` have one entry per step; `out` is what is emitted, the rest the state after the step. */
export interface Vector {
  readonly id: string
  readonly about: string
  readonly fn: string
  readonly dt: number
  readonly params?: Readonly<Record<string, number | string>>
  readonly init?: Readonly<Record<string, number>>
  readonly input_weights?: readonly (readonly number[])[]
  readonly recurrent_weights?: readonly (readonly number[])[]
  readonly g_coupling?: readonly (readonly number[])[]
  readonly inputs: readonly Values[]
  readonly expect: { readonly out: readonly Values[] } & { readonly [state: string]: readonly Values[] }
}

/** Spike indices of an Izhikevich preset; a long list ends with '...'. */
export interface PresetVector {
  readonly id: string
  readonly n_spikes: number
  readonly spikes: readonly (number | '...')[]
  readonly last_spike: number
  readonly v: number
  readonly u: number
}

export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/norse/${name}.json`, import.meta.url), 'utf8')) as T

const vectors = fixture<readonly { readonly id: string }[]>('conformance')

export function vector<T = Vector>(id: string): T {
  const found = vectors.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no vector ${id}`)
  return found as T
}

/** Norse's name of a parameter or state variable in ours: `e_rev_I` is `eRevI`. */
export const camelCase = (name: string): string =>
  name === 'v_thresh' ? 'vTh' : name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

export const row = (values: Values): Tensor => tensor(typeof values === 'number' ? [values] : [...values])

/** Each within 1e-6 + 1e-5 |expected|: what is asked of anything that claims to compute Norse's numbers. */
export function expectClose(actual: Iterable<number>, expected: Iterable<number>, at: string): void {
  const [found, wanted] = [[...actual], [...expected]]
  expect(found.length, at).toBe(wanted.length)
  found.forEach((value, k) => {
    const target = wanted[k] as number
    expect(Math.abs(value - target), `${at}: ${value}, expected ${target}`).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(target))
  })
}

/** The state of the neurons, however deep they stand in a network: the tensors beside `name`. */
export function statesOf(tree: unknown, name: string): Readonly<Record<string, Tensor>> {
  const found = search(tree, name)
  if (found === undefined) throw new Error(`no state ${name}`)
  return found
}

function search(tree: unknown, name: string): Readonly<Record<string, Tensor>> | undefined {
  if (typeof tree !== 'object' || tree === null || tree instanceof Tensor) return undefined
  if ((tree as Record<string, unknown>)[name] instanceof Tensor) return tree as Record<string, Tensor>
  return Object.values(tree)
    .map((each) => search(each, name))
    .find((each) => each !== undefined)
}
