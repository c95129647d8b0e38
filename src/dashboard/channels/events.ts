/** Camera events for the eye: the counts of ON and OFF in the last milliseconds, made when the page asks. */

import type { EventPacket } from '../../events.ts'
import { windowRange } from '../control.ts'
import { encodeCounts } from '../protocol.ts'
import type { Channel, Description } from './channel.ts'

/** Events that are kept for the longest window: 20 M events/s for 200 ms. */
const capacity = 4e6
/** Of a count in half a byte. */
const saturated = 15

/**
 * Packets never change, so the channel keeps the packets of the last 200 ms as they are: taking one costs a look at its polarities. The
 * image is made at the display's rate, whatever the event rate, and its cost is that of the events inside the window.
 */
export class EventsChannel implements Channel<EventPacket> {
  received = 0
  revision = 0
  watched = false
  readonly lost = 0
  time: number | undefined
  #on = 0
  #window: number = windowRange.default
  #packets: EventPacket[] = []
  #first = 0
  #kept = 0
  #width = 0
  #height = 0
  #image = new Uint8Array(0)
  #used = new Uint32Array(0)
  #fresh = false

  get polarity(): { readonly on: number; readonly off: number } {
    return { on: this.#on, off: this.received - this.#on }
  }

  get activity(): number {
    return this.received
  }

  next(packet: EventPacket): void {
    const { t, p, width, height } = packet
    if (width !== this.#width || height !== this.#height) this.#resize(width, height)
    this.#fresh = true
    if (t.length === 0) return
    let on = 0
    for (let k = 0; k < p.length; k++) on += p[k] as number
    this.#on += on
    this.received += t.length
    const latest = t[t.length - 1] as number
    // A recording that begins anew.
    if (this.time !== undefined && latest < this.time) this.#forget()
    this.time = latest
    this.#packets.push(packet)
    this.#kept += t.length
    this.#trim(latest - windowRange.max * 1000)
  }

  describe(): Description {
    return { kind: 'events', shape: this.#width > 0 ? [this.#height, this.#width] : null, window: this.#window }
  }

  choose({ ms }: { readonly ms?: number }): void {
    if (ms === undefined) return
    this.#window = Math.min(Math.max(ms, windowRange.min), windowRange.max)
    this.#fresh = this.#width > 0
    this.revision++
  }

  frame(stream: number, sequence: number): Uint8Array | undefined {
    if (!this.#fresh) return undefined
    this.#fresh = false
    const t = this.time ?? NaN
    const from = t - this.#window * 1000
    const { used, on, off } = this.#count(from)
    const width = this.#width
    const height = this.#height
    const index = this.#used.subarray(0, used)
    const sparse = used * 5 < width * height
    const data = sparse ? Uint8Array.from(index, (pixel) => this.#image[pixel] as number) : this.#image
    const bytes = encodeCounts({ stream, sequence, t, width, height, on, off, from, index: sparse ? index : undefined, data })
    for (let k = 0; k < used; k++) this.#image[this.#used[k] as number] = 0
    return bytes
  }

  #count(from: number): { readonly used: number; readonly on: number; readonly off: number } {
    const image = this.#image
    const pixels = this.#used
    const width = this.#width
    const height = this.#height
    let used = 0
    let on = 0
    let all = 0
    for (let n = this.#packets.length - 1; n >= this.#first; n--) {
      const { t, x, y, p } = this.#packets[n] as EventPacket
      if ((t[t.length - 1] as number) < from) break
      for (let k = t.length - 1; k >= 0 && (t[k] as number) >= from; k--) {
        const column = x[k] as number
        const row = y[k] as number
        if (column >= width || row >= height) continue
        const pixel = row * width + column
        const before = image[pixel] as number
        if (before === 0) pixels[used++] = pixel
        all++
        if (p[k] === 1) {
          on++
          if ((before & 15) < saturated) image[pixel] = before + 1
        } else if (before >> 4 < saturated) image[pixel] = before + 16
      }
    }
    return { used, on, off: all - on }
  }

  #trim(before: number): void {
    while (this.#first < this.#packets.length) {
      const { t } = this.#packets[this.#first] as EventPacket
      if (this.#kept <= capacity && (t[t.length - 1] as number) >= before) break
      this.#kept -= t.length
      this.#first++
    }
    if (this.#first > 64 && this.#first * 2 > this.#packets.length) {
      this.#packets = this.#packets.slice(this.#first)
      this.#first = 0
    }
  }

  #forget(): void {
    this.#packets = []
    this.#first = 0
    this.#kept = 0
  }

  #resize(width: number, height: number): void {
    this.#forget()
    this.#width = width
    this.#height = height
    this.#image = new Uint8Array(width * height)
    this.#used = new Uint32Array(width * height)
    this.revision++
  }
}
