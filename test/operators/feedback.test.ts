import { fc, test } from '@fast-check/vitest'
import { bufferCount, delay, filter, last, map, mergeMap, startWith, Subject, take, tap, zip, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { feedback } from '../../operators/feedback.ts'
import { mapAccum } from '../../operators/map-accum.ts'
import { poisson } from '../../operators/poisson.ts'
import { steps } from '../../sources/steps.ts'
import { zeros, type Tensor } from '../../src/tensor.ts'
import { behavesAsOperator, outputs } from '../stream/operator-habits.ts'

type Pairs = Observable<readonly [number, number]>
const looped = (project: (pairs: Pairs) => Observable<number>, options: { initial: number; delay?: number } = { initial: 0 }) =>
  feedback(project, options)

describe('feedback', () => {
  behavesAsOperator(() => looped((pairs) => pairs.pipe(map(([x, past]) => x + past))), [1, 2, 3])

  test.prop([fc.array(fc.integer({ min: -100, max: 100 })), fc.integer({ min: 1, max: 5 })])(
    'pairs each input with the output of `delay` inputs ago',
    (inputs, delay) => {
      const seen: (readonly [number, number])[] = []
      const result = outputs(
        looped(
          (pairs) =>
            pairs.pipe(
              tap((pair) => seen.push(pair)),
              map(([x, past]) => 2 * x - past),
            ),
          { initial: 7, delay },
        ),
        inputs,
      )
      expect(seen).toEqual(inputs.map((x, k) => [x, result[k - delay] ?? 7]))
      expect(result).toEqual(seen.map(([x, past]) => 2 * x - past))
    },
  )

  it('does not recurse: a hundred thousand turns', () => {
    const result = outputs(
      looped((pairs) => pairs.pipe(map(([x, past]) => x + past))),
      Array.from({ length: 100_000 }, () => 1),
    )
    expect(result.at(-1)).toBe(100_000)
  })

  it('may use the pairs more than once', () => {
    expect(
      outputs(
        looped((pairs) => zip(pairs.pipe(map(([x]) => x)), pairs.pipe(map(([, past]) => past))).pipe(map(([x, past]) => x + past))),
        [1, 2, 3],
      ),
    ).toEqual([1, 3, 6])
  })

  it('an output may be undefined', () => {
    expect(
      outputs(
        feedback((pairs: Observable<readonly [number, undefined]>) => pairs.pipe(map(() => undefined)), { initial: undefined }),
        [1, 2],
      ),
    ).toEqual([undefined, undefined])
  })

  it.each<[string, (pairs: Pairs) => Observable<number>, RegExp]>([
    [
      'filter',
      (pairs) =>
        pairs.pipe(
          filter(([x]) => x !== 2),
          map(([x]) => x),
        ),
      /no output for input 1: exactly one output per input/,
    ],
    [
      'bufferCount',
      (pairs) =>
        pairs.pipe(
          bufferCount(2),
          map((all) => all.length),
        ),
      /no output for input 0/,
    ],
    [
      'last',
      (pairs) =>
        pairs.pipe(
          last(),
          map(([x]) => x),
        ),
      /no output for input 0/,
    ],
    [
      'delay',
      (pairs) =>
        pairs.pipe(
          delay(1),
          map(([x]) => x),
        ),
      /no output for input 0/,
    ],
    ['two', (pairs) => pairs.pipe(mergeMap(([x]) => [x, x])), /more than one output for input 0/],
    [
      'startWith',
      (pairs) =>
        pairs.pipe(
          map(([x]) => x),
          startWith(0),
        ),
      /an output before the first input/,
    ],
  ])('anything but one output per input is an error (%s)', (_, project, message) => {
    expect(() => outputs(looped(project), [1, 2, 3])).toThrow(message)
  })

  it('completes with the inner pipe', () => {
    expect(
      outputs(
        looped((pairs) =>
          pairs.pipe(
            take(2),
            map(([x]) => x),
          ),
        ),
        [1, 2, 3],
      ),
    ).toEqual([1, 2])
  })

  it('takes an input that comes from its own answer for the error that it is', () => {
    const source = new Subject<number>()
    let seen: unknown
    source
      .pipe(
        looped((pairs) =>
          pairs.pipe(
            map(([x]) => x),
            tap(() => source.next(1)),
          ),
        ),
      )
      .subscribe({ error: (error: unknown) => (seen = error) })
    source.next(0)
    expect(String(seen)).toMatch(/an input came while input 0 was being answered/)
  })

  it('an answer that causes the next input downstream is no recursion of the pairs', () => {
    const source = new Subject<number>()
    const seen: number[] = []
    source.pipe(looped((pairs) => pairs.pipe(map(([x, past]) => x + past)))).subscribe((y) => {
      seen.push(y)
      if (seen.length < 5) source.next(1)
    })
    source.next(1)
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  it('what project throws is the error of the stream', () => {
    expect(() =>
      outputs(
        looped(() => {
          throw new Error('broken')
        }),
        [1],
      ),
    ).toThrow('broken')
  })

  it('checks its delay at the call', () => {
    for (const delay of [0, -1, 1.5, NaN])
      expect(() => looped((pairs) => pairs.pipe(map(([x]) => x)), { initial: 0, delay })).toThrow(/feedback: delay is/)
  })

  it('inhibits a population by its own activity two steps ago (program 18)', () => {
    const sum = (x: Tensor) => [...x].reduce((a, b) => a + b, 0)
    const integrate = mapAccum(
      (x: Tensor) => zeros(...x.shape),
      (v, x: Tensor) => {
        const charged = x.map((value, k) => 0.9 * v.at(k) + 0.4 * value)
        return [charged.map((value) => (value > 1 ? 0 : value)), charged.map((value) => (value > 1 ? 1 : 0))] as const
      },
    )
    const activity = (gain: number) => {
      let total = 0
      let count = 0
      steps(1000, { dt: 1e-3 })
        .pipe(
          poisson({ shape: [100], rate: 200, seed: 3 }),
          feedback(
            (pairs: Observable<readonly [Tensor, Tensor]>) =>
              pairs.pipe(
                map(([x, past]) => x.map((value) => value - gain * sum(past))),
                integrate,
              ),
            { initial: zeros(100), delay: 2 },
          ),
        )
        .subscribe((z) => {
          total += sum(z)
          count++
        })
      expect(count).toBe(1000)
      return total
    }
    const [free, inhibited] = [activity(0), activity(0.02)]
    expect(free).toBeGreaterThan(1000)
    expect(inhibited).toBeLessThan(0.8 * free)
  })
})
