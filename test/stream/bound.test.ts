import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { BoundedQueue } from '../../src/stream/bound.ts'
import { valve } from '../../src/stream/valve.ts'
import { reportsOf } from './record-reports.ts'

/** true: offer a value; false: take one. */
const plan = fc.array(fc.boolean(), { maxLength: 200 })

function play(
  queue: BoundedQueue<number>,
  turns: readonly boolean[],
  each: () => void = () => undefined,
): { offered: number; taken: number[] } {
  let offered = 0
  const taken: number[] = []
  for (const offer of turns) {
    if (offer) queue.push(offered++)
    else if (queue.size > 0) taken.push(queue.shift())
    each()
  }
  return { offered, taken }
}

describe('BoundedQueue', () => {
  test.prop([fc.constantFrom('dropping' as const, 'sliding' as const), fc.integer({ min: 1, max: 8 }), plan])(
    '%s: never more than its capacity, in order, and taken + dropped + waiting = offered',
    (overflow, capacity, turns) => {
      const queue = new BoundedQueue<number>('queue', { capacity, overflow })
      const { offered, taken } = play(queue, turns, () => expect(queue.size).toBeLessThanOrEqual(capacity))
      expect(taken.length + queue.dropped + queue.size).toBe(offered)
      expect(taken).toEqual([...taken].sort((a, b) => a - b))
    },
  )

  test.prop([fc.integer({ min: 1, max: 8 }), plan])(
    'a valve: nothing is dropped, and it is closed exactly while the queue is full',
    (capacity, turns) => {
      const room = valve()
      const queue = new BoundedQueue<number>('queue', { capacity, overflow: room })
      const { offered, taken } = play(queue, turns, () => expect(room.open).toBe(queue.size < capacity))
      expect(taken).toEqual(Array.from({ length: offered - queue.size }, (_, k) => k))
      queue.close()
      expect(room.open).toBe(true)
    },
  )

  it('dropping keeps the oldest, sliding the newest', async () => {
    const left = (overflow: 'dropping' | 'sliding') => {
      const queue = new BoundedQueue<number>(overflow, { capacity: 2, overflow })
      for (let k = 0; k < 5; k++) queue.push(k)
      return [queue.shift(), queue.shift()]
    }
    const reports = await reportsOf(() =>
      expect([left('dropping'), left('sliding')]).toEqual([
        [0, 1],
        [3, 4],
      ]),
    )
    expect(reports).toEqual({ 'dropped dropping': 3, 'dropped sliding': 3 })
  })

  it('error: says what happened and the ways out', () => {
    const queue = new BoundedQueue<number>('mapAsync', { capacity: 1, overflow: 'error' })
    queue.push(1)
    expect(() => queue.push(2)).toThrow(/mapAsync: 1 values wait already, its capacity: take a larger one, or overflow 'sliding'/)
  })

  it('a source that does not heed the valve is found out', () => {
    const queue = new BoundedQueue<number>('mapAsync', { capacity: 1, overflow: valve() })
    expect(() => {
      for (let k = 0; k < 5000; k++) queue.push(k)
    }).toThrow(/give the same valve to the source/)
  })

  it('is empty and takes nothing once closed', () => {
    const queue = new BoundedQueue<number>('queue', { capacity: 2, overflow: 'sliding' })
    queue.push(1)
    queue.close()
    queue.push(2)
    expect(queue.size).toBe(0)
  })

  it('checks its bound', () => {
    for (const capacity of [0, -1, 1.5, Infinity])
      expect(() => new BoundedQueue('queue', { capacity, overflow: 'sliding' })).toThrow(RangeError)
    expect(() => new BoundedQueue('queue', { capacity: 1, overflow: 'suspend' as 'sliding' })).toThrow(/overflow is suspend/)
  })
})
