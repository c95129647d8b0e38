import { map, type MonoTypeOperatorFunction } from 'rxjs'
import type { EventPacket } from '../src/events.ts'
import { checkCount } from '../src/stream/ticks.ts'

/**
 * The events within a region, `width` times `height` pixels from (`x`, `y`), which becomes the new origin; the packet's `width` and
 * `height` become the region's. Every packet is passed on, also one that is left empty.
 * @throws RangeError where the region is not of integers from 0 up, at the call; in the stream where it reaches beyond the sensor
 */
export function crop(region: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}): MonoTypeOperatorFunction<EventPacket> {
  const { x: left, y: top, width, height } = region
  checkCount('crop', 'x', left, 0)
  checkCount('crop', 'y', top, 0)
  checkCount('crop', 'width', width)
  checkCount('crop', 'height', height)
  return map((packet) => {
    if (left + width > packet.width || top + height > packet.height) {
      throw new RangeError(
        `crop: the region of ${width} x ${height} pixels at (${left}, ${top}) reaches beyond the sensor, which has ${packet.width} x ${packet.height}`,
      )
    }
    return cut(packet, left, top, width, height)
  })
}

function cut(packet: EventPacket, left: number, top: number, width: number, height: number): EventPacket {
  const { t, x, y, p } = packet
  const kept = new Uint32Array(t.length)
  let count = 0
  for (let k = 0; k < kept.length; k++) {
    const column = (x[k] as number) - left
    const row = (y[k] as number) - top
    kept[count] = k
    if (column >= 0 && column < width && row >= 0 && row < height) count++
  }
  const result = {
    t: new Float64Array(count),
    x: new Uint16Array(count),
    y: new Uint16Array(count),
    p: new Uint8Array(count),
    width,
    height,
  }
  for (let n = 0; n < count; n++) {
    const k = kept[n] as number
    result.t[n] = t[k] as number
    result.x[n] = (x[k] as number) - left
    result.y[n] = (y[k] as number) - top
    result.p[n] = p[k] as number
  }
  return result
}
