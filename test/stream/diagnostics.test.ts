import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { report, type Diagnostic } from '../../src/diagnostics.ts'
import { diagnostics } from '../../src/stream/diagnostics.ts'

let place = 0
let at = ''
beforeEach(() => {
  vi.useFakeTimers()
  at = `place ${place++}`
})
afterEach(() => vi.useRealTimers())

const dropped = (count: number) => report({ kind: 'dropped', at, count })

describe('diagnostics', () => {
  it('tells the first at once and then the sum at most once per 250 ms; nothing is lost', () => {
    const seen: Diagnostic[] = []
    const subscription = diagnostics.subscribe((d) => seen.push(d))
    dropped(1)
    dropped(2)
    dropped(3)
    expect(seen).toEqual([{ kind: 'dropped', at, count: 1, total: 1 }])
    vi.advanceTimersByTime(250)
    expect(seen.slice(1)).toEqual([{ kind: 'dropped', at, count: 5, total: 6 }])
    dropped(4)
    vi.advanceTimersByTime(249)
    expect(seen.length).toBe(2)
    vi.advanceTimersByTime(1)
    expect(seen.slice(2)).toEqual([{ kind: 'dropped', at, count: 4, total: 10 }])
    vi.advanceTimersByTime(10_000)
    expect(seen.length).toBe(3)
    expect(vi.getTimerCount()).toBe(0)
    dropped(1)
    expect(seen.length).toBe(4)
    subscription.unsubscribe()
  })

  it('counts totals while nobody listens, without a timer', () => {
    dropped(5)
    dropped(5)
    expect(vi.getTimerCount()).toBe(0)
    const seen: Diagnostic[] = []
    const subscription = diagnostics.subscribe((d) => seen.push(d))
    dropped(1)
    dropped(1)
    expect(seen).toEqual([{ kind: 'dropped', at, count: 1, total: 11 }])
    subscription.unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps kinds and places apart', () => {
    const seen: Diagnostic[] = []
    const subscription = diagnostics.subscribe((d) => seen.push(d))
    dropped(1)
    report({ kind: 'stale', at, count: 1 })
    report({ kind: 'dropped', at: `${at} b`, count: 1 })
    expect(seen.map((d) => [d.kind, d.at])).toEqual([
      ['dropped', at],
      ['stale', at],
      ['dropped', `${at} b`],
    ])
    subscription.unsubscribe()
  })

  it('of messages, tells the newest', () => {
    const seen: Diagnostic[] = []
    const subscription = diagnostics.subscribe((d) => seen.push(d))
    for (const message of ['a', 'b', 'c']) report({ kind: 'clamped', at, message })
    vi.advanceTimersByTime(250)
    expect(seen).toEqual([
      { kind: 'clamped', at, message: 'a' },
      { kind: 'clamped', at, message: 'c' },
    ])
    subscription.unsubscribe()
  })

  it('a throwing listener breaks neither the reporter nor the other listeners', () => {
    const seen: Diagnostic[] = []
    const one = diagnostics.subscribe(() => {
      throw new Error('listener')
    })
    const two = diagnostics.subscribe((d) => seen.push(d))
    expect(() => dropped(1)).not.toThrow()
    expect(seen.length).toBe(1)
    expect(() => vi.runOnlyPendingTimers()).toThrow('listener')
    one.unsubscribe()
    two.unsubscribe()
  })

  it('a listener that reports does not recurse for ever', () => {
    const subscription = diagnostics.subscribe(() => dropped(1))
    expect(() => dropped(1)).not.toThrow()
    subscription.unsubscribe()
  })
})
