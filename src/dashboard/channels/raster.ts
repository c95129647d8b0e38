/** Which neurons spiked when: an even choice of rows, gathered between two pictures. */

import { sameShape, type Shape, type Tensor } from '../../tensor.ts'
import { encodeSpikes } from '../protocol.ts'
import { type Channel, type Description, StepTimes } from './channel.ts'

/** Rows of a raster. */
const maxRows = 256
/** Neurons that are counted for the rate; of more, an even sample. */
const maxCounted = 1 << 13
/** Spikes of one message. */
const capacity = 1 << 16

/** Row k shows neuron k * n / rows: all of them where they fit. */
export function evenRows(neurons: number): readonly number[] {
  const rows = Math.min(neurons, maxRows)
  return Array.from({ length: rows }, (_, row) => Math.floor((row * neurons) / rows))
}

export class RasterChannel implements Channel<Tensor> {
  received = 0
  activity = 0
  revision = 0
  lost = 0
  watched = false
  readonly #threshold: number
  readonly #times = new StepTimes()
  readonly #row = new Uint16Array(capacity)
  readonly #at = new Float64Array(capacity)
  #count = 0
  #steps = 0
  #from = 0
  #shape: Shape | undefined
  #dt: number | undefined
  #rows = new Uint32Array(0)

  constructor(threshold: number) {
    this.#threshold = threshold
  }

  get time(): number | undefined {
    return this.#times.known ? this.#times.now : undefined
  }

  next(value: Tensor): void {
    const { data, shape, dt } = value
    this.received++
    const before = this.#times.now
    this.#times.take(value)
    if (this.#shape === undefined || !sameShape(shape, this.#shape) || dt !== this.#dt) this.#reshape(shape, data.length, dt)
    const stride = Math.ceil(data.length / maxCounted)
    let spikes = 0
    for (let k = 0; k < data.length; k += stride) if ((data[k] as number) > this.#threshold) spikes++
    this.activity += spikes * stride
    if (!this.watched) return
    if (this.#times.now < before) this.#clear()
    if (this.#steps++ === 0) this.#from = this.#times.from
    if (spikes === 0 && stride === 1) return
    const rows = this.#rows
    for (let row = 0; row < rows.length; row++) {
      if (!((data[rows[row] as number] as number) > this.#threshold)) continue
      if (this.#count === capacity) {
        this.lost++
        continue
      }
      this.#row[this.#count] = row
      this.#at[this.#count++] = this.#times.now
    }
  }

  describe(): Description {
    const sampled = (this.#shape?.reduce((product, size) => product * size, 1) ?? 0) > maxCounted
    return {
      kind: 'raster',
      shape: this.#shape ?? null,
      rows: [...this.#rows],
      threshold: this.#threshold,
      sampled,
      ...(this.#dt !== undefined && { dt: this.#dt }),
    }
  }

  frame(stream: number, sequence: number): Uint8Array | undefined {
    if (this.#steps === 0) return undefined
    const t = this.#times.now
    const row = this.#row.subarray(0, this.#count)
    const age = Float32Array.from(this.#at.subarray(0, this.#count), (at) => t - at)
    const bytes = encodeSpikes({ stream, sequence, t, steps: this.#steps, from: this.#from, row, age })
    this.#clear()
    return bytes
  }

  #clear(): void {
    this.#count = 0
    this.#steps = 0
  }

  #reshape(shape: Shape, neurons: number, dt: number | undefined): void {
    if (this.#shape === undefined || !sameShape(shape, this.#shape)) {
      this.#rows = Uint32Array.from(evenRows(neurons))
      this.#clear()
    }
    this.#shape = shape
    this.#dt = dt
    this.revision++
  }
}
