/**
 * What events to frames costs: `npx tsx bench/frames.ts`. Synthetic events, evenly spread, 1 ms packets, one second of them.
 * "allocate" is the floor: a fresh zeroed frame for each step, each of its pages touched. "ns/event" is the slope between the two rates.
 */

import { from, lastValueFrom, type OperatorFunction } from 'rxjs'
import { crop } from '../operators/crop.ts'
import { toFrames } from '../operators/to-frames.ts'
import { toTimeSurface } from '../operators/to-time-surface.ts'
import type { EventPacket } from '../src/events.ts'
import { randomKey, randomBits } from '../src/random.ts'

function packets(width: number, height: number, eventsPerSecond: number): EventPacket[] {
  const each = Math.round(eventsPerSecond / 1000)
  return Array.from({ length: 1000 }, (_, k) => {
    const key = randomKey(1, k)
    const bits = (n: number) => randomBits(key, n) >>> 0
    return {
      t: Float64Array.from({ length: each }, (_, n) => k * 1000 + Math.floor((n * 1000) / each)),
      x: Uint16Array.from({ length: each }, (_, n) => bits(2 * n) % width),
      y: Uint16Array.from({ length: each }, (_, n) => bits(2 * n + 1) % height),
      p: Uint8Array.from({ length: each }, (_, n) => bits(2 * n) >>> 31),
      width,
      height,
    }
  })
}

const milliseconds = async (run: () => Promise<unknown>) => {
  let best = Infinity
  for (let k = 0; k < 5; k++) {
    const start = performance.now()
    await run()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

const operators: Record<string, OperatorFunction<EventPacket, unknown>> = {
  merged: toFrames({ dt: 1e-3 }),
  split: toFrames({ dt: 1e-3, polarity: 'split' }),
  signed: toFrames({ dt: 1e-3, polarity: 'signed' }),
  surface: toTimeSurface({ dt: 1e-3, tau: 0.01 }),
  crop: crop({ x: 100, y: 100, width: 128, height: 128 }),
}

const rows: Record<string, unknown>[] = []
for (const [width, height] of [
  [346, 260],
  [640, 480],
  [1280, 720],
] as const) {
  const allocate = await milliseconds(async () => {
    let sum = 0
    for (let k = 0; k < 1000; k++) {
      const frame = new Float32Array(width * height)
      for (let page = 0; page < frame.length; page += 1024) frame[page] = k
      sum += frame[k] as number
    }
    return sum
  })
  const sensor = `${width} x ${height}`
  rows.push({ sensor, operator: 'allocate', 'us/frame at 1 Mev/s': allocate.toFixed(0) })
  const few = packets(width, height, 1e6)
  const many = packets(width, height, 1e7)
  for (const [operator, apply] of Object.entries(operators)) {
    const [low, high] = [
      await milliseconds(() => lastValueFrom(from(few).pipe(apply))),
      await milliseconds(() => lastValueFrom(from(many).pipe(apply))),
    ]
    rows.push({
      sensor,
      operator,
      'us/frame at 1 Mev/s': low.toFixed(0),
      'us/frame at 10 Mev/s': high.toFixed(0),
      'ns/event': ((high - low) / 9).toFixed(2),
    })
  }
}
console.table(rows)
