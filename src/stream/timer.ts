/** A time base and an alarm. Sources that keep a pace take one; tests give their own. */

export interface Timer {
  /** Milliseconds, never going back. */
  now(): number
  /** `now` as Unix time, milliseconds. */
  unix(): number
  /** Calls back once, after so many milliseconds or a little more. Returns what takes it back. */
  wake(afterMs: number, f: () => void): () => void
}

/** The wall clock of this process, as `meter` reads it. */
export const wallTimer: Timer = {
  now: () => performance.now(),
  unix: () => performance.timeOrigin + performance.now(),
  wake: (afterMs, f) => {
    const timer = setTimeout(f, afterMs)
    return () => clearTimeout(timer)
  },
}
