/** Every layer that the library offers keeps the laws. A new one is one line in this table. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeKernels, type Layer, learnable, type NeuronModel, stdp, tensor, uniform } from 'rxspike'
import * as operators from 'rxspike/operators'
import { laws, type LawOptions } from 'rxspike/testing'

/** Every run of the tests draws the same cases. */
const RUNS = { seed: 20261, numRuns: 10 }

interface Row extends LawOptions {
  readonly layer: Layer
  /** What tells it from other rows of the same export. */
  readonly as?: string
}

const {
  adaLif,
  adex,
  adexEncoder,
  adexRefrac,
  avgPool2d,
  cobaLif,
  conv1d,
  conv2d,
  convTranspose2d,
  coupled,
  cubaLi,
  cubaLif,
  delay,
  delayedLinear,
  dropout,
  expFilter,
  firstSpike,
  flatten,
  groupNorm,
  iaf,
  integrateAndFire,
  integrator,
  izhikevich,
  izhikevichPresets,
  layerNorm,
  li,
  liBox,
  lif,
  lifBox,
  lifEncoder,
  lifEx,
  lifExEncoder,
  lifRefrac,
  linear,
  lsnn,
  maxPool2d,
  plastic,
  poissonEncoder,
  population,
  positiveEdge,
  probe,
  recurrent,
  regularized,
  scale,
  sequential,
  signedPoissonEncoder,
  spatialReceptiveField2d,
  sumPool2d,
  temporalReceptiveField,
  threshold,
  tsodyksMarkram,
} = operators

/** A model with its defaults. */
const neuron = <P extends string, V extends string>(model: NeuronModel<P, V>, more: Omit<LawOptions, 'shape'> = {}): Row => ({
  layer: model(),
  shape: [3],
  ...more,
})
/** Inputs that drive a model whose currents are tens. */
const strong = { min: -30, max: 30 }
const G = tensor([
  [-50, 50],
  [50, -50],
])

const rows: Readonly<Record<string, Row | readonly Row[]>> = {
  // neurons
  adaLif: neuron(adaLif),
  adex: neuron(adex),
  adexEncoder: neuron(adexEncoder),
  adexRefrac: neuron(adexRefrac),
  // Its conductances have time constants of seconds.
  cobaLif: neuron(cobaLif, { rest: false }),
  cubaLi: neuron(cubaLi),
  cubaLif: neuron(cubaLif),
  expFilter: neuron(expFilter),
  firstSpike: neuron(firstSpike),
  iaf: neuron(iaf),
  integrateAndFire: neuron(integrateAndFire, strong),
  integrator: neuron(integrator),
  izhikevich: [
    neuron(izhikevich, strong),
    ...(['tonicBursting', 'resonator'] as const).map((as) => ({
      as,
      layer: izhikevich(...izhikevichPresets[as]),
      shape: [3],
      ...strong,
    })),
  ],
  li: neuron(li),
  liBox: neuron(liBox),
  lif: [
    neuron(lif, { min: -10, max: 10 }),
    { as: 'that learns its time constant', layer: lif({ tauMemInv: learnable(50) }, { synapticDelay: 0 }), shape: [3] },
    { as: 'that spikes by itself', layer: lif({ vLeak: 1.5 }), shape: [3], rest: false },
    { as: 'of parameters for each neuron', layer: lif({ vTh: [0.1, 0.5, 1] }, { initialState: { v: 0.5 } }), shape: [2, 3] },
  ],
  lifBox: neuron(lifBox, { min: -30, max: 30 }),
  lifEncoder: neuron(lifEncoder, strong),
  lifEx: neuron(lifEx),
  lifExEncoder: neuron(lifExEncoder),
  lifRefrac: neuron(lifRefrac, { min: -10, max: 10 }),
  lsnn: neuron(lsnn, { min: -10, max: 10 }),
  positiveEdge: neuron(positiveEdge),
  threshold: neuron(threshold),
  tsodyksMarkram: neuron(tsodyksMarkram, { min: 0, max: 1 }),

  // with noise
  dropout: [
    { layer: dropout(), shape: [3] },
    { as: 'that draws once', layer: dropout({ p: 0.3, perSequence: true }), shape: [3] },
  ],
  poissonEncoder: neuron(poissonEncoder, { min: 0, max: 10 }),
  signedPoissonEncoder: neuron(signedPoissonEncoder, { min: -10, max: 10 }),

  // synapses and pictures
  avgPool2d: { layer: avgPool2d(2, { padding: 1 }), shape: [2, 4, 5] },
  conv1d: { layer: conv1d(2, 3, 3, { padding: 1 }), shape: [2, 6] },
  conv2d: [
    { layer: conv2d(2, 3, 3, { padding: 1, bias: uniform(-1, 1) }), shape: [2, 4, 5] },
    { as: 'with dilation and stride', layer: conv2d(edgeKernels(5), { dilation: 2, padding: 4, stride: 2 }), shape: [1, 7, 6] },
    { as: 'in groups', layer: conv2d(4, 4, 2, { groups: 2 }), shape: [4, 3, 3] },
  ],
  convTranspose2d: { layer: convTranspose2d(2, 1, 3, { stride: 2 }), shape: [2, 3, 2] },
  delay: [
    { layer: delay({ steps: [0, 2, 5] }), shape: [3] },
    { as: 'in seconds', layer: delay({ seconds: 3e-3 }), shape: [2], dt: 1e-3 },
  ],
  delayedLinear: { layer: delayedLinear(3, 2, { delays: uniform(0, 5e-3) }), shape: [3], dt: 1e-3 },
  flatten: { layer: flatten(), shape: [2, 2, 3] },
  groupNorm: { layer: groupNorm(2, 4), shape: [4, 2, 3] },
  layerNorm: { layer: layerNorm(5), shape: [5] },
  linear: [
    { layer: linear(3, 5), shape: [3] },
    { as: 'without bias', layer: linear(9, 2, { bias: false }), shape: [2, 9] },
  ],
  maxPool2d: { layer: maxPool2d(2, { stride: 1 }), shape: [2, 4, 3] },
  population: { layer: population({ size: 4, scale: 2 }), shape: [2] },
  scale: [
    { layer: scale(0.3), shape: [5] },
    { as: 'of each', layer: scale([1, -2, 0]), shape: [3] },
  ],
  spatialReceptiveField2d: {
    layer: spatialReceptiveField2d(1, 3, [{ scale: 1, angle: 0.5, ratio: 0.5, x: 0, y: 0, dx: 0, dy: 0 }]),
    shape: [1, 4, 4],
  },
  sumPool2d: { layer: sumPool2d(2), shape: [2, 4, 4] },
  temporalReceptiveField: { layer: temporalReceptiveField({ scales: [2e-3, 5e-3] }), shape: [1, 2, 3] },

  // layers of layers
  coupled: { layer: coupled(lif(), linear(G)), shape: [2] },
  plastic: [{ layer: plastic(linear(3, 2), lif({ vTh: 0.1 }), stdp()), shape: [3], plastic: true, rest: false }],
  probe: { layer: probe(lif()), shape: [2] },
  recurrent: [
    { layer: recurrent(lif({ vTh: 0.1 }), linear(3, 3, { bias: false })), shape: [3], rest: false },
    { as: 'with a longer delay', layer: recurrent(li(), linear(tensor([[0.1]])), { delay: 3 }), shape: [1] },
  ],
  regularized: { layer: regularized(lif(), undefined), shape: [3], min: -10, max: 10 },
  sequential: {
    layer: sequential({
      fc: linear(3, 4),
      hidden: recurrent(lif(), linear(4, 4)),
      square: (x) => x.map((value) => value * value),
      out: li(),
    }),
    shape: [3],
    rest: false,
  },
}

/** Exports of rxspike/operators that make no layer, each with what it is instead. */
const others: Readonly<Record<string, string>> = {
  bio: 'parameters of neurons',
  crop: 'from events to events',
  feedback: 'an operator around others',
  fuse: 'several streams on ticks',
  hold: 'a stream on ticks',
  izhikevichPresets: 'parameters of neurons',
  mapAccum: 'any values',
  mapAsync: 'any values',
  maxOver: 'one output for several inputs',
  meanOver: 'one output for several inputs',
  overTime: 'tensors with time first',
  poisson: 'from ticks',
  resample: 'a stream on ticks',
  spikeCount: 'one output for several inputs',
  stackTime: 'one output for several inputs',
  sumOver: 'one output for several inputs',
  toFrames: 'from events',
  toTimeSurface: 'from events',
  unstackTime: 'several outputs for one input',
}

describe('this table', () => {
  const missing = Object.keys(operators).filter((name) => !(name in rows) && !(name in others))
  test(`has a line for every export of rxspike/operators${missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''}`, () => {
    expect(missing, 'give each a line in `rows` if it makes a layer, else in `others` with the reason').toEqual([])
  })

  test('names what exists, and each once', () => {
    const named = [...Object.keys(rows), ...Object.keys(others)]
    expect(named.filter((name) => !(name in operators))).toEqual([])
    expect(Object.keys(rows).filter((name) => name in others)).toEqual([])
  })
})

for (const [name, all] of Object.entries(rows)) {
  for (const { layer, as, ...options } of [all].flat()) {
    describe(`${name}${as === undefined ? '' : ` ${as}`}`, () => {
      for (const { name: law, property } of laws(layer, options)) test(`${law}`, () => fc.assert(property, RUNS))
    })
  }
}
