/** Networks that must give on a GPU what they give here: outputs and every watched value, step by step. */

import { BehaviorSubject, from, lastValueFrom, type Observable, Subject, tap, toArray } from 'rxjs'
import * as operators from '../../../operators/index.ts'
import { conv2d, flatten, li, lif, lifRefrac, linear, probe, recurrent, scale, sequential, sumPool2d } from '../../../operators/index.ts'
import { edgeKernels, learnable, type NeuronModel } from '../../../src/index.ts'
import type { GpuBackend } from '../../../src/gpu/index.ts'
import type { Tree } from '../../../src/layers/node.ts'
import type { Layer } from '../../../src/stream/layer.ts'
import { defineNeuron } from '../../../src/stream/neuron.ts'
import { full, Tensor, tensor } from '../../../src/tensor.ts'
import { type Difference, difference, inputs, onGpu, randoms } from './compare.ts'

interface Case {
  readonly xs: readonly Tensor[]
  /** Paths that are watched. */
  readonly watch?: readonly (readonly string[])[]
  /** A network of its own for each run, and what happens before the input of each step. */
  make(): { readonly layer: Layer; before?(step: number): void }
}

type AnyProbe = Layer & { watch(...path: readonly string[]): Observable<Tensor | Tree> }

/** A run that brings all outputs, and all that was watched. */
async function runOf(test: Case, backend: GpuBackend | undefined): Promise<readonly Tensor[]> {
  const { layer, before } = test.make()
  const probed = probe(layer) as unknown as AnyProbe
  const seen: Tensor[] = []
  const watching = (test.watch ?? []).map((path) => probed.watch(...path).subscribe((value) => seen.push(...leaves(value))))
  const running = backend === undefined ? probed : onGpu(probed, backend)
  let step = 0
  const source = from(test.xs).pipe(tap(() => before?.(step++)))
  const ys = await lastValueFrom(source.pipe(running, toArray()))
  for (const each of watching) each.unsubscribe()
  return [...ys, ...seen]
}

const leaves = (value: Tensor | Tree): readonly Tensor[] => (value instanceof Tensor ? [value] : Object.values(value).flatMap(leaves))

const models = Object.entries(operators).flatMap(([name, model]): (readonly [string, NeuronModel])[] =>
  typeof model === 'function' && 'definition' in model ? [[name, model as unknown as NeuronModel]] : [],
)
const isNoisy = ({ definition }: NeuronModel) => /\b(uniform|normal)\(/.test(definition.step)

/** Inputs that make a neuron spike, where 5 does not. */
const drives: Readonly<Record<string, number>> = { izhikevich: 400, integrateAndFire: 100 }

/** Every neuron of the library that draws no random numbers. */
const neurons: Record<string, Case> = Object.fromEntries(
  models
    .filter(([, model]) => !isNoisy(model))
    .flatMap(([name, model]) =>
      (model.definition.input === undefined ? ([1] as const) : ([0, 1] as const)).map((synapticDelay): [string, Case] => [
        `${name}, synaptic delay ${synapticDelay}`,
        {
          xs: inputs(50, [24], { active: 0.4, high: drives[name] ?? 5 }),
          watch: Object.keys(model.definition.state).map((variable) => [variable]),
          make: () => ({ layer: model({}, { synapticDelay }) }),
        },
      ]),
    ),
)
export const noisyModels: readonly (readonly [string, NeuronModel])[] = models.filter(([, model]) => isNoisy(model))

const values = (seed: number, count: number) => Float32Array.from({ length: count }, randoms(seed, -1, 1))
const convolution = (options: object, shape: readonly number[], xs: { steps?: number } = {}): Case => ({
  xs: inputs(xs.steps ?? 8, shape),
  make: () => ({ layer: conv2d(4, 6, 3, options) }),
})

const everything = defineNeuron({
  name: 'everything',
  params: { a: 3, b: -2, c: 0.25 },
  state: { p: 'a', q: 0.5 },
  step: `
    r = exp(x - q) + sqrt(abs(p)) / (1 + exp(-x * b))
    s = min(max(r, b), a) * (p != q ? 1 : -1)
    on = (x > c && !(q <= p)) || x == 0
    p = on ? detach(s) : -p * dt
    q = spike(s - c) + (r >= a ? q : p) / 3
    z = log(1 + abs(q)) + pow(abs(x), c)`,
  output: 'z',
})

const layers: Record<string, Case> = {
  'every operation of the language': {
    xs: inputs(40, [32], { high: 4 }),
    watch: [['p'], ['q']],
    make: () => ({ layer: everything({}) }),
  },
  'exp from its smallest to its largest value': {
    xs: [-110, -88, -87.4, -87.3, -50.5, -1, -1e-6, 0, 0.34657359, 1, 20.7944, 88.7, 88.73, 100].map((x) => tensor([x])),
    make: () => ({ layer: defineNeuron({ name: 'e', params: {}, state: {}, step: 'y = exp(x)', output: 'y' })() }),
  },
  'parameters for each neuron, and learnable ones': {
    xs: inputs(40, [3, 8]),
    watch: [['v'], ['tauMemInv']],
    make: () => ({
      layer: lif({ vTh: [...values(3, 8)].map(Math.abs), tauMemInv: learnable(150), vLeak: new Tensor([3, 1], values(4, 3)) }),
    }),
  },
  'linear with a bias': { xs: inputs(8, [33]), make: () => ({ layer: linear(33, 65) }) },
  'linear over a batch': { xs: inputs(8, [2, 3, 33]), make: () => ({ layer: linear(33, 10, { bias: false }) }) },
  'conv2d with stride, padding, dilation': convolution({ stride: 2, padding: 2, dilation: 2 }, [4, 13, 17]),
  'conv2d in groups over a batch': convolution({ groups: 2, padding: 1, bias: false }, [2, 3, 4, 7, 9]),
  'conv2d without padding': convolution({}, [4, 12, 5]),
  'pooling, gain and flatten': {
    xs: inputs(8, [2, 3, 9, 11]),
    make: () => ({
      layer: sequential({ gain: scale(1.7), pool: sumPool2d(3, { stride: 2 }), flat: flatten(), each: scale([...values(5, 60)]) }),
    }),
  },
  'flatten alone': { xs: inputs(4, [2, 3, 4]), make: () => ({ layer: flatten() }) },
  'recurrent with a delay': {
    xs: inputs(40, [2, 12]),
    watch: [['past'], ['neuron', 'v']],
    make: () => ({ layer: recurrent(lif({ vTh: 0.3 }), linear(12, 12), { delay: 3 }) }),
  },
  'the edge pipeline': {
    xs: inputs(20, [1, 40, 60], { active: 0.1, high: 20 }),
    watch: [['noiseFilter', 'rho'], ['noiseFilter']],
    make: () => ({ layer: sequential({ noiseFilter: lifRefrac(), edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }) }) }),
  },
  'a network with all of it': {
    xs: inputs(30, [2, 1, 12, 12]),
    watch: [['hidden', 'neuron', 'i'], ['out'], ['fc', 'weight']],
    make: () => ({
      layer: sequential({
        conv: conv2d(1, 4, 5),
        spikes: lif({ vTh: 0.1 }),
        pool: sumPool2d(2),
        flat: flatten(),
        fc: linear(64, 20),
        hidden: recurrent(lif({ vTh: 0.2 }), linear(20, 20)),
        out: li(),
      }),
    }),
  },
}

/** A stream that gives `plan[step]` before the input of that step. */
function planned<T>(plan: Readonly<Record<number, T>>): { readonly stream: Subject<T>; before(step: number): void } {
  const stream = new Subject<T>()
  return { stream, before: (step) => (step in plan ? stream.next(plan[step] as T) : undefined) }
}

const between: Record<string, Case> = {
  'a parameter that is a stream of numbers and of values for each neuron': {
    xs: inputs(30, [6]),
    watch: [['v']],
    make: () => {
      const leak = planned<number | readonly number[]>({ 0: 0.5, 7: [1, 2, 3, 4, 5, 6], 20: -1 })
      return { layer: lif({ vLeak: leak.stream, vTh: new BehaviorSubject(0.7) }), before: leak.before }
    },
  },
  'a gain that is a stream': {
    xs: inputs(12, [2, 3]),
    make: () => {
      const gain = planned<number | readonly number[]>({ 3: 2, 6: [1, 2, 3] })
      return { layer: scale(gain.stream), before: gain.before }
    },
  },
  'weights that are a stream': {
    xs: inputs(20, [4]),
    make: () => {
      const weight = planned<Tensor>({ 0: new Tensor([3, 4], values(1, 12)), 9: new Tensor([3, 4], values(2, 12)) })
      return { layer: sequential({ fc: linear(weight.stream), out: li() }), before: weight.before }
    },
  },
  'weights of the whole network that are a stream': {
    xs: inputs(20, [4]),
    make: () => {
      const weights = planned<object>({ 5: { fc: { weight: new Tensor([3, 4], values(1, 12)) } } })
      return { layer: sequential({ fc: linear(4, 3), out: li() }, { weights: weights.stream as never }), before: weights.before }
    },
  },
  'reset of the whole and of a part': {
    xs: inputs(30, [5]),
    watch: [['hidden'], ['out', 'v']],
    make: () => {
      const [whole, part] = [planned<unknown>({ 11: 1 }), planned<unknown>({ 4: 1, 20: 1 })]
      const hidden = recurrent(lif({ vTh: 0.2 }), linear(5, 5)).with({ reset: part.stream })
      return {
        layer: sequential({ fc: linear(5, 5), hidden, out: li() }, { reset: whole.stream }),
        before: (step) => [whole, part].forEach((each) => each.before(step)),
      }
    },
  },
  'resets of single rows': {
    xs: inputs(30, [3, 4]),
    watch: [['past'], ['neuron', 'v']],
    make: () => {
      const rows = planned<Tensor>({ 6: tensor([0, 1, 0]), 7: tensor([1, 0, 0]), 15: tensor([1, 1, 1]) })
      return { layer: recurrent(lif({ vTh: 0.2 }), linear(4, 4), { delay: 2 }).with({ resetRows: rows.stream }), before: rows.before }
    },
  },
  'restore of a snapshot': {
    xs: inputs(20, [4]),
    make: () => {
      const snapshot = {
        state: { fc: {}, out: { v: full([3], 0.5), i: full([3], -2) } },
        weights: { fc: { weight: full([3, 4], 0.1), bias: full([3], 1) }, out: {} },
      }
      const restore = planned<typeof snapshot>({ 8: snapshot })
      return { layer: sequential({ fc: linear(4, 3), out: li() }, { restore: restore.stream as never }), before: restore.before }
    },
  },
  'the dt of each input, and of a part': {
    xs: inputs(20, [4]).map((x, k) => new Tensor(x.shape, x.data, { dt: k < 10 ? 1e-3 : 2e-3, t: k })),
    make: () => ({ layer: sequential({ a: lif(), b: li().with({ dt: 5e-4 }) }) }),
  },
  'a recurrence without autapses': {
    xs: inputs(20, [5]),
    make: () => {
      const weights = planned<object>({ 5: { neuron: {}, synapse: { weight: full([5, 5], 0.4) } } })
      return {
        layer: recurrent(lif({ vTh: 0.2 }), linear(5, 5), { autapses: false } as never).with({ weights: weights.stream as never }),
        before: weights.before,
      }
    },
  },
}

const cases: Readonly<Record<string, Case>> = { ...neurons, ...layers, ...between }
export const names: readonly string[] = Object.keys(cases)

export async function same(name: string, backend: GpuBackend): Promise<Difference> {
  // WebGL2 compiles ten times as slowly, and watching takes a kernel for each value.
  const { watch = [], ...rest } = cases[name] as Case
  const test = { ...rest, watch: backend === 'webgl2' && name in neurons ? [] : watch }
  return difference(await runOf(test, undefined), await runOf(test, backend))
}
