/**
 * The edge detector, a frame at a time through the public pipeline (toFrames -> lifRefrac -> conv2d 9x9, dilation 3), 1000 active
 * pixels a frame, against Norse (LIFRefracCell -> torch Conv2d, two threads). The receiver looks at every 33rd output, as a display
 * does at 1 kHz, or at every one (`looked at`: a sparse output then becomes an array each time). Two inputs: lone events, which the noise filter drops
 * (value 1), and events strong enough that each pixel spikes (a burst of 11). `npm run bench -- edges [rounds]`
 */

import { Subject } from 'rxjs'
import { conv2d, lifRefrac, sequential, toFrames } from '../operators/index.ts'
import { randomBits, randomKey } from '../src/random.ts'
import { edgeKernels, type EventPacket, type Tensor } from '../src/index.ts'
import { against, digits, machine, rival, timeEach } from './measure.ts'

const ACTIVE = 1000
const rounds = Number(process.argv[2] ?? 5)
const sizes = [
  { width: 346, height: 260, goal: 12, frames: 100 },
  { width: 640, height: 480, goal: 15, frames: 40 },
  { width: 1280, height: 720, goal: 40, frames: 15 },
]

/** 16 packets of a millisecond, moved on in time at each round through them. */
function packets(width: number, height: number, repeats: number): (k: number) => EventPacket {
  const made = Array.from({ length: 16 }, (_, frame) => {
    const key = randomKey(1, frame)
    const at = Array.from({ length: ACTIVE }, (__, k) => (randomBits(key, k) >>> 0) % (width * height)).flatMap((pixel) =>
      Array.from({ length: repeats }, () => pixel),
    )
    return {
      x: Uint16Array.from(at, (pixel) => pixel % width),
      y: Uint16Array.from(at, (pixel) => Math.floor(pixel / width)),
      p: new Uint8Array(at.length),
      count: at.length,
    }
  })
  return (k) => {
    const { x, y, p, count } = made[k % 16] as (typeof made)[0]
    return { t: new Float64Array(count).fill(k * 1000), x, y, p, width, height }
  }
}

function ours(width: number, height: number, repeats: number, every: number): () => readonly number[] {
  const packet = packets(width, height, repeats)
  const input = new Subject<EventPacket>()
  let seen = 0
  let outputs = 0
  const look = (y: Tensor) => {
    if (outputs++ % every === 0) seen += y.data[width + 1] as number
  }
  input
    .pipe(toFrames({ dt: 1e-3 }), sequential({ noiseFilter: lifRefrac(), edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }) }))
    .subscribe(look)
  let k = 0
  return () => timeEach(() => input.next(packet(k++)), 200, k === 0 ? 300 : 20)
}

console.log(machine())
for (const { width, height, goal, frames } of sizes) {
  for (const [value, every] of [
    [1, 33],
    [11, 33],
    [1, 1],
    [11, 1],
  ] as const) {
    const compared = against(
      ours(width, height, value, every),
      () =>
        rival(
          'norse_edges.py',
          '--width',
          width,
          '--height',
          height,
          '--active',
          ACTIVE,
          '--value',
          value,
          '--frames',
          frames,
          '--rounds',
          3,
        ),
      rounds,
    )
    console.log(
      `${width}x${height}, value ${value}${every === 1 ? ', looked at' : ''}: ${digits(compared.ours)} ms a frame (quickest ${digits(compared.quickest)}), Norse ${digits(compared.theirs, 2)} ms: ${digits(compared.ratio, 1)} x (goal ${goal})`,
    )
  }
}
