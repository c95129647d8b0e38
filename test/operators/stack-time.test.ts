import { fc, test } from '@fast-check/vitest'
import { pipe } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { stackTime, unstackTime } from '../../operators/stack-time.ts'
import { ShapeError } from '../../src/errors.ts'
import { ones, Tensor, tensor, zeros } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'
import { reportsOf } from '../stream/record-reports.ts'

const run = (count: number, ...shape: number[]) =>
  Array.from(
    { length: count },
    (_, k) =>
      new Tensor(
        shape,
        zeros(...shape).data.map((_, n) => 100 * k + n),
        { t: 1000 * (k + 1), dt: 1e-3 },
      ),
  )

describe('stackTime', () => {
  behavesAsOperator(() => stackTime({ steps: 1 }), run(3, 2))

  it('gathers with time first: t of the last step, dt of one', () => {
    const [whole, rest] = outputs(stackTime({ steps: 2 }), run(3, 2, 3))
    expect([whole?.shape, whole?.t, whole?.dt]).toEqual([[2, 2, 3], 2000, 1e-3])
    expect(whole?.toArray()).toEqual([
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      [
        [100, 101, 102],
        [103, 104, 105],
      ],
    ])
    expect([rest?.shape, rest?.t]).toEqual([[1, 2, 3], 3000])
  })

  test.prop([fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 7 })])('unstackTime gives every step back', (count, steps) => {
    const inputs = run(count, 2, 2)
    expect(outputs(pipe(stackTime({ steps }), unstackTime()), inputs)).toEqual(inputs)
  })

  it('shapes must agree, and lengths of steps are compared', async () => {
    expect(() => outputs(stackTime({ steps: 2 }), [ones(2), ones(3)])).toThrow(ShapeError)
    const reports = await reportsOf(() =>
      outputs(stackTime({ steps: 2 }), [new Tensor([], Float32Array.of(1), { dt: 1 }), new Tensor([], Float32Array.of(1), { dt: 2 })]),
    )
    expect(reports).toEqual({ 'dt-mismatch stackTime': 1 })
    expect(() => stackTime({ steps: 0 })).toThrow(/stackTime: steps is/)
  })
})

describe('unstackTime', () => {
  behavesAsOperator(unstackTime, [ones(2, 3), zeros(1, 3)])

  it('gives steps without times where there are none, and only the last where there is no dt', () => {
    expect(
      outputs(unstackTime(), [
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ]).map((x) => [x.toArray(), x.t]),
    ).toEqual([
      [[1, 2], undefined],
      [[3, 4], undefined],
    ])
    expect(outputs(unstackTime(), [new Tensor([2], Float32Array.of(1, 2), { t: 5 })]).map(({ t }) => t)).toEqual([undefined, 5])
  })

  it('needs an axis', () => {
    expect(() => outputs(unstackTime(), [tensor(1)])).toThrow(ShapeError)
    expect(outputs(unstackTime(), [zeros(0, 3)])).toEqual([])
  })
})
