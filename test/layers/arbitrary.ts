/** Random sizes and vectors for the tests of layers. */

import fc from 'fast-check'

/** Every test draws the same cases in every run. */
export const RUNS: { readonly seed: number; readonly numRuns: number } = { seed: 20240607, numRuns: 150 }

/** Values in which rounding, sign of zero, denormals and overflow show. */
const ordinary: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1, -1, 0, -0, 1e-45, -1e-40, 1.1754943508222875e-38, 3e38, -3e38) },
)
const strange: fc.Arbitrary<number> = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)

/** Weights: finite. */
export const weights = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(ordinary, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values))

/** Inputs: spikes or real values, from silence to all active, sometimes not finite. */
export const inputs = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .record({
      activity: fc.constantFrom(0, 0.005, 0.05, 0.3, 0.8, 1),
      value: fc.constantFrom(fc.constant(1), ordinary, fc.oneof({ weight: 30, arbitrary: ordinary }, { weight: 1, arbitrary: strange })),
    })
    .chain(({ activity, value }) => {
      const element = fc.oneof(
        { weight: Math.round(activity * 1000), arbitrary: value },
        { weight: 1000 - Math.round(activity * 1000), arbitrary: fc.constantFrom(0, 0, 0, -0) },
      )
      return fc.array(element, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values))
    })
