import { fc, test } from '@fast-check/vitest'
import { of, scan } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { mapAccum } from '../../operators/map-accum.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

describe('mapAccum', () => {
  const running = () =>
    mapAccum(
      (first: number) => 10 * first,
      (state, x: number) => [state + x, `${state + x}`] as const,
    )
  behavesAsOperator(running, [1, 2, 3])

  it('makes the state of the first value and gives one output per input', () => {
    expect(outputs(running(), [1, 2, 3])).toEqual(['11', '13', '16'])
    expect(outputs(running(), [])).toEqual([])
  })

  test.prop([fc.array(fc.integer())])('with the state as its output it is scan', (values) => {
    expect(
      outputs(
        mapAccum(
          () => 0,
          (sum, x: number) => [sum + x, sum + x],
        ),
        values,
      ),
    ).toEqual(
      outputs(
        scan((sum, x: number) => sum + x, 0),
        values,
      ),
    )
  })

  it.each([
    [
      'initial',
      mapAccum(
        () => {
          throw new Error('broken')
        },
        (s: number, x: number) => [s, x],
      ),
    ],
    [
      'step',
      mapAccum(
        () => 0,
        (): [number, number] => {
          throw new Error('broken')
        },
      ),
    ],
  ])('what %s throws is the error of the stream', (_, operator) => {
    let seen: unknown
    of(1)
      .pipe(operator)
      .subscribe({ error: (error: unknown) => (seen = error) })
    expect(seen).toEqual(new Error('broken'))
  })

  it('a state or an output may be undefined', () => {
    let made = 0
    const operator = mapAccum(
      (): undefined => void made++,
      (s, _: number) => [s, undefined] as const,
    )
    expect(outputs(operator, [1, 2])).toEqual([undefined, undefined])
    expect(made).toBe(1)
  })
})
