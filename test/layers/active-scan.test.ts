import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/kernel/arena.ts'
import { link } from '../../src/kernel/kernel.ts'
import { ActiveList, activeScan, compaction } from '../../src/kernel/layers/active-scan.ts'
import { inputs, RUNS } from './arbitrary.ts'
import { BACKENDS } from './run-node.ts'

const activeOf = (x: Float32Array): number[] => [...x.keys()].filter((k) => x[k] !== 0)

describe.each(BACKENDS)('active scan in %s', (backend) => {
  test.each(['few', 'many'] as const)('%s lists exactly the elements that are not 0, whatever lies behind them', (name) => {
    const vectors = fc.integer({ min: 0, max: 150 }).chain(inputs)
    fc.assert(
      fc.property(vectors, fc.integer({ min: 0, max: 5 }), (x, skip) => {
        const arena = new Arena(backend)
        const [input, list, table] = [arena.reserve(x.length + skip), arena.reserve(x.length + 4), arena.reserve(64)]
        arena.allocate()
        arena.memory.f32.fill(7, input.offset >> 2, list.offset >> 2)
        arena.floats(input).set(x, skip)
        arena.memory.u8.set(compaction(), table.offset)
        const count = link(arena, activeScan)[name](input.offset + skip * 4, x.length, list.offset, table.offset)
        expect([...arena.ints(list).subarray(0, count)]).toEqual(activeOf(x))
      }),
      RUNS,
    )
  })

  test('NaN, infinities and denormals are active, -0 is not', () => {
    const x = Float32Array.of(0, -0, Number.NaN, Number.NEGATIVE_INFINITY, 1e-45, -0, 0)
    const arena = new Arena(backend)
    const input = arena.reserve(x.length)
    const list = new ActiveList(arena, x.length)
    arena.allocate()
    arena.floats(input).set(x)
    list.start()
    expect(list.find(input.offset)).toBe(3)
    expect([...arena.ints(list.region).subarray(0, 3)]).toEqual([2, 3, 4])
  })

  test('whichever scan the last count chose, the list is the same', () => {
    const n = 1000
    const arena = new Arena(backend)
    const input = arena.reserve(n)
    const list = new ActiveList(arena, n)
    arena.allocate()
    list.start()
    for (const every of [1, 1, 500, 500, 2, 1000, 3]) {
      const x = Float32Array.from({ length: n }, (_, k) => (k % every === 0 ? 1 : 0))
      arena.floats(input).set(x)
      const count = list.find(input.offset)
      expect([...arena.ints(list.region).subarray(0, count)]).toEqual(activeOf(x))
    }
  })

  test('has room for a population that fires all at once and touches nothing behind it', () => {
    const n = 37
    const arena = new Arena(backend)
    const input = arena.reserve(n)
    const list = new ActiveList(arena, n)
    const behind = arena.reserve(16)
    arena.allocate()
    list.start()
    arena.floats(behind).fill(5)
    arena.floats(input).fill(1)
    list.find(input.offset)
    expect(list.find(input.offset)).toBe(n)
    expect([...arena.floats(behind)]).toEqual(Array.from({ length: 16 }, () => 5))
  })
})

test('a list that was not started says so', () => {
  expect(() => new ActiveList(new Arena('javascript'), 3).find(0)).toThrow('before start')
})
