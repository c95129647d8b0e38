import type { Timer } from '../../src/stream/timer.ts'

/** A timer that stands still until told. `late` milliseconds pass before each alarm is heard. */
export function fakeTimer(unixMs = 1_700_000_000_000): Timer & { advance(ms: number, late?: number): void; readonly armed: number } {
  let now = 1000
  const alarms = new Set<{ at: number; f: () => void }>()
  return {
    now: () => now,
    unix: () => unixMs + now - 1000,
    wake: (afterMs, f) => {
      const alarm = { at: now + afterMs, f }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    get armed() {
      return alarms.size
    },
    advance(ms, late = 0) {
      const end = now + ms
      for (;;) {
        const [first] = [...alarms].sort((a, b) => a.at - b.at)
        if (first === undefined || first.at + late > end) break
        alarms.delete(first)
        now = Math.max(now, first.at + late)
        first.f()
      }
      now = Math.max(now, end)
    },
  }
}
