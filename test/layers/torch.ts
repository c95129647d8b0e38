/** Results recorded from PyTorch (scripts/fixtures), and their tolerance. */

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { Tensor } from '../../src/tensor.ts'

export interface Stored {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export const toTensor = ({ shape, data }: Stored): Tensor => new Tensor(shape, Float32Array.from(data))

export function fixtures<Case>(name: string): readonly Case[] {
  const text = readFileSync(new URL(`../fixtures/torch/${name}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly cases: readonly Case[] }).cases
}

declare module 'vitest' {
  interface Matchers<T> {
    /** The same shape, each element within 1e-5 + 1e-5 |expected|; exactly equal where all sums are exact in float32. */
    toAgreeWithTorch(expected: Tensor, exact: boolean): T
  }
}

expect.extend({
  toAgreeWithTorch(actual: Tensor, expected: Tensor, exact: boolean) {
    const tolerance = exact ? 0 : 1e-5
    const far = [...expected.data.keys()].find((k) => {
      const [a, b] = [actual.data[k] as number, expected.data[k] as number]
      return !(Math.abs(a - b) <= tolerance + tolerance * Math.abs(b))
    })
    const pass = this.equals(actual.shape, expected.shape) && far === undefined
    return {
      pass,
      message: () =>
        `[${actual.shape.join(', ')}] against [${expected.shape.join(', ')}], element ${far}: ${actual.data[far ?? 0]} against ${expected.data[far ?? 0]}`,
    }
  },
})
