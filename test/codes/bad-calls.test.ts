/** What a code says to a call that makes no sense: the function, what it was given, what it needs. */

import { describe, expect, test } from 'vitest'
import { temporalReceptiveField } from '../../operators/index.ts'
import { constantCurrentEncode } from '../../src/codes/constant-current.ts'
import { maxDecode, meanDecode, sumDecode } from '../../src/codes/decode.ts'
import { expFilterStep } from '../../src/codes/exp-filter.ts'
import { mullerC, spikeAnd, spikeEdge } from '../../src/codes/logic.ts'
import { poissonEncode, signedPoissonEncode } from '../../src/codes/poisson.ts'
import { populationEncode } from '../../src/codes/population.ts'
import { covarianceMatrix, gaussianKernel } from '../../src/codes/receptive-field/gaussian.ts'
import { spatialParameters, spatioTemporalParameters } from '../../src/codes/receptive-field/parameters.ts'
import { spatialReceptiveField, spatialReceptiveFields } from '../../src/codes/receptive-field/spatial.ts'
import { temporalScaleDistribution } from '../../src/codes/receptive-field/temporal.ts'
import { spikeLatencyEncode } from '../../src/codes/spike-latency.ts'
import { spikesToTimes, spikesToTimesGradient } from '../../src/codes/spike-times.ts'
import { stochasticThreshold } from '../../src/codes/stochastic-threshold.ts'
import { ones } from '../../src/tensor.ts'

/** JavaScript, where nobody looks at types. */
type Untyped = (...args: readonly unknown[]) => unknown
const x = ones(3)

test.each<[string, unknown, readonly unknown[]]>([
  ['poissonEncode', poissonEncode, [[1, 2], { steps: 3, seed: 1 }]],
  ['signedPoissonEncode', signedPoissonEncode, [null, { steps: 3, seed: 1 }]],
  ['constantCurrentEncode', constantCurrentEncode, [0.5, { steps: 3 }]],
  ['populationEncode', populationEncode, [[1], { size: 3 }]],
  ['spikeLatencyEncode', spikeLatencyEncode, [[[1]]]],
  ['spikesToTimes', spikesToTimes, [[[1]]]],
  ['spikesToTimesGradient', spikesToTimesGradient, [x, [1]]],
  ['sumDecode', sumDecode, [[1]]],
  ['meanDecode', meanDecode, ['z']],
  ['maxDecode', maxDecode, []],
  ['expFilterStep', expFilterStep, [x, 3, 0.5]],
  ['spikeAnd', spikeAnd, [x, [1, 0, 1]]],
  ['mullerC', mullerC, [undefined, x, x]],
  ['spikeEdge', spikeEdge, [1, x]],
  ['stochasticThreshold', stochasticThreshold, [0.5, { method: 'circ', alpha: 1, seed: 1 }]],
  [
    'gaussianKernel: covariance',
    gaussianKernel,
    [
      [
        [1, 0],
        [0, 1],
      ],
      { size: 3 },
    ],
  ],
])('%s wants a tensor', (name, code, args) => {
  expect(() => (code as Untyped)(...args)).toThrow(TypeError)
  expect(() => (code as Untyped)(...args)).toThrow(`${name}: expected a Tensor, got`)
})

test.each<[string, unknown, unknown]>([
  ['poissonEncode', poissonEncode, x],
  ['signedPoissonEncode', signedPoissonEncode, x],
  ['constantCurrentEncode', constantCurrentEncode, x],
  ['populationEncode', populationEncode, x],
  ['stochasticThreshold', stochasticThreshold, x],
  ['gaussianKernel', gaussianKernel, covarianceMatrix(1, 1, 0)],
  ['spatialReceptiveFields', spatialReceptiveFields, []],
])('%s says which options it needs', (name, code, first) =>
  expect(() => (code as Untyped)(first)).toThrow(new RegExp(`^${name}: expected options, \\{ .* \\}, got undefined`)),
)

describe('numbers that would spoil the result in silence', () => {
  const field = { scale: 1, angle: 0, ratio: 1, size: 5 }
  const choice = { scales: [1], angles: [0], ratios: [1] }
  test.each<[string, () => unknown, string]>([
    ['a filter', () => expFilterStep(x, x, Number.NaN), 'expFilterStep: p NaN: a finite number is needed'],
    ['a covariance', () => covarianceMatrix(1, Infinity, 0), 'covarianceMatrix: sigma2 Infinity: a finite number is needed'],
    ['a kernel', () => gaussianKernel(covarianceMatrix(1, 1, 0), { size: 3, x: Number.NaN }), 'gaussianKernel: x NaN: a finite number'],
    [
      'an angle',
      () => spatialReceptiveField({ ...field, angle: Number.NaN }),
      'spatialReceptiveField: angle NaN: a finite number is needed',
    ],
    ['a centre', () => spatialReceptiveField({ ...field, y: Infinity }), 'spatialReceptiveField: y Infinity: a finite number is needed'],
    [
      'a number for a list',
      () => spatialParameters({ ...choice, scales: 1 as never }),
      'spatialParameters: scales: expected a list of finite numbers, got 1',
    ],
    [
      'a list with NaN',
      () => spatialParameters({ ...choice, angles: [0, Number.NaN] }),
      'spatialParameters: angles: expected a list of finite numbers, got 0,NaN',
    ],
    [
      'no pairs',
      () => spatialParameters({ ...choice, derivatives: 'all' as never }),
      'spatialParameters: derivatives: expected a number or pairs [dx, dy], got all',
    ],
    [
      'more derivatives than fit in memory',
      () => spatialParameters({ ...choice, derivatives: 1e5 }),
      'derivatives 100000: a whole number from 0 to 64',
    ],
    [
      'one row',
      () => spatialReceptiveFields(field as never, { size: 5 }),
      'spatialReceptiveFields: expected rows, as spatialParameters gives them, got',
    ],
    [
      'a scale for scales',
      () => temporalReceptiveField({ scales: 4 as never }),
      'temporalReceptiveField: scales: expected a list of seconds, got 4',
    ],
    [
      'a scale in words',
      () => temporalScaleDistribution(3, { min: '1' as never }),
      'temporalScaleDistribution: min 1: a positive number is needed',
    ],
    [
      'no times',
      () => spatioTemporalParameters(choice as never),
      'spatioTemporalParameters: times: expected a list of finite numbers, got undefined',
    ],
    [
      'a scale in text',
      () => populationEncode(x, { size: 3, scale: '3' as never }),
      'populationEncode: scale 3: a positive scale is needed',
    ],
  ])('%s', (_, call, message) => expect(call).toThrow(message))
})
