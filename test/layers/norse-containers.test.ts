/**
 * What Norse's own tests state of its containers and state tuples: cases A60, A61, A62 and A67 of the conformance document.
 * A65 and A66 are about NIR files, which are not there yet.
 */

import { from, lastValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { li, lif, lifBox, lifRefrac, linear, probe, recurrent, scale, sequential } from '../../operators/index.ts'
import { full, ones, sameBits, tensor } from '../../src/tensor.ts'

describe('Norse, containers', () => {
  test('A60 a network takes no state or one with an entry for each layer, gives such a one, and leaves what it was given', () => {
    const network = sequential({
      fc: linear(
        tensor([
          [2, 0],
          [0, 2],
        ]),
      ),
      spikes: lif(),
    })
    const [, first] = network.step(ones(2))
    expect(Object.keys(first)).toEqual(['fc', 'spikes'])
    expect(Object.keys(first.fc)).toEqual([])
    const before = structuredClone(first)
    const [, second] = network.step(ones(2), first)
    expect(structuredClone(first)).toEqual(before)
    expect(sameBits(first.spikes.i, second.spikes.i)).toBe(false)
  })

  test('A61 each of four spiking layers is seen once a step', async () => {
    const network = probe(sequential({ fc: linear(3, 2), a: lif(), b: lifRefrac(), c: lifBox(), d: li() }))
    const seen = { a: 0, b: 0, c: 0, d: 0 }
    network.watch('a', 'v').subscribe(() => seen.a++)
    network.watch('b', 'rho').subscribe(() => seen.b++)
    network.watch('c', 'v').subscribe(() => seen.c++)
    network.watch('d', 'v').subscribe(() => seen.d++)
    await lastValueFrom(from([ones(3), ones(3), ones(3)]).pipe(network))
    expect(seen).toEqual({ a: 3, b: 3, c: 3, d: 3 })
  })

  test('A62 a loop gives v(x) at first, and v(x + the output before) from then on', () => {
    const loop = recurrent(
      scale(3),
      linear(
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ),
    )
    const [y, state] = loop.step(tensor([1, -2]))
    expect([...y]).toEqual([3, -6])
    expect([...loop.step(y, state)[0]]).toEqual([18, -36])
  })

  test('A67 state of one element spreads over all, other shapes are an error', () => {
    expect([...lif({}, { initialState: { v: 0.5, i: full([1], 2) } }).initialState([3]).v]).toEqual([0.5, 0.5, 0.5])
    expect([...lif({}, { initialState: { v: 0.5, i: full([1], 2) } }).initialState([3]).i]).toEqual([2, 2, 2])
    expect(() => lif({}, { initialState: { v: full([2], 2) } }).initialState([3])).toThrow(/v: initial state: expected .*\[2\]/)
  })
})
