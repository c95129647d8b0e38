import { Observable, of, Subject, take, toArray, type OperatorFunction } from 'rxjs'
import { describe, expect, it } from 'vitest'

/** Everything a synchronous operator makes of these inputs. */
export function outputs<A, B>(operator: OperatorFunction<A, B>, inputs: readonly A[]): B[] {
  let result: B[] | undefined
  let failure: { error: unknown } | undefined
  of(...inputs)
    .pipe(operator, toArray())
    .subscribe({ next: (all) => (result = all), error: (error: unknown) => (failure = { error }) })
  if (failure !== undefined) throw failure.error
  if (result === undefined) throw new Error('the operator did not complete synchronously')
  return result
}

/** What holds for every synchronous operator, shown on these inputs, which must give two outputs or more. */
export function behavesAsOperator<A, B>(make: () => OperatorFunction<A, B>, inputs: readonly A[]): void {
  describe('behaves as an operator', () => {
    const whole = () => outputs(make(), inputs)

    it('state is made per subscription', () => {
      const operator = make()
      const source = new Subject<A>()
      const piped = source.pipe(operator)
      const seen: B[][] = [[], []]
      piped.subscribe((value) => seen[0]?.push(value))
      inputs.forEach((value, k) => {
        if (k === 1) piped.subscribe((other) => seen[1]?.push(other))
        source.next(value)
      })
      source.complete()
      expect(seen[0]).toEqual(whole())
      expect(seen[1]).toEqual(outputs(make(), inputs.slice(1)))
      expect(outputs(operator, inputs)).toEqual(whole())
    })

    it('passes the error of its source', () => {
      const source = new Subject<A>()
      const error = new Error('lost')
      let seen: unknown
      source.pipe(make()).subscribe({ error: (cause: unknown) => (seen = cause) })
      for (const value of inputs) source.next(value)
      source.error(error)
      expect(seen).toBe(error)
    })

    it('releases its source when unsubscribed', () => {
      const source = new Subject<A>()
      const subscription = source.pipe(make()).subscribe()
      for (const value of inputs.slice(0, 1)) source.next(value)
      expect(source.observed).toBe(true)
      subscription.unsubscribe()
      expect(source.observed).toBe(false)
    })

    it('stops a synchronous source as soon as enough was taken', () => {
      let made = 0
      const source = new Observable<A>((out) => {
        for (; made < inputs.length * 1000 && !out.closed; made++) out.next(inputs[made % inputs.length] as A)
        out.complete()
      })
      source.pipe(make(), take(1)).subscribe()
      expect(made).toBeLessThanOrEqual(inputs.length)
    })

    it('leaves its inputs as they are', () => {
      const before = JSON.stringify(inputs)
      whole()
      expect(JSON.stringify(inputs)).toBe(before)
    })
  })
}
