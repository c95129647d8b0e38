/**
 * What must not compile, and what must be inferred. Checked by the compiler, never run.
 * A line under `@ts-expect-error` that compiles fails the suite.
 */

import { combineLatest, interval, map, NEVER, of, Subject, type Observable } from 'rxjs'
import {
  defineNeuron,
  ones,
  tensor,
  zeros,
  type EventPacket,
  type Layer,
  type Snapshot,
  type StateOf,
  type Tensor,
  type Tick,
  type WeightsOf,
} from 'rxspike'
import { conv2d, fuse, hold, li, lif, lifRefrac, linear, probe, recurrent, sequential, toFrames } from 'rxspike/operators'
import { clock, controls, dvsFile, steps } from 'rxspike/sources'
import { describe, expectTypeOf, test } from 'vitest'

describe('a neuron', () => {
  test('knows its parameters by name', () => {
    lif({ tauMemInv: 50, vTh: [1, 2, 3], vLeak: tensor([0, 0.5]) })
    lifRefrac({ rhoReset: 5 })
    // @ts-expect-error it is tauMemInv
    lif({ tauMem: 50 })
    // @ts-expect-error only lifRefrac has a refractory counter
    lif({ rhoReset: 5 })
    // @ts-expect-error li has no threshold
    li({ vTh: 1 })
  })

  test('takes numbers, tensors and streams of them as parameters', () => {
    lif({ tauMemInv: of(50), vTh: new Subject<readonly number[]>() })
    // @ts-expect-error text is no parameter
    lif({ tauMemInv: '50' })
    // @ts-expect-error nor is a stream of text
    lif({ tauMemInv: of('50') })
  })

  test('knows its state by name', () => {
    lif({}, { initialState: { v: 0.5 } })
    // @ts-expect-error no such state
    lif({}, { initialState: { u: 1 } })
    expectTypeOf<keyof StateOf<ReturnType<typeof lif>>>().toEqualTypeOf<'v' | 'i'>()
    expectTypeOf<keyof StateOf<ReturnType<typeof lifRefrac>>>().toEqualTypeOf<'v' | 'i' | 'rho'>()
    expectTypeOf<keyof StateOf<ReturnType<typeof li>>>().toEqualTypeOf<'v' | 'i'>()
  })

  test('has options with known words', () => {
    lif({}, { synapticDelay: 0, dt: 1e-3, inputShape: [2, 3] })
    // @ts-expect-error 0 or 1
    lif({}, { synapticDelay: 2 })
    // @ts-expect-error no such option
    lif({}, { delta: 1 })
  })

  test('steps tensors, as a cell', () => {
    const [z, state] = lif().step(ones(3))
    expectTypeOf(z).toEqualTypeOf<Tensor>()
    expectTypeOf(state.v).toEqualTypeOf<Tensor>()
    lif().step(ones(3), state)
    // @ts-expect-error a number is no tensor
    lif().step(1)
    // @ts-expect-error li's weights are not a state
    lif().step(ones(3), { w: ones(3) })
  })

  test('is an operator on tensors, and on nothing else', () => {
    expectTypeOf(of(ones(1)).pipe(lif(), li())).toEqualTypeOf<Observable<Tensor>>()
    // @ts-expect-error events are not tensors: toFrames is missing
    dvsFile('a.raw').pipe(lif())
    // @ts-expect-error numbers are not tensors
    of(1).pipe(lif())
    // @ts-expect-error ticks are not tensors
    clock({ dt: 1e-3 }).pipe(lif())
  })
})

describe('defineNeuron', () => {
  const mine = defineNeuron({
    name: 'mine',
    params: { tau: 10, vTh: 1 },
    state: { v: 'vTh', w: 0 },
    input: 'v',
    step: 'z = spike(v - vTh)',
    output: 'z',
  })

  test('infers the names of parameters and state', () => {
    mine({ tau: new Subject<number>() }, { initialState: { w: 1 } })
    // @ts-expect-error tau
    mine({ tua: 1 })
    // @ts-expect-error vTh is a parameter, no state
    mine({}, { initialState: { vTh: 1 } })
    const [, state] = mine().step(ones(3))
    expectTypeOf<keyof typeof state>().toEqualTypeOf<'v' | 'w'>()
  })

  test('ties its parts together by these names', () => {
    // @ts-expect-error the initial value names no parameter
    defineNeuron({ name: 'bad', params: { tau: 10 }, state: { v: 'tua' }, step: '', output: 'v' })
    // @ts-expect-error the input names no state
    defineNeuron({ name: 'bad', params: { tau: 10 }, state: { v: 0 }, input: 'i', step: '', output: 'v' })
    // @ts-expect-error a default is a number
    defineNeuron({ name: 'bad', params: { tau: '10' }, state: { v: 0 }, step: '', output: 'v' })
  })
})

describe('synapses', () => {
  test('take two sizes, or weights', () => {
    linear(4, 2)
    linear(zeros(2, 4))
    linear(of(zeros(2, 4)))
    conv2d(1, 4, 3, { padding: 1, dilation: 2 })
    conv2d(zeros(4, 1, 3, 3), { stride: 2 })
    // @ts-expect-error the number of outputs is missing
    linear(4)
    // @ts-expect-error the size of the kernel is missing
    conv2d(1, 4)
    // @ts-expect-error pad is padding
    conv2d(1, 4, 3, { pad: 1 })
  })

  test('have weights by name', () => {
    expectTypeOf(linear(1, 1).weights.weight).toEqualTypeOf<Tensor>()
    expectTypeOf(conv2d(1, 1, 1).weights.bias).toEqualTypeOf<Tensor | undefined>()
    // @ts-expect-error it is `weight`
    void linear(1, 1).weights.weights
  })
})

describe('a network', () => {
  const net = sequential({ conv: conv2d(1, 4, 3), hidden: recurrent(lifRefrac(), linear(4, 4)), out: li() })

  test('has state and weights by path', () => {
    expectTypeOf<StateOf<typeof net>['hidden']['neuron']['rho']>().toEqualTypeOf<Tensor>()
    expectTypeOf<StateOf<typeof net>['hidden']['past']>().toEqualTypeOf<Tensor>()
    expectTypeOf<WeightsOf<typeof net>['conv']['weight']>().toEqualTypeOf<Tensor>()
    expectTypeOf<WeightsOf<typeof net>['hidden']['synapse']['weight']>().toEqualTypeOf<Tensor>()
    expectTypeOf<WeightsOf<ReturnType<typeof lif>>['tauMemInv']>().toEqualTypeOf<Tensor | undefined>()
  })

  test('without names has them by index', () => {
    const positional = sequential(linear(1, 2), lif())
    expectTypeOf<StateOf<typeof positional>[1]['v']>().toEqualTypeOf<Tensor>()
    expectTypeOf<WeightsOf<typeof positional>[0]['weight']>().toEqualTypeOf<Tensor>()
  })

  test('takes layers and plain functions, not operators', () => {
    sequential({ half: (x: Tensor) => x.map((value) => value / 2), fc: linear(1, 1) })
    // @ts-expect-error an RxJS operator has no step
    sequential({ half: map((x: Tensor) => x), fc: linear(1, 1) })
    // @ts-expect-error a model is not yet a layer: call it
    sequential({ hidden: lif })
  })

  test("does not take another's state", () => {
    net.step(ones(1), net.initialState([1, 8, 8]))
    // @ts-expect-error a neuron's state is not the network's
    net.step(ones(1), lif().initialState([1]))
  })

  test('nests, and is a layer itself', () => {
    const outer = sequential({ inner: net, readout: linear(4, 2) })
    expectTypeOf<StateOf<typeof outer>['inner']['out']['v']>().toEqualTypeOf<Tensor>()
    expectTypeOf(outer).toExtend<Layer>()
    // @ts-expect-error what comes back comes through a synapse
    recurrent(linear(4, 4), 4)
  })
})

describe('a probe', () => {
  const net = sequential({ fc: linear(4, 4), hidden: recurrent(lifRefrac(), linear(4, 4)) })
  const probed = probe(net)

  test('watches what there is', () => {
    expectTypeOf(probed.watch('hidden', 'neuron', 'rho')).toEqualTypeOf<Observable<Tensor>>()
    expectTypeOf(probed.watch('fc', 'weight')).toEqualTypeOf<Observable<Tensor>>()
    // @ts-expect-error no such layer
    probed.watch('hiden')
    // @ts-expect-error no such state
    probed.watch('hidden', 'neuron', 'q')
  })

  test('makes snapshots that fit their own network', () => {
    const other = probe(sequential({ fc: linear(1, 1) }))
    expectTypeOf(other.snapshot()).toExtend<Snapshot>()
    expectTypeOf(probed.snapshot().state.hidden.neuron.v).toEqualTypeOf<Tensor>()
    sequential({ fc: linear(1, 1) }, { restore: of(other.snapshot()) })
    // @ts-expect-error this network has an `out`
    sequential({ fc: linear(1, 1), out: li() }, { restore: of(other.snapshot()) })
  })
})

describe('time', () => {
  test('has names: seconds are never positional', () => {
    toFrames({ dt: 1e-3, polarity: 'split' })
    steps(10, { dt: 1e-3 })
    // @ts-expect-error a number alone is no duration
    toFrames(1e-3)
    // @ts-expect-error nor here
    clock(1e-3)
    // @ts-expect-error steps of what length?
    steps(10)
    // @ts-expect-error no such polarity
    toFrames({ dt: 1e-3, polarity: 'both' })
  })

  test('comes as ticks', () => {
    expectTypeOf(clock({ dt: 1 })).toEqualTypeOf<Observable<Tick>>()
    of(1).pipe(hold(clock({ dt: 1 }), { maxAge: 0.1 }))
    // @ts-expect-error counts are not ticks
    of(1).pipe(hold(interval(1)))
    // @ts-expect-error nor is a period
    of(1).pipe(hold(1e-3))
  })

  test('held and fused streams keep their types', () => {
    const held = combineLatest({ a: of(ones(1)), b: of(1) }).pipe(
      hold(clock({ dt: 1 })),
      map(({ a, b }) => a.at(0) + b),
    )
    expectTypeOf(held).toEqualTypeOf<Observable<number>>()
    const fused = fuse({ a: of(ones(1)), b: of('text') }, clock({ dt: 1 }))
    expectTypeOf(fused).toEqualTypeOf<Observable<{ readonly a: Tensor; readonly b: string }>>()
    // @ts-expect-error values are not streams
    fuse({ a: 1 }, clock({ dt: 1 }))
    // @ts-expect-error without ticks there is no time base
    fuse({ a: NEVER })
  })
})

describe('sources', () => {
  test('emit what their names say', () => {
    expectTypeOf(dvsFile('a.aedat4', { speed: 1 })).toEqualTypeOf<Observable<EventPacket>>()
    expectTypeOf(dvsFile('a.aedat4').pipe(toFrames({ dt: 1e-3 }))).toEqualTypeOf<Observable<Tensor>>()
    // @ts-expect-error tensors are not events
    of(ones(1)).pipe(toFrames({ dt: 1e-3 }))
    // @ts-expect-error no such option
    dvsFile('a.aedat4', { fps: 30 })
  })

  test('sliders come out by name', () => {
    const { gain } = controls({ port: 1, sliders: { gain: { value: 1, min: 0, max: 2 } } })
    expectTypeOf(gain).toEqualTypeOf<Observable<number>>()
    // @ts-expect-error a slider has two ends
    controls({ port: 1, sliders: { gain: { value: 1, min: 0 } } })
    // @ts-expect-error no such slider
    void controls({ port: 1, sliders: { gain: { value: 1, min: 0, max: 2 } } }).volume
  })
})

describe('values', () => {
  test('are read only', () => {
    const x = ones(2, 2)
    const packet = {} as EventPacket
    // @ts-expect-error an emitted tensor never changes
    x.shape = [4]
    // @ts-expect-error nor does a packet
    packet.t = new Float64Array(1)
    // @ts-expect-error text has no elements
    tensor('1')
  })
})
