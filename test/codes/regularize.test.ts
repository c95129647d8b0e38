import { Subject } from 'rxjs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { lif, linear, probe, regularized, sequential } from '../../operators/index.ts'
import { regularizeStep, spikeAccumulator, voltageAccumulator } from '../../src/codes/regularize.ts'
import { ShapeError } from '../../src/errors.ts'
import type { StateOf } from '../../src/layers/cell.ts'
import { full, ones, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { outputs } from '../stream/operator-habits.ts'

const cell = lif({}, { synapticDelay: 0 })
const rest = { v: ones(5, 10), i: ones(5, 10) }

describe('regularizeStep', () => {
  it('A55 counts the spikes of a step', () => {
    const [z, state] = cell.step(ones(5, 10), rest)
    const [output, spikes] = regularizeStep(z, state)
    expect(output).toBe(z)
    expect(spikes.toArray()).toBe(50)
    const [next, after] = cell.step(ones(5, 10), state)
    expect(regularizeStep(next, after)[1].toArray()).toBe(0)
    expect(regularizeStep(next, after, spikeAccumulator, spikes)[1].toArray()).toBe(50)
  })

  it('A56 adds up voltages', () => {
    const [z, state] = cell.step(ones(5, 10), rest)
    const [, voltages] = regularizeStep(z, state, voltageAccumulator)
    expect(voltages).toEqual(new Tensor([5, 10], state.v.data))
    const [next, after] = cell.step(ones(5, 10), state)
    const [, both] = regularizeStep(next, after, voltageAccumulator, voltages)
    expect(both.toArray()).toEqual(after.v.map((v, k) => v + (state.v.data[k] as number)).toArray())
    expect(() => voltageAccumulator(z, { v: zeros(2) }, zeros(3))).toThrow(/voltageAccumulator: expected a tensor of shape \[2\]/)
  })
})

describe('regularized', () => {
  it('A57 keeps the sum in its state', () => {
    const layer = regularized(cell)
    const x = full([5, 2], 11)
    const [, first] = layer.step(x)
    expect(first.accumulated.toArray()).toBe(10)
    const [, second] = layer.step(x, first)
    expect(second.accumulated.toArray()).toBe(20)
    expect(layer.step(x)[1].accumulated.toArray()).toBe(10)
    expectTypeOf<StateOf<typeof layer>['layer']>().toEqualTypeOf<{ readonly v: Tensor; readonly i: Tensor }>()
  })

  it('the layer inside does what it does outside', () => {
    const inside = regularized(sequential({ fc: linear(3, 4, { seed: 5 }), spikes: lif() }), (z, state, past) => {
      expect(z.shape).toEqual([4])
      return state.spikes.i.map((i, k) => i + (past?.data[k] ?? 0))
    })
    const outside = sequential({ fc: linear(3, 4, { seed: 5 }), spikes: lif() })
    const x = ones(6, 3)
    const [y, state] = inside.sequence(x, inside.initialState([3]))
    const weights = { fc: inside.weights.layer.fc }
    const [expected, expectedState] = outside.with({ weights }).sequence(x)
    expect(y.toArray()).toEqual(expected.toArray())
    expect(state.layer).toEqual(expectedState)
    expect(state.accumulated.shape).toEqual([4])
  })

  it('a probe watches it, a reset clears it', () => {
    const reset = new Subject<unknown>()
    const watched = probe(sequential({ hidden: regularized(cell) }, { reset }))
    const sums: number[] = []
    watched.watch('hidden', 'accumulated').subscribe((sum) => sums.push(sum.at()))
    const source = new Subject<Tensor>()
    source.pipe(watched).subscribe()
    source.next(full([4], 11))
    source.next(full([4], 11))
    reset.next(undefined)
    source.next(full([4], 11))
    expect(sums).toEqual([4, 8, 4])
  })

  it('voltages start at 0, whatever the layer starts from', () => {
    const layer = regularized(lif({ vLeak: -70, vTh: 0 }), voltageAccumulator)
    expect(layer.initialState([2])).toEqual({ layer: { v: tensor([-70, -70]), i: zeros(2) }, accumulated: zeros(2) })
    expect(outputs(layer, [zeros(2)])).toHaveLength(1)
  })

  it('says what is wrong', () => {
    // @ts-expect-error a number is no layer
    expect(() => regularized(3)).toThrow(/regularized: expected a layer of rxspike, got 3/)
    // @ts-expect-error nor is a text an accumulator
    expect(() => regularized(lif(), 'spikes')).toThrow(/regularized: expected an accumulator, a function, got spikes/)
    expect(() => regularized(linear(3, 4)).step(zeros(2))).toThrow(ShapeError)
    expect(() => regularized(linear(3, 4)).step(zeros(2))).toThrow(/regularized.layer: expected a tensor of shape \[..., 3\]/)
  })
})
