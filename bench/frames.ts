/**
 * What events to frames costs: `npx tsx bench/frames.ts`. Synthetic events, evenly spread, 1 ms packets, one second of them.
 * "allocate" is the floor: a fresh zeroed frame for each step and nothing else.
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
  const times: number[] = []
  for (let k = 0; k < 7; k++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[3] as number
}

const rows: Record<string, unknown>[] = []
for (const [width, height] of [[346, 260], [640, 480], [1280, 720]] as const) {
  const allocate = await milliseconds(async () => {
    let sum = 0
    for (let k = 0; k < 1000; k++) sum += new Float32Array(width * height)[k] as number
    return sum
  })
  rows.push({ sensor: `${width} x ${height}`, operator: 'allocate', 'us/frame': allocate.toFixed(1) })
  for (const rate of [1e6, 1e7]) {
    const all = packets(width, height, rate)
    const operators: Record<string, OperatorFunction<EventPacket, unknown>> = {
      merged: toFrames({ dt: 1e-3 }),
      split: toFrames({ dt: 1e-3, polarity: 'split' }),
      signed: toFrames({ dt: 1e-3, polarity: 'signed' }),
      surface: toTimeSurface({ dt: 1e-3, tau: 0.01 }),
      crop: crop({ x: 100, y: 100, width: 128, height: 128 }),
    }
    for (const [operator, apply] of Object.entries(operators)) {
      const time = await milliseconds(() => lastValueFrom(from(all).pipe(apply)))
      const perEvent = ((time - (operator === 'merged' || operator === 'signed' ? allocate : 0)) * 1e6) / rate
      rows.push({ sensor: `${width} x ${height}`, operator, 'Mev/s': rate / 1e6, 'us/frame': time.toFixed(1), 'ns/event': perEvent.toFixed(2) })
    }
  }
}
console.table(rows)
