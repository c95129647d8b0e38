/** Layers as operators: state per subscription, streams that act between two steps, errors, probes. */

import * as fc from 'fast-check'
import { BehaviorSubject, from, map, of, startWith, Subject, take, throwError, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { li, lif, linear, probe, recurrent, scale, sequential } from '../../operators/index.ts'
import { defineNeuron } from '../../src/stream/neuron.ts'
import { diagnostics } from '../../src/stream/diagnostics.ts'
import type { Diagnostic } from '../../src/diagnostics.ts'
import { full, ones, sameBits, Tensor, tensor, zeros } from '../../src/tensor.ts'

const collect = <T>() => {
  const values: T[] = []
  return { values, add: (value: T) => void values.push(value) }
}
const net = () => sequential({ fc: linear(3, 4), cells: recurrent(lif({ vTh: 0.1 }), linear(4, 4)), out: li() })
const inputs = fc.array(fc.array(fc.float({ noNaN: true, min: -4, max: 4 }), { minLength: 3, maxLength: 3 }), { maxLength: 12 })

describe('a subscription', () => {
  test('gives what the pure steps give', () =>
    fc.assert(
      fc.property(inputs, (xs) => {
        const layer = net()
        const { values, add } = collect<Tensor>()
        from(xs.map((x) => tensor(x)))
          .pipe(layer)
          .subscribe(add)
        if (xs.length === 0) expect(values).toEqual([])
        else expect([...layer.sequence(tensor(xs))[0].data]).toEqual(values.flatMap((y) => [...y]))
      }),
      { numRuns: 40 },
    ))

  test('has a state of its own: two, however interleaved, do not see one another', () =>
    fc.assert(
      fc.property(inputs, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (xs, order) => {
        const layer = net()
        const subjects = [new Subject<Tensor>(), new Subject<Tensor>()] as const
        const seen = subjects.map((subject) => {
          const collected = collect<Tensor>()
          subject.pipe(layer).subscribe(collected.add)
          return collected.values
        })
        const left = [[...xs], [...xs]]
        for (const which of order) {
          const x = left[which ? 1 : 0]?.shift()
          if (x !== undefined) subjects[which ? 1 : 0].next(tensor(x))
        }
        const length = Math.min(seen[0]?.length ?? 0, seen[1]?.length ?? 0)
        for (let k = 0; k < length; k++) expect(sameBits(seen[0]?.[k] as Tensor, seen[1]?.[k] as Tensor)).toBe(true)
      }),
      { numRuns: 40 },
    ))

  test('emits tensors that never change', () =>
    fc.assert(
      fc.property(inputs, (xs) => {
        const held: { readonly y: Tensor; readonly copy: readonly number[] }[] = []
        from(xs.map((x) => tensor(x)))
          .pipe(net())
          .subscribe((y) => held.push({ y, copy: [...y] }))
        for (const { y, copy } of held) expect([...y]).toEqual(copy)
      }),
      { numRuns: 40 },
    ))

  test('keeps the time of its input', () => {
    const { values, add } = collect<Tensor>()
    of(new Tensor([3], new Float32Array(3), { t: 5000, dt: 1e-3 }), zeros(3))
      .pipe(net())
      .subscribe(add)
    expect(values.map(({ t, dt }) => [t, dt])).toEqual([
      [5000, 1e-3],
      [undefined, undefined],
    ])
  })

  test('integrates over the dt of its input, or the given one, and says where they differ', () => {
    const heard: Diagnostic[] = []
    const listening = diagnostics.subscribe((each) => heard.push(each))
    const step = (dt: number | undefined, option?: number) => {
      const x = new Tensor([1], Float32Array.of(1), dt === undefined ? {} : { dt })
      return li({}, { synapticDelay: 0, ...(option !== undefined && { dt: option }) })
        .step(x)[0]
        .at(0)
    }
    expect(step(undefined)).toBeCloseTo(0.1)
    expect(step(2e-3)).toBeCloseTo(0.2)
    expect(heard).toEqual([])
    expect(step(2e-3, 3e-3)).toBeCloseTo(0.3)
    expect(heard).toMatchObject([{ kind: 'dt-mismatch', at: 'li' }])
    listening.unsubscribe()
  })

  test('errors where a step has another shape than the first, and names the layer', () => {
    const errors = collect<unknown>()
    of(zeros(3), zeros(4)).pipe(net()).subscribe({ error: errors.add })
    expect(errors.values).toMatchObject([{ name: 'ShapeError', expected: '[3] like the steps before it', actual: [4] }])
  })

  test('errors with its source, and with what is no tensor', () => {
    const errors = collect<unknown>()
    throwError(() => new Error('lost'))
      .pipe(net())
      .subscribe({ error: errors.add })
    of('events' as unknown as Tensor)
      .pipe(net())
      .subscribe({ error: errors.add })
    expect(errors.values.map(String)).toEqual([
      'Error: lost',
      expect.stringContaining('TypeError: sequential: expected a Tensor, got events'),
    ])
  })
})

describe('a parameter that is a stream', () => {
  const v = (vLeak: Parameters<typeof li>[0], steps: number) => {
    const { values, add } = collect<number>()
    from(Array.from({ length: steps }, () => zeros(1)))
      .pipe(li(vLeak))
      .subscribe((y) => add(y.at(0)))
    return values
  }

  test('counts from the first step where it has a value, else from the default', () => {
    expect(v({ vLeak: new BehaviorSubject(1) }, 1)).toEqual([Math.fround(0.1)])
    expect(v({ vLeak: new Subject<number>().pipe(startWith(1)) }, 1)).toEqual([Math.fround(0.1)])
    expect(v({ vLeak: new Subject<number>() }, 1)).toEqual([0])
  })

  test('takes effect between two steps, and holds after its end', () => {
    const x = new Subject<Tensor>()
    const vLeak = new Subject<number | readonly number[]>()
    const { values, add } = collect<readonly number[]>()
    x.pipe(li({ vLeak, tauMemInv: 1000 })).subscribe((y) => add([...y]))
    x.next(zeros(2))
    vLeak.next(3)
    x.next(zeros(2))
    vLeak.next([1, 2])
    x.next(zeros(2))
    vLeak.complete()
    x.next(zeros(2))
    vLeak.next(9)
    expect(values).toEqual([
      [0, 0],
      [3, 3],
      [1, 2],
      [1, 2],
    ])
  })

  test('sent from within a step waits for the next', () => {
    const vLeak = new Subject<number>()
    const cells = probe(li({ tauMemInv: 1000, vLeak }))
    cells.watch('v').subscribe((v) => vLeak.next(v.at(0) + 1))
    const { values, add } = collect<number>()
    of(zeros(1), zeros(1), zeros(1))
      .pipe(cells)
      .subscribe((y) => add(y.at(0)))
    expect(values).toEqual([0, 1, 2])
  })

  test('that errors, or says what no parameter can be, is the error of the operator', () => {
    const errors = collect<unknown>()
    const x = new Subject<Tensor>()
    const bad = new Subject<number>()
    x.pipe(li({ vLeak: throwError(() => new Error('slider lost')) })).subscribe({ error: errors.add })
    x.pipe(li({ vLeak: bad })).subscribe({ error: errors.add })
    x.next(zeros(1))
    bad.next(Number.NaN)
    expect(errors.values.map(String)).toEqual(['Error: slider lost', 'RangeError: li.vLeak: NaN is not a number that a parameter can have'])
    expect(x.observed).toBe(false)
  })

  test('is left with the operator', () => {
    const vLeak = new Subject<number>()
    of(zeros(1)).pipe(li({ vLeak })).subscribe()
    expect(vLeak.observed).toBe(false)
  })

  test('gains and weights too', () => {
    const { values, add } = collect<number>()
    const weight = new BehaviorSubject(tensor([[2, 0]]))
    const x = new Subject<Tensor>()
    x.pipe(sequential({ gain: scale(of(10)), fc: linear(weight) })).subscribe((y) => add(y.at(0)))
    x.next(tensor([1, 5]))
    weight.next(tensor([[0, 1]]))
    x.next(tensor([1, 5]))
    expect(values).toEqual([20, 50])
    const errors = collect<unknown>()
    of(ones(2)).pipe(linear(new Subject<Tensor>())).subscribe({ error: errors.add })
    expect(String(errors.values[0])).toMatch(/weight is a stream that has emitted nothing yet/)
  })
})

describe('reset, resetRows, restore, weights', () => {
  test('reset goes back to rest before the next step; weights stay', () => {
    const reset = new Subject<void>()
    const x = new Subject<Tensor>()
    const layer = net()
    const { values, add } = collect<readonly number[]>()
    x.pipe(layer.with({ reset })).subscribe((y) => add([...y]))
    for (let k = 0; k < 5; k++) x.next(ones(3))
    reset.next()
    for (let k = 0; k < 5; k++) x.next(ones(3))
    expect(values.slice(5)).toEqual(values.slice(0, 5))
    expect(values[4]).not.toEqual(values[0])
  })

  test('resetRows goes back for some rows of the batch', () => {
    const resetRows = new Subject<Tensor>()
    const x = new Subject<Tensor>()
    const { values, add } = collect<readonly number[]>()
    x.pipe(li({ vLeak: 1 }, { initialState: { v: 0 }, resetRows })).subscribe((y) => add([...y]))
    x.next(zeros(2, 1))
    resetRows.next(tensor([0, 1]))
    x.next(zeros(2, 1))
    const [first, second] = values as [number[], number[]]
    expect(second[1]).toBe(first[1])
    expect(second[0]).toBeGreaterThan(first[0] as number)
  })

  test('a part of a network may have its own', () => {
    const reset = new Subject<void>()
    const x = new Subject<Tensor>()
    const { values, add } = collect<readonly number[]>()
    const integrator = defineNeuron({ name: 'sum', params: {}, state: { s: 0 }, step: 's = s + x', output: 's' })
    x.pipe(sequential({ a: integrator({}, { reset }), b: integrator() })).subscribe((y) => add([...y]))
    x.next(ones(1))
    x.next(ones(1))
    reset.next()
    x.next(ones(1))
    expect(values).toEqual([[1], [3], [4]])
  })

  test('restore continues from a snapshot, with its weights', () => {
    const layer = net()
    const brain = probe(layer)
    const first = new Subject<Tensor>()
    const direct = collect<readonly number[]>()
    first.pipe(brain).subscribe((y) => direct.add([...y]))
    for (let k = 0; k < 4; k++) first.next(ones(3))
    const snapshot = brain.snapshot()
    for (let k = 0; k < 4; k++) first.next(ones(3))
    const again = collect<readonly number[]>()
    from(Array.from({ length: 4 }, () => ones(3)))
      .pipe(net().with({ seed: 99, restore: of(snapshot) }))
      .subscribe((y) => again.add([...y]))
    expect(again.values).toEqual(direct.values.slice(4))
  })

  test('weights come one by one, between two steps', () => {
    const x = new Subject<Tensor>()
    const weights = new Subject<{ readonly fc: { readonly weight: Tensor } }>()
    const { values, add } = collect<number>()
    x.pipe(sequential({ fc: linear(1, 1, { bias: false }) }, { weights })).subscribe((y) => add(y.at(0)))
    weights.next({ fc: { weight: tensor([[2]]) } })
    x.next(ones(1))
    weights.next({ fc: { weight: tensor([[3]]) } })
    x.next(ones(1))
    expect(values).toEqual([2, 3])
    const errors = collect<unknown>()
    x.pipe(sequential({ fc: linear(1, 1) }, { weights: of({ fd: {} } as object) })).subscribe({ error: errors.add })
    x.next(ones(1))
    expect(String(errors.values[0])).toMatch(/there is no fd here; the names are: fc/)
  })
})

describe('probe', () => {
  test('is the same operator', () => {
    const plain = collect<readonly number[]>()
    const probed = collect<readonly number[]>()
    const layer = net()
    const xs = Array.from({ length: 6 }, () => ones(3))
    from(xs)
      .pipe(layer)
      .subscribe((y) => plain.add([...y]))
    from(xs)
      .pipe(probe(layer))
      .subscribe((y) => probed.add([...y]))
    expect(probed.values).toEqual(plain.values)
  })

  test('watches state, weights, outputs and how many of them are active, stamped with the time of the step', () => {
    const brain = probe(net())
    const state = collect<Tensor>()
    const weight = collect<Tensor>()
    const spikes = collect<Tensor>()
    const active = collect<number>()
    const picked = collect<Tensor>()
    brain.watch('cells', 'neuron', 'v').subscribe(state.add)
    brain.watch('fc', 'weight').pipe(take(1)).subscribe(weight.add)
    brain.output('cells').subscribe(spikes.add)
    brain.activity('cells').subscribe(active.add)
    brain.pick([3, 0], 'cells', 'neuron', 'v').subscribe(picked.add)
    from([1, 2, 3].map((k) => new Tensor([3], Float32Array.of(3, 3, 3), { t: k * 1000, dt: 1e-3 })))
      .pipe(brain)
      .subscribe()
    expect(state.values.map(({ t, dt, shape }) => [t, dt, shape])).toEqual([1000, 2000, 3000].map((t) => [t, 1e-3, [4]]))
    expect(sameBits(weight.values[0] as Tensor, brain.snapshot().weights.fc.weight)).toBe(true)
    expect(active.values).toEqual(spikes.values.map((z) => [...z].filter((value) => value !== 0).length))
    expect(picked.values.map((v) => [...v])).toEqual(state.values.map((v) => [v.at(3), v.at(0)]))
  })

  test('a path that does not exist is an error that says what does', () => {
    const errors = collect<unknown>()
    const brain = probe(net())
    brain.watch('cells', 'neuron', 'w' as 'v').subscribe({ error: errors.add })
    brain.output('cell').subscribe({ error: errors.add })
    brain.pick([7], 'cells').subscribe({ error: errors.add })
    of(ones(3)).pipe(brain).subscribe()
    expect(errors.values.map(String)).toEqual([
      expect.stringContaining('nothing is called cells.neuron.w; there are: cells.neuron.v'),
      expect.stringContaining('no layer is called cell; there are: fc, cells, out'),
      expect.stringContaining('pick 7: indices from 0 to 3'),
    ])
  })

  test('a snapshot of a network that never ran is an error; after its end it stays', () => {
    const brain = probe(lif())
    expect(() => brain.snapshot()).toThrow(/the network has not made a step/)
    of(full([2], 3))
      .pipe(brain)
      .subscribe()
    expect(brain.snapshot().state.i.toArray()).toEqual([3, 3])
  })

  test('with keeps the probe, and the newest subscription is the one remembered', () => {
    const brain = probe(lif()).with({ dt: 2e-3 })
    const seen = collect<Tensor>()
    ;(brain as ReturnType<typeof probe>).watch('i' as never).subscribe((each) => seen.add(each as Tensor))
    of(full([1], 3))
      .pipe(brain)
      .subscribe()
    expect(seen.values.map((each) => each.at(0))).toEqual([3])
  })
})

describe('noise', () => {
  const noisy = defineNeuron({ name: 'noisy', params: {}, state: { v: 0 }, step: 'v = normal()', output: 'v' })
  const draw = (layer: ReturnType<typeof noisy>, steps = 5) => {
    const { values, add } = collect<readonly number[]>()
    from(Array.from({ length: steps }, () => zeros(3)))
      .pipe(
        layer,
        map((y) => [...y]),
        toArray(),
      )
      .subscribe((all) => all.forEach(add))
    return values
  }
  test('repeats with its seed, differs between steps, neurons and seeds, and goes on after a snapshot', () => {
    expect(draw(noisy())).toEqual(draw(noisy()))
    expect(draw(noisy({}, { seed: 2 }))).not.toEqual(draw(noisy()))
    expect(new Set(draw(noisy()).flat()).size).toBe(15)
    const brain = probe(noisy())
    const first = draw(brain, 3)
    const rest = draw(noisy({}, { restore: of(brain.snapshot()) }), 2)
    expect([...first, ...rest]).toEqual(draw(noisy(), 5))
  })
  test('siblings differ', () => {
    const { values, add } = collect<readonly number[]>()
    of(zeros(3))
      .pipe(sequential({ a: noisy(), b: defineNeuron({ ...noisy.definition, step: 'v = normal() - x' })() }))
      .subscribe((y) => add([...y]))
    expect(values[0]?.some((each) => each !== 0)).toBe(true)
  })
})
