/** A synthetic event camera that looks at a waving hand: what its outline gives where it moves. For tests and pictures. */

import type { EventPacket } from '../../src/events.ts'
import { mix } from '../../src/random.ts'

/** A rounded stick, from joint to tip. Pixels. */
interface Stick {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly radius: number
}

/** Length, radius and angle of the fingers, in parts of the palm. */
const fingers = [
  { angle: -1.15, length: 1.35, radius: 0.24, from: 0.75 },
  { angle: -0.42, length: 2.05, radius: 0.2, from: 0.95 },
  { angle: -0.08, length: 2.25, radius: 0.21, from: 0.95 },
  { angle: 0.25, length: 2.1, radius: 0.2, from: 0.95 },
  { angle: 0.62, length: 1.7, radius: 0.17, from: 0.9 },
] as const

/** Where the hand is at this time, seconds. */
function hand(width: number, height: number, t: number): readonly Stick[] {
  const palm = height * 0.155
  const sway = 0.32 * Math.sin(2 * Math.PI * 0.7 * t)
  const wrist = { x: width * (0.5 + 0.05 * Math.sin(2 * Math.PI * 0.31 * t)), y: height * 0.98 }
  const at = (angle: number, distance: number) => ({
    x: wrist.x + Math.sin(sway + angle) * distance,
    y: wrist.y - Math.cos(sway + angle) * distance,
  })
  const centre = at(0, height * 0.42)
  const sticks: Stick[] = [
    { x0: wrist.x, y0: wrist.y + height * 0.2, x1: centre.x, y1: centre.y, radius: palm * 0.62 },
    { x0: centre.x, y0: centre.y, x1: centre.x, y1: centre.y, radius: palm },
  ]
  fingers.forEach(({ angle, length, radius, from }, k) => {
    const bend = sway * 1.25 + angle + 0.12 * Math.sin(2 * Math.PI * (0.9 + 0.13 * k) * t + k)
    const dx = Math.sin(bend)
    const dy = -Math.cos(bend)
    sticks.push({
      x0: centre.x + dx * palm * (from - 0.3),
      y0: centre.y + dy * palm * (from - 0.3),
      x1: centre.x + dx * palm * length,
      y1: centre.y + dy * palm * length,
      radius: palm * radius,
    })
  })
  return sticks
}

const inside = ({ x0, y0, x1, y1, radius }: Stick, x: number, y: number): boolean => {
  const dx = x1 - x0
  const dy = y1 - y0
  const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)))
  return (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2 < radius ** 2
}

/** Events of a stretch of time. `contrast`: events for every pixel that the outline moves; `noise`: events per pixel per second. */
export function camera(
  options: {
    readonly width?: number
    readonly height?: number
    readonly seed?: number
    readonly contrast?: number
    readonly noise?: number
  } = {},
): (from: number, to: number) => EventPacket {
  const { width = 346, height = 260, seed = 1, contrast = 1.6, noise = 0.4 } = options
  let counter = seed * 1e6
  const random = () => (mix(counter++) >>> 8) * 2 ** -24
  return (from, to) => {
    const found: { t: number; x: number; y: number; p: number }[] = []
    const before = hand(width, height, from / 1e6)
    const after = hand(width, height, to / 1e6)
    const put = (x: number, y: number, p: number) => {
      if (x >= 0 && y >= 0 && x < width && y < height)
        found.push({ t: from + random() * (to - from), x: Math.floor(x), y: Math.floor(y), p })
    }
    after.forEach((stick, which) => {
      const old = before[which] as Stick
      const length = Math.hypot(stick.x1 - stick.x0, stick.y1 - stick.y0)
      const points = Math.ceil(length + Math.PI * stick.radius)
      const axis = Math.atan2(stick.y1 - stick.y0, stick.x1 - stick.x0)
      for (let k = 0; k < points; k++) {
        // Around the outline: along one side, around the tip, back, around the joint.
        const place = (k / points) * (2 * length + 2 * Math.PI * stick.radius)
        const turn = Math.PI * stick.radius
        const [along, angle] =
          place < length
            ? [place / length, axis - Math.PI / 2]
            : place < length + turn
              ? [1, axis - Math.PI / 2 + (place - length) / stick.radius]
              : place < 2 * length + turn
                ? [1 - (place - length - turn) / length, axis + Math.PI / 2]
                : [0, axis + Math.PI / 2 + (place - 2 * length - turn) / stick.radius]
        const nx = Math.cos(angle)
        const ny = Math.sin(angle)
        const x = stick.x0 + (stick.x1 - stick.x0) * along + nx * stick.radius
        const y = stick.y0 + (stick.y1 - stick.y0) * along + ny * stick.radius
        const vx = stick.x0 - old.x0 + (stick.x1 - stick.x0 - old.x1 + old.x0) * along
        const vy = stick.y0 - old.y0 + (stick.y1 - stick.y0 - old.y1 + old.y0) * along
        const moved = (vx * nx + vy * ny) * contrast
        if (random() > Math.abs(moved) * 8 || after.some((other, n) => n !== which && inside(other, x, y))) continue
        for (let rest = (Math.abs(moved) * 2.3) / Math.min(1, Math.abs(moved) * 8); rest > 0; rest--)
          if (random() < rest) put(x + (random() - 0.5) * 2, y + (random() - 0.5) * 2, moved > 0 ? 1 : 0)
      }
    })
    for (let rest = (noise * width * height * (to - from)) / 1e6; rest > 0; rest--)
      if (random() < rest) put(random() * width, random() * height, random() < 0.5 ? 1 : 0)
    found.sort((a, b) => a.t - b.t)
    return {
      t: Float64Array.from(found, ({ t }) => t),
      x: Uint16Array.from(found, ({ x }) => x),
      y: Uint16Array.from(found, ({ y }) => y),
      p: Uint8Array.from(found, ({ p }) => p),
      width,
      height,
    }
  }
}
