import { Observable, type OperatorFunction } from 'rxjs'
import { BoundedQueue, type Bound } from '../src/stream/bound.ts'
import { listen } from '../src/stream/listen.ts'
import { begun, register } from '../src/stream/meter.ts'

/**
 * Passes each value through an asynchronous function, one at a time and in order. While one is at work at most `capacity` values wait;
 * `overflow` says what becomes of more: `dropping` (the newest goes), `sliding` (the oldest that waits goes), `error`, or a valve
 * that lets the source wait. What is dropped is counted in `diagnostics`.
 *
 * Completes after the last answer. What `project` throws or rejects with is the stream's error. An error of the source passes at once.
 * @param project gets a signal that is aborted when nobody wants the answer any more
 * @throws RangeError, TypeError for a bad bound, at the call
 */
export function mapAsync<A, B>(project: (value: A, signal: AbortSignal) => Promise<B>, bound: Bound): OperatorFunction<A, B> {
  new BoundedQueue('mapAsync', bound) // checks the bound at the call
  return (source) =>
    new Observable((out) => {
      const queue = new BoundedQueue<A>('mapAsync', bound)
      const gauge = register({ at: 'mapAsync', backend: () => 'asynchronous' })
      let running: AbortController | undefined
      let busy = false
      let ended = false
      out.add(() => {
        running?.abort()
        queue.close()
        gauge.close()
      })

      const work = async () => {
        if (busy) return
        busy = true
        try {
          while (queue.size > 0) {
            running = new AbortController()
            const start = begun()
            const answer = await project(queue.shift(), running.signal)
            running = undefined
            if (out.closed) return
            if (start !== undefined) gauge.since(start)
            out.next(answer)
          }
          busy = false
          if (ended) out.complete()
        } catch (error) {
          running = undefined
          if (!out.closed) out.error(error)
        }
      }

      listen(source, out, {
        next: (value) => {
          queue.push(value)
          void work()
        },
        complete: () => {
          ended = true
          if (!busy) out.complete()
        },
      })
    })
}
