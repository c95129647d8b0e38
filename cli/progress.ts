/** A line on the terminal that says how far a run is. Nothing where stderr is no terminal. */

import type { Tally } from './tally.ts'

export interface Progress {
  stop(): void
}

export function showProgress(tally: Tally): Progress {
  if (!process.stderr.isTTY) return { stop: () => undefined }
  const draw = () => {
    const { events, eventTime, wallTime, noiseFilter } = tally
    const rate = wallTime > 0 ? events / wallTime / 1e6 : 0
    const factor = wallTime > 0 ? eventTime / wallTime : 0
    process.stderr.write(
      `\r\x1b[K${eventTime.toFixed(2)} s of events, ${events.toLocaleString('en')} events (${rate.toFixed(2)} Mev/s), ${noiseFilter.toLocaleString('en')} spikes, ${factor.toFixed(1)} x real time`,
    )
  }
  const timer = setInterval(draw, 100)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      process.stderr.write('\r\x1b[K')
    },
  }
}
