import { fc, test } from '@fast-check/vitest'
import { NEVER, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { resample } from '../../operators/resample.ts'
import { Tensor } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'
import { reportsOf } from '../stream/record-reports.ts'

const at = (t: number, value = t) => new Tensor([1], Float32Array.of(value), { t })
const pairs = (all: readonly Tensor[]) => all.map((x) => [x.t, x.at(0)])

describe('resample', () => {
  behavesAsOperator(() => resample({ dt: 1e-3 }), [at(0), at(1500), at(4000)])

  it('gives the newest input at each step of a regular time', () => {
    const result = outputs(resample({ dt: 1e-3 }), [at(500), at(1600), at(1700), at(4500), at(5000)])
    expect(pairs(result)).toEqual([
      [500, 500],
      [1500, 500],
      [2500, 1700],
      [3500, 1700],
      [4500, 4500],
    ])
    expect(result.every(({ dt }) => dt === 1e-3)).toBe(true)
  })

  test.prop([fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 30 }), fc.constantFrom(1e-3, 0.0123, 0.05)])(
    'is what a search for the newest input gives, wherever one is fresh',
    (gaps, dt) => {
      let t = 1e6
      const inputs = gaps.map((gap) => at((t += gap), gap))
      const first = inputs[0]?.t as number
      const last = inputs.at(-1)?.t as number
      const expected: unknown[] = []
      for (let k = 0; first + k * dt * 1e6 <= last; k++) {
        const due = first + k * dt * 1e6
        expected.push([due, inputs.findLast((x) => (x.t as number) <= due)?.at(0)])
      }
      const got = pairs(outputs(resample({ dt }), inputs))
      expect(got.length).toBe(expected.length)
      got.forEach(([due, value], k) => {
        const [wantedDue, wanted] = expected[k] as [number, number]
        expect(due).toBeCloseTo(wantedDue, 5)
        expect(value).toBe(wanted)
      })
    },
  )

  it('falls silent where the newest input is too old, keeps its grid and reports', async () => {
    let result: Tensor[] = []
    const reports = await reportsOf(() => (result = outputs(resample({ dt: 0.1, maxAge: 0.2 }), [at(0), at(1e6), at(1.1e6)])))
    expect(pairs(result)).toEqual([
      [0, 0],
      [1e5, 0],
      [2e5, 0],
      [1e6, 1e6],
      [1.1e6, 1.1e6],
    ])
    expect(reports).toEqual({ 'stale resample': 7 })
  })

  it('skips a gap without walking through it', () => {
    const started = performance.now()
    expect(outputs(resample({ dt: 1e-6 }), [at(0), at(1e15)]).length).toBeLessThan(500_003)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('drops an input that is a little early, and starts anew after one that is far back', async () => {
    let result: Tensor[] = []
    const reports = await reportsOf(
      () => (result = outputs(resample({ dt: 0.1 }), [at(2e6), at(2.1e6), at(2.05e6, -1), at(2.2e6), at(0), at(1e5)])),
    )
    expect(result.map(({ t }) => t)).toEqual([2e6, 2.1e6, 2.2e6, 0, 1e5])
    expect(reports).toEqual({ 'dropped resample': 1, 'resynchronized resample': 1 })
  })

  it('needs times', () => {
    let seen: unknown
    of(new Tensor([], Float32Array.of(1)))
      .pipe(resample({ dt: 1 }))
      .subscribe({ error: (error: unknown) => (seen = error) })
    expect(String(seen)).toMatch(/TypeError: resample: a tensor without a time t came/)
    expect(() => resample({ dt: 0 })(NEVER)).toThrow(RangeError)
  })
})
