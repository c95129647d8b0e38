/** What the laws share. */

import type { Arbitrary, IProperty } from 'fast-check'
import type { Layer } from '../stream/layer.ts'
import type { Shape, Tensor } from '../tensor.ts'

/** Something that must hold, in words and as a synchronous property of fast-check. */
export interface Law {
  /** A sentence, of 38 letters at most: vitest shows no more of a `$name`. */
  readonly name: string
  readonly property: IProperty<unknown>
}

/** What a law is about. */
export interface Subject {
  readonly layer: Layer
  readonly shape: Shape
  readonly dt: number
  readonly rest: boolean
  readonly plastic: boolean
  /** Draws random numbers. */
  readonly noisy: boolean
  /** Sequences of one step's shape with these axes before it. */
  readonly sequences: (...batch: readonly number[]) => Arbitrary<readonly Tensor[]>
}

/** Rows of a batch in the laws about batches. */
export const ROWS = 3

/** State that counts and is no quantity. */
export const isBookkeeping = (path: string): boolean => /(^|\.)\$[^.]*$/.test(path)
