import { Observable, Subject, type OperatorFunction } from 'rxjs'
import { listen } from '../src/stream/listen.ts'
import { checkCount } from '../src/stream/ticks.ts'

/**
 * Closes a loop between operators: pairs each input with the output of `delay` inputs ago (`initial` before there is one).
 * The state is the last `delay` outputs, made per subscription. Nothing recurses, however long the loop runs.
 *
 * `project` is any pipe that answers each pair with exactly one output, before it returns. Anything else is an error: `filter`,
 * `bufferCount`, `startWith`, `delay` and whatever is asynchronous do not fit in here.
 * @param project made once per subscription
 * @param options.delay in inputs, 1 or more (1)
 * @throws RangeError for another delay, at the call
 *
 * @example
 * // each input minus half of the output before
 * source.pipe(feedback((pairs) => pairs.pipe(map(([x, past]) => x - past / 2)), { initial: 0 }))
 */
export function feedback<A, B>(
  project: (pairs: Observable<readonly [input: A, past: B]>) => Observable<B>,
  options: { readonly initial: B; readonly delay?: number },
): OperatorFunction<A, B> {
  const { initial, delay = 1 } = options
  checkCount('feedback', 'delay', delay)
  return (source) =>
    new Observable((out) => {
      const pairs = new Subject<readonly [A, B]>()
      const past = new Array<B>(delay).fill(initial)
      let answer: { readonly value: B } | undefined
      let input = -1
      let asking = false
      let ended = false

      listen(project(pairs.asObservable()), out, {
        next: (value) => {
          if (!asking)
            throw new Error(
              `feedback: the inner pipe gave an output ${input < 0 ? 'before the first input' : `after input ${input} was answered`}: ${rule}`,
            )
          if (answer !== undefined) throw new Error(`feedback: the inner pipe gave more than one output for input ${input}: ${rule}`)
          answer = { value }
        },
        complete: () => {
          ended = true
          if (!asking) out.complete()
        },
      })
      listen(source, out, {
        next: (value) => {
          if (asking) throw new Error(`feedback: an input came while input ${input} was being answered: ${rule}`)
          input++
          asking = true
          pairs.next([value, past[input % delay] as B])
          asking = false
          if (out.closed) return
          const given = answer
          answer = undefined
          if (given === undefined && !ended) throw new Error(`feedback: the inner pipe gave no output for input ${input}: ${rule}`)
          if (given !== undefined) {
            past[input % delay] = given.value
            out.next(given.value)
          }
          if (ended) out.complete()
        },
        complete: () => pairs.complete(),
      })
    })
}

const rule = 'exactly one output per input is needed, before the next input'
