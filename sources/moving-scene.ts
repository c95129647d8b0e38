import type { Observable } from 'rxjs'
import type { EventPacket } from '../src/events.ts'
import { randomBits, randomKey } from '../src/random.ts'
import { paced } from '../src/stream/paced.ts'
import { checkCount, checkSeconds } from '../src/stream/ticks.ts'
import { wallTimer } from '../src/stream/timer.ts'

/** Seconds of a packet. */
const period = 1e-3
/** Share of the events that come from nowhere. */
const noise = 0.02

/**
 * What an event camera would see of three bright shapes on a dark wall: a bar that swings from side to side, a disc that circles, and a
 * square that turns. Leading edges give ON events, trailing ones OFF, in proportion to how fast the edge moves across; 2 % of
 * the events are noise. Needs no camera and no file.
 *
 * One packet per millisecond, `t` in microseconds from 0. The same options give the same events, at any speed.
 * @param options.width of the sensor, pixels (346), 16 or more
 * @param options.height of the sensor, pixels (260), 16 or more
 * @param options.rate events per second in the mean (200,000)
 * @param options.seed any safe integer (1)
 * @param options.speed 1 (default): real time by the wall clock, drift-corrected; Infinity: as fast as it is taken, the event loop gets
 * its turns. Where it falls behind by more than 50 ms, the rest comes later ('overrun' in `diagnostics`).
 * @param options.duration seconds until it completes, rounded to milliseconds (Infinity)
 * @throws RangeError for options outside these
 */
export function movingScene(
  options: {
    readonly width?: number
    readonly height?: number
    readonly rate?: number
    readonly seed?: number
    readonly speed?: number
    readonly duration?: number
  } = {},
): Observable<EventPacket> {
  const { width = 346, height = 260, rate = 200_000, seed = 1, speed = 1, duration = Infinity } = options
  checkCount('movingScene', 'width', width, 16)
  checkCount('movingScene', 'height', height, 16)
  if (width > 65_536 || height > 65_536)
    throw new RangeError(`movingScene: the sensor has ${width} x ${height} pixels: 65536 x 65536 at most are allowed`)
  if (!(rate >= 0 && rate < Infinity)) throw new RangeError(`movingScene: rate is ${rate}: events per second from 0 up are needed`)
  if (!Number.isSafeInteger(seed)) throw new RangeError(`movingScene: seed is ${seed}: a safe integer is needed`)
  if (!(speed > 0)) throw new RangeError(`movingScene: speed is ${speed}: 1 (real time), another positive number or Infinity is needed`)
  if (duration !== Infinity) checkSeconds('movingScene', 'duration', duration)
  return paced(Math.round(duration / period), { at: 'movingScene', period, speed, timer: wallTimer }, () =>
    scene(width, height, rate, seed),
  )
}

/** Makes packet after packet. Only the fraction of an event that is due is remembered between them. */
function scene(width: number, height: number, rate: number, seed: number): (k: number) => EventPacket {
  const size = Math.min(width, height)
  const bar = {
    half: Math.max(1, 0.015 * width),
    length: 0.7 * height,
    top: 0.15 * height,
    swing: 0.42 * width,
    angular: 2 * Math.PI * 0.4,
  }
  const disc = { radius: 0.12 * size, orbit: 0.28 * size, angular: 2 * Math.PI * 0.5 }
  const square = { half: 0.13 * size, angular: 2 * Math.PI * 0.75, x: 0.75 * width, y: 0.3 * height }
  // An edge of length ds that moves by v across itself gives v * ds: pixels per second. Integrated over each outline:
  const barFlux = 2 * bar.length * bar.swing * bar.angular
  const discFlux = 4 * disc.radius * disc.orbit * disc.angular
  const squareFlux = 4 * square.half ** 2 * square.angular
  const perPixel = ((1 - noise) * rate) / ((2 / Math.PI) * barFlux + discFlux + squareFlux)
  let due = 0

  return (k) => {
    const time = (k + 0.5) * period
    const barVelocity = Math.cos(bar.angular * time)
    const barX = width / 2 + bar.swing * Math.sin(bar.angular * time)
    const headingX = -Math.sin(disc.angular * time)
    const headingY = Math.cos(disc.angular * time)
    const discX = width / 2 + disc.orbit * headingY
    const discY = height / 2 - disc.orbit * headingX
    const turn = square.angular * time
    const cos = Math.cos(turn)
    const sin = Math.sin(turn)

    // Expected events of this packet, added up from source to source: a draw below `upToBar` is the bar's, and so on.
    const upToBar = perPixel * barFlux * Math.abs(barVelocity) * period
    const upToDisc = upToBar + perPixel * discFlux * period
    const upToSquare = upToDisc + perPixel * squareFlux * period
    const expected = upToSquare + noise * rate * period
    due += expected
    const count = Math.floor(due)
    due -= count

    const packet = {
      t: new Float64Array(count),
      x: new Uint16Array(count),
      y: new Uint16Array(count),
      p: new Uint8Array(count),
      width,
      height,
    }
    const key = randomKey(seed, k)
    for (let n = 0; n < count; n++) {
      const which = (randomBits(key, 3 * n) >>> 0) * 2 ** -32 * expected
      const u = (randomBits(key, 3 * n + 1) >>> 0) * 2 ** -32
      const rest = randomBits(key, 3 * n + 2)
      const side = rest & 1
      // How blurred the edge is: a pixel, in both directions.
      let x = ((rest >>> 8) & 255) / 255 - 0.5
      let y = ((rest >>> 16) & 255) / 255 - 0.5
      let on = side
      if (which < upToBar) {
        const right = side === 1
        x += barX + (right ? bar.half : -bar.half)
        y += bar.top + u * bar.length
        on = right === barVelocity > 0 ? 1 : 0
      } else if (which < upToDisc) {
        // The flux through the outline goes with the cosine of the angle to the heading: its sine is evenly spread.
        const sideways = disc.radius * (2 * u - 1)
        const ahead = Math.sqrt(disc.radius ** 2 - sideways ** 2) * (side === 1 ? 1 : -1)
        x += discX + ahead * headingX - sideways * headingY
        y += discY + ahead * headingY + sideways * headingX
      } else if (which < upToSquare) {
        // On each of the four sides it goes with the distance from the middle; one half leads, the other trails.
        const along = square.half * Math.sqrt(u) * (side === 1 ? 1 : -1)
        const quarter = (rest >>> 1) & 3
        const a = quarter & 1 ? along : square.half
        const b = quarter & 1 ? square.half : -along
        const flip = quarter & 2 ? -1 : 1
        x += square.x + flip * (a * cos - b * sin)
        y += square.y + flip * (a * sin + b * cos)
      } else {
        x = u * width
        y = (rest >>> 8) * 2 ** -24 * height
      }
      packet.t[n] = k * 1000 + Math.floor((n * 1000) / count)
      packet.x[n] = Math.min(width - 1, Math.max(0, Math.floor(x)))
      packet.y[n] = Math.min(height - 1, Math.max(0, Math.floor(y)))
      packet.p[n] = on
    }
    return packet
  }
}
