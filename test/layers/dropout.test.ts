import fc from 'fast-check'
import { BehaviorSubject, of, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { dropout, probe, scale, sequential } from '../../operators/index.ts'
import { dropoutNode } from '../../src/layers/dropout.ts'
import { learnable } from '../../src/layers/learnable.ts'
import { writeSlots } from '../../src/layers/tree.ts'
import { randomKey, randomUniform, seedOf } from '../../src/random.ts'
import { ones, stack, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { inputs, RUNS } from './arbitrary.ts'
import { BACKENDS, bitsOf, buildNode } from './run-node.ts'

const F = Math.fround
/** Which elements are there. */
const kept = (y: Tensor) => [...y].map((value) => value !== 0)

describe('dropout', () => {
  test('in WebAssembly and JavaScript: a plain loop over the counted draws, step after step', () => {
    const cases = fc.record({ n: fc.integer({ min: 0, max: 21 }), p: fc.float({ min: 0, max: F(0.99), noNaN: true }) }).chain(({ n, p }) =>
      fc.record({
        p: fc.constant(p),
        steps: fc.array(inputs(n), { minLength: 2, maxLength: 2 }),
        many: fc.boolean(),
        perSequence: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(cases, ({ p, steps, many, perSequence }) => {
        const n = steps[0]?.length ?? 0
        const each = Float32Array.from({ length: n }, (_, k) => (many ? p / (k + 1) : p))
        for (const backend of BACKENDS) {
          const node = dropoutNode({ p: many ? new Tensor([n], each) : p, perSequence })
          const place = { path: 'some.path', seed: 3 }
          const instance = buildNode(node, [n], { backend, ...place })
          writeSlots(instance.running.state, node.initialState([n], place), 'rest')
          steps.forEach((x, step) => {
            const key = randomKey(seedOf('some.path', 3), perSequence ? 0 : step)
            const expected = x.map((value, k) => (randomUniform(key, k) < (each[k] as number) ? 0 : value / F(1 - (each[k] as number))))
            expect(bitsOf(instance.step(x))).toEqual(bitsOf(expected))
          })
        }
      }),
      RUNS,
    )
  })

  test('p = 0 lets every bit pass, and p of all elements are lost', () => {
    const strange = tensor([1, -0, 0, 1e-45, Number.NaN, Infinity, -3e38])
    expect(bitsOf(dropout({ p: 0 }).step(strange)[0])).toEqual(bitsOf(strange))
    const y = dropout({ p: 0.2 }).step(ones(20000))[0]
    expect(new Set(y)).toEqual(new Set([0, 1 / F(1 - F(0.2))].map(F)))
    expect(kept(y).filter(Boolean).length / 20000).toBeCloseTo(0.8, 2)
  })

  test('each step loses other elements, rows of a batch and layers too', () => {
    const layer = dropout()
    const [first, state] = layer.step(ones(2, 100))
    const [second] = layer.step(ones(2, 100), state)
    expect(kept(first)).not.toEqual(kept(second))
    expect(kept(first).slice(0, 100)).not.toEqual(kept(first).slice(100))
    const both = sequential({ a: dropout(), b: dropout({ p: 0 }), c: dropout() }).step(ones(200))[0]
    expect(kept(both).filter(Boolean).length).toBeLessThan(80)
    expect(kept(dropout({ seed: 1 }).step(ones(200))[0])).not.toEqual(kept(first))
  })

  test.each([false, true])('a snapshot goes on with the same draws; perSequence: %s', (perSequence) => {
    const layer = dropout({ perSequence })
    let [, state] = layer.step(ones(50))
    for (let k = 0; k < 3; k++) [, state] = layer.step(ones(50), state)
    const copy = JSON.parse(JSON.stringify({ $draws: [...state.$draws], draw: [...(state.draw ?? [])] })) as Record<string, number[]>
    const restored = { $draws: tensor(copy['$draws'] as number[]), ...(perSequence && { draw: tensor(copy['draw'] as number[]) }) }
    const other = dropout({ perSequence })
    expect(kept(other.step(ones(50), restored)[0])).toEqual(kept(layer.step(ones(50), state)[0]))
  })

  test('per sequence: the same elements from reset to reset, other ones after it', () => {
    const [reset, steps] = [new Subject<void>(), new Subject<Tensor>()]
    const layer = probe(dropout({ perSequence: true, reset }))
    const seen: boolean[][] = []
    steps.pipe(layer).subscribe((y) => seen.push(kept(y)))
    for (let k = 0; k < 6; k++) {
      if (k === 2 || k === 4) reset.next()
      steps.next(ones(64))
    }
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).not.toEqual(seen[0])
    expect(seen[3]).toEqual(seen[2])
    expect(seen[4]).not.toEqual(seen[2])
    expect(seen[4]).not.toEqual(seen[0])
    const { state } = layer.snapshot()
    expect([...state.$draws]).toEqual([3, 0])
    const again: boolean[][] = []
    of(ones(64))
      .pipe(dropout({ perSequence: true, restore: of({ state, weights: {} }) }))
      .subscribe((y) => again.push(kept(y)))
    expect(again[0]).toEqual(seen[5])
  })

  test('per sequence: a reset of one row leaves the others', () => {
    const [resetRows, steps] = [new Subject<Tensor>(), new Subject<Tensor>()]
    const seen: boolean[][] = []
    steps.pipe(dropout({ perSequence: true, resetRows })).subscribe((y) => seen.push(kept(y)))
    steps.next(ones(2, 64))
    resetRows.next(tensor([0, 1]))
    steps.next(ones(2, 64))
    expect(seen[1]?.slice(0, 64)).toEqual(seen[0]?.slice(0, 64))
    expect(seen[1]?.slice(64)).not.toEqual(seen[0]?.slice(64))
  })

  test('a stream of p switches it on and off', () => {
    const p = new BehaviorSubject<number | readonly number[]>(0)
    const steps = new Subject<Tensor>()
    const seen: Tensor[] = []
    steps
      .pipe(sequential({ gain: scale(1), drop: dropout({ p }) }))
      .subscribe({ next: (y) => seen.push(y), error: (error: Error) => seen.push(error as never) })
    const next = (value: number | readonly number[]) => {
      p.next(value)
      steps.next(ones(3, 100))
    }
    next(0)
    expect(seen.at(-1)).toEqual(ones(3, 100))
    next(0.5)
    expect(kept(seen.at(-1) as Tensor).filter(Boolean).length).toBeLessThan(200)
    next(Array.from({ length: 100 }, (_, k) => (k < 50 ? 0 : 0.99)))
    expect(kept(seen.at(-1) as Tensor).slice(0, 50)).toEqual(kept(ones(50)))
    expect(
      kept(seen.at(-1) as Tensor)
        .slice(50, 100)
        .filter(Boolean).length,
    ).toBeLessThan(10)
    expect(() => p.next(1)).not.toThrow()
    expect(String(seen.at(-1))).toBe('RangeError: drop.p 1: a probability of at least 0 and below 1 is needed')
  })

  test('refuses what is no probability below 1', () => {
    expect(() => dropout({ p: 1 })).toThrow('dropout: p 1: a probability of at least 0 and below 1 is needed')
    expect(() => dropout({ p: -0.1 })).toThrow(RangeError)
    expect(() => dropout({ p: 1 - 1e-9 })).toThrow(RangeError)
    expect(() => dropout({ p: Number.NaN })).toThrow(RangeError)
    expect(() => dropout({ p: [0.5, 2] })).toThrow('dropout: p 2')
    expect(() => dropout({ p: learnable(0.5) as never })).toThrow('dropout: p: a probability cannot be learned')
    expect(() => dropout({ p: '0.5' as never })).toThrow(TypeError)
    expect(() => dropout({ p: [0.1, 0.2] }).step(zeros(3))).toThrow('dropout.p: expected a tensor of shape that broadcasts to [3], got [2]')
    expect(() => dropout({ probability: 0.1 } as {})).toThrow("dropout: there is no option 'probability'")
  })

  test('rows of a batch do not change one another', () => {
    const rows = [1, 2].map((seed) => ones(8).map((_, k) => Math.sin(seed * k + 1)))
    const y = dropout({ p: 0.3 }).step(stack(rows))[0]
    const z = dropout({ p: 0.3 }).step(stack([rows[0] as Tensor, zeros(8)]))[0]
    expect([...z].slice(0, 8)).toEqual([...y].slice(0, 8))
  })
})
