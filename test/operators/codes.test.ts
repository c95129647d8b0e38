import { fc, test } from '@fast-check/vitest'
import { of, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  expFilter,
  firstSpike,
  lif,
  lifEncoder,
  linear,
  maxOver,
  poisson,
  poissonEncoder,
  population,
  positiveEdge,
  sequential,
  signedPoissonEncoder,
  sumOver,
} from '../../operators/index.ts'
import { steps } from '../../sources/steps.ts'
import { maxDecode, sumDecode } from '../../src/codes/decode.ts'
import { spikeEdge } from '../../src/codes/logic.ts'
import { populationEncode } from '../../src/codes/population.ts'
import { spikeLatencyEncode } from '../../src/codes/spike-latency.ts'
import { spikesToTimes } from '../../src/codes/spike-times.ts'
import { learnable } from '../../src/layers/learnable.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { laws } from '../../src/testing/index.ts'
import { full, ones, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

const SEED = { seed: 20240607 }
const raster = fc
  .integer({ min: 1, max: 10 })
  .chain((count) => fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 3, maxLength: 3 }), { minLength: count, maxLength: count }))
  .map((rows) => tensor(rows))
const rows = (x: Tensor) => Array.from({ length: x.shape[0] as number }, (_, k) => new Tensor([3], x.data.slice(3 * k, 3 * k + 3)))

describe.each<[string, Layer]>([
  ['firstSpike', firstSpike()],
  ['positiveEdge', positiveEdge()],
  ['expFilter', expFilter({ tauFilterInv: 200 })],
  ['poissonEncoder', poissonEncoder({ fMax: 500 })],
  ['signedPoissonEncoder', signedPoissonEncoder({ fMax: 500 })],
  ['population', population({ size: 4, scale: 2 })],
])('%s', (_, layer) => {
  it.each(laws(layer, { shape: [3] }))('$name', ({ property }) => fc.assert(property, { ...SEED, numRuns: 8 }))
})

describe('firstSpike', () => {
  test.prop([raster], { ...SEED, numRuns: 40 })('is spikeLatencyEncode in steps', (z) => {
    expect(stack(outputs(firstSpike(), rows(z))).toArray()).toEqual(spikeLatencyEncode(z).toArray())
  })

  it('begins anew after a reset', () => {
    const reset = new Subject<unknown>()
    const source = new Subject<Tensor>()
    const seen: number[] = []
    source.pipe(firstSpike({}, { reset })).subscribe((z) => seen.push(z.at(0)))
    for (const _ of [1, 2]) source.next(ones(1))
    reset.next(undefined)
    for (const _ of [1, 2]) source.next(ones(1))
    expect(seen).toEqual([1, 0, 1, 0])
  })
})

describe('positiveEdge', () => {
  test.prop([raster], { ...SEED, numRuns: 40 })('is spikeEdge of a step and the one before', (z) => {
    const frames = rows(z)
    const expected = frames.map((now, k) => spikeEdge(now, frames[k - 1] ?? zeros(3)))
    expect(outputs(positiveEdge(), frames)).toEqual(expected)
  })
})

describe('poissonEncoder', () => {
  it('fMax can be a stream', () => {
    const fMax = new Subject<number>()
    const source = new Subject<Tensor>()
    const counts: number[] = []
    source.pipe(poissonEncoder({ fMax })).subscribe((z) => counts.push(z.data.reduce((sum, one) => sum + one, 0)))
    fMax.next(1000)
    source.next(ones(9))
    fMax.next(0)
    source.next(ones(9))
    expect(counts).toEqual([9, 0])
  })
})

describe('population', () => {
  it('encodes every step with the same centres', () => {
    const [a, b] = [tensor([0, 1]), tensor([3, 4])]
    const encode = (x: Tensor) => populationEncode(x, { size: 5, scale: 4 })
    expect(outputs(population({ size: 5, scale: 4 }), [a, b])).toEqual([encode(a), encode(b)])
  })

  it('is a stage of a network', () => {
    const net = sequential({ code: population({ size: 3, scale: 1 }), fc: linear(3, 2), spikes: lif() })
    expect(net.outputShape([7])).toEqual([7, 2])
  })

  it('says at the call what is wrong', () => {
    // @ts-expect-error the scale is missing
    expect(() => population({ size: 3 })).toThrow(/population: a scale is needed/)
    expect(() => population({ size: 0, scale: 1 })).toThrow(/size 0/)
  })
})

describe('poisson', () => {
  it('takes what parameters take, but nothing learnable', () => {
    const ticks = outputs(() => steps(5, { dt: 1e-3 }), [])
    const counts = (rate: Parameters<typeof poisson>[0]['rate']) =>
      outputs(poisson({ shape: [2, 3], rate, seed: 1 }), ticks).map((z) => z.toArray())
    const always = [
      [0, 1, 1],
      [0, 1, 1],
    ]
    const rate = [0, 1000, 1000]
    for (const each of [rate, tensor(rate), tensor([rate, rate]), of(rate)]) expect(counts(each)).toEqual(Array(5).fill(always))
    expect(counts(tensor([[0], [1000]]))).toEqual(
      Array(5).fill([
        [0, 0, 0],
        [1, 1, 1],
      ]),
    )
    expect(() => counts(learnable(1))).toThrow(/poisson: rate: a source has nothing to train/)
    expect(() => counts([1, 2])).toThrow(/poisson: rate: expected a tensor of shape that broadcasts to \[2, 3\]/)
  })
})

describe.each([
  ['sumOver', sumOver, sumDecode],
  ['maxOver', maxOver, maxDecode],
] as const)('%s', (name, operator, decode) => {
  behavesAsOperator(() => operator({ steps: 1 }), [tensor([1, -2]), tensor([0, 3])])

  test.prop([fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { maxLength: 30 }), fc.integer({ min: 1, max: 6 })], {
    ...SEED,
    numRuns: 50,
  })('is the decoder of each window; one cut short is not emitted', (values, count) => {
    const frames = values.map((value, k) => new Tensor([1], Float32Array.of(value), { t: 1000 * (k + 1), dt: 1e-3 }))
    const results = outputs(operator({ steps: count }), frames)
    expect(results.length).toBe(Math.floor(values.length / count))
    results.forEach((result, w) => {
      expect(result.toArray()).toEqual(decode(stack(frames.slice(w * count, (w + 1) * count))).toArray())
      expect([result.t, result.dt]).toEqual([1000 * (w + 1) * count, count * 1e-3])
    })
  })

  it('says what is wrong', () => {
    expect(() => operator({ steps: 0 })).toThrow(new RegExp(`${name}: steps is 0`))
    expect(() => outputs(operator({ steps: 2 }), [ones(2), ones(3)])).toThrow(/like the first of its window/)
  })
})

describe('together', () => {
  it('an image as latencies, and back', () => {
    const image = tensor(Array.from({ length: 6 }, (_, y) => Array.from({ length: 5 }, (__, x) => 1.2 + ((x * 7 + y * 3) % 11) / 4)))
    const code = sequential({ encode: lifEncoder(), first: firstSpike() })
    const times = spikesToTimes(stack(outputs(code, Array<Tensor>(40).fill(image))))
    // v crosses 1 after n steps where x (1 - 0.9^n) > 1.
    const decoded = times.map((time) => 1 / (1 - 0.9 ** (time / 1e-3 + 1)))
    decoded.data.forEach((value, k) => {
      const [truth, step] = [image.data[k] as number, (times.data[k] as number) / 1e-3]
      expect(value).toBeLessThan(truth + 1e-4)
      if (step > 0) expect(1 / (1 - 0.9 ** step)).toBeGreaterThan(truth - 1e-4)
    })
  })

  it('a population of random spikes drives a neuron, the stronger the better its value is met', () => {
    const tuned = linear(tensor([[0, 0, 4, 0, 0]]))
    const net = sequential({
      code: population({ size: 5, scale: 10 }),
      spikes: poissonEncoder({ fMax: 400 }),
      synapse: tuned,
      neuron: lif(),
    })
    const count = (value: number) => sumDecode(stack(outputs(net, Array<Tensor>(500).fill(full([1], value))))).at(0, 0)
    const [far, near, met] = [0, 4.5, 5].map(count) as [number, number, number]
    expect(far).toBe(0)
    expect(near).toBeGreaterThan(0)
    expect(met).toBeGreaterThan(near)
  })
})
