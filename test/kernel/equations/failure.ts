/** What is thrown for a small model with something wrong in it. */

import { expect } from 'vitest'
import { EquationError } from '../../../src/errors.ts'
import type { AnyDefinition } from '../../../src/kernel/equations/definition.ts'
import { compileModel } from '../../../src/kernel/equations/model.ts'

export const model = (change: Readonly<Record<string, unknown>>): AnyDefinition =>
  ({
    name: 'cell',
    params: { tauMemInv: 100, vTh: 1 },
    state: { v: 0, i: 0 },
    step: 'z = spike(v - vTh)',
    output: 'z',
    ...change,
  }) as AnyDefinition

/** What `compileModel` throws. */
export function failure(change: Readonly<Record<string, unknown>>): Error {
  try {
    compileModel(model(change))
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** The message for a text, which must be an EquationError. */
export function message(step: string): string {
  const error = failure({ step })
  expect(error).toBeInstanceOf(EquationError)
  return `\n${error.message}\n`
}
