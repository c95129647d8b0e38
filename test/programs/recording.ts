/** A recording that is as long as a test needs it: small, of no licence, AEDAT4. */

import { eventsPayload, file, type Row } from '../codecs/aedat4-file.ts'

/** Sensor of 64 x 48 pixels, or as high as is said; every millisecond what `at` gives, in packets of 10 ms. */
export function recording(
  milliseconds: number,
  at: (millisecond: number) => readonly (readonly [x: number, y: number])[],
  height = 48,
): Uint8Array {
  const packets = Array.from({ length: Math.ceil(milliseconds / 10) }, (_, k) =>
    Array.from({ length: 10 }, (__, j) => 10 * k + j).flatMap((millisecond) =>
      at(millisecond).map(([x, y], n): Row => [1.7e15 + millisecond * 1000 + n, x, y, n & 1]),
    ),
  )
  const streams = [{ id: 0, type: 'EVTS', width: 64, height }]
  const stored = packets.map((rows) => ({ stream: 0, payload: eventsPayload(rows), elements: rows.length }))
  return file(1, streams, stored).bytes
}

/** A bar that moves to the right, a pixel in four milliseconds. */
export const movingBar = (millisecond: number): readonly (readonly [x: number, y: number])[] =>
  Array.from({ length: 16 }, (_, k) => [Math.floor(millisecond / 4) % 64, 16 + k] as const)

/** Three events here and there. */
export const sparks = (millisecond: number): readonly (readonly [x: number, y: number])[] =>
  [0, 1, 2].map((k) => [((3 * millisecond + k) * 37) % 64, ((3 * millisecond + k) * 29) % 48] as const)
