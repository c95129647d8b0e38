/** Files that safetensors, numpy and torch wrote (scripts/fixtures/weights.py), and files of our own for the tests. */

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Tensor } from '../../src/tensor.ts'
import type { TensorFile } from '../../src/weights/tensor-file.ts'

export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../fixtures/weights/${name}`, import.meta.url)))

/** The bits of every element: NaN payloads count, too. */
export const bitsOf = ({ shape, data }: Tensor): { readonly shape: readonly number[]; readonly bits: readonly number[] } => ({
  shape,
  bits: [...new Uint32Array(new Float32Array(data).buffer)],
})

export const bitsByName = (tensors: ReadonlyMap<string, Tensor>): Record<string, ReturnType<typeof bitsOf>> =>
  Object.fromEntries([...tensors].map(([name, value]) => [name, bitsOf(value)]))

export const RUNS: { readonly seed: number; readonly numRuns: number } = { seed: 20240607, numRuns: 60 }

/** Any bits in any shape. */
const anyTensor: fc.Arbitrary<Tensor> = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1)
  return fc
    .array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: length, maxLength: length })
    .map((bits) => new Tensor(shape, new Float32Array(Uint32Array.from(bits).buffer)))
})

const anyName = fc.oneof(
  fc.constantFrom('fc1.weight', 'a', '0', '__proto__', 'constructor', '$draws', 'weights/v', 'é', '重み'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
)

export const anyFile: fc.Arbitrary<TensorFile> = fc.record({
  tensors: fc.array(fc.tuple(anyName, anyTensor), { maxLength: 5 }).map((entries) => new Map(entries)),
  metadata: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 2, noNullPrototype: true }),
})
