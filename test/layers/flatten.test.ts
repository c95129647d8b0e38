import { expect, test } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { flattenNode } from '../../src/layers/flatten.ts'
import { tensor } from '../../src/tensor.ts'
import { buildNode, runNode } from './run-node.ts'

test.each([
  [[5], [5]],
  [[2, 3], [6]],
  [[2, 3, 4], [24]],
  [
    [7, 2, 3, 4],
    [7, 24],
  ],
  [
    [5, 7, 2, 3, 4],
    [5, 7, 24],
  ],
  [
    [0, 2, 3, 4],
    [0, 24],
  ],
])('%j becomes %j', (input, output) => {
  expect(flattenNode().outputShape(input, 'flat')).toEqual(output)
})

test('keeps the values, in the same memory', () => {
  const x = tensor([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ])
  expect(runNode(flattenNode(), x).toArray()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const { running, x: input } = buildNode(flattenNode(), [2, 3])
  expect(running.y).toBe(input)
  expect(running.state).toEqual({})
})

test('a single number has no axes to join', () => {
  expect(() => flattenNode().outputShape([], 'flat')).toThrow(ShapeError)
})
