/** Any tensor as a picture: the latest one, in bytes, made when the page asks. */

import { sameShape, type Shape, sizeOf, type Sparse, sparseOf, type Tensor } from '../../tensor.ts'
import { encodePicture } from '../protocol.ts'
import { type Channel, type Description, StepTimes } from './channel.ts'

/** Pixels of one picture. What is larger is thinned out. */
const maxPixels = 1 << 20

/** Lists of one picture. */
const maxGathered = 256

/** How a shape is laid out for the eye. Channels that would not fit are left out, pixels of one that would not fit are thinned. */
export interface Picture {
  readonly channels: number
  readonly height: number
  readonly width: number
  /** Every how many-th row and column. */
  readonly step: number
  /** Of the tensor itself. */
  readonly rows: number
  readonly columns: number
}

/** [..., y, x] is a stack of images, of which the last three axes are shown; [n] is folded into rows, reading order. */
export function pictureOf(shape: Shape): Picture {
  const size = sizeOf(shape)
  const flat = shape.length < 2
  const folded = size <= 64 ? Math.max(size, 1) : Math.ceil(Math.sqrt(size))
  const width = flat ? folded : (shape.at(-1) as number)
  const height = flat ? Math.ceil(size / width) : (shape.at(-2) as number)
  let step = 1
  while (Math.ceil(width / step) * Math.ceil(height / step) > maxPixels || width / step > 65535 || height / step > 65535) step++
  const seen = { height: Math.ceil(height / step), width: Math.ceil(width / step) }
  const channels = flat ? 1 : Math.min(shape.at(-3) ?? 1, Math.max(1, Math.floor(maxPixels / Math.max(1, seen.height * seen.width))))
  return { channels, ...seen, step, rows: height, columns: width }
}

/** Values in -127 to 127, the largest finite magnitude at the end of the range; -128 for NaN and for pixels without a value. */
export function quantize(data: Float32Array, picture: Picture): { readonly data: Int8Array; readonly scale: number } {
  const { channels, height, width, step, rows, columns } = picture
  const result = new Int8Array(channels * height * width)
  let scale = 0
  for (let k = 0; k < data.length; k++) {
    const magnitude = Math.abs(data[k] as number)
    if (magnitude > scale && magnitude < Infinity) scale = magnitude
  }
  const factor = scale > 0 ? 127 / scale : 1
  let to = 0
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      let from = (channel * rows + row * step) * columns
      for (let column = 0; column < width; column++, from += step) {
        // NaN, and what is absent, becomes 0 in the integer: -128.
        const value = (data[from] as number) * factor
        result[to++] = (((value > 127 ? 127 : value < -127 ? -127 : value) + 128.5) | 0) - 128
      }
    }
  }
  return { data: result, scale }
}

export class ImageChannel implements Channel<Tensor> {
  received = 0
  revision = 0
  watched = false
  readonly lost = 0
  readonly #times = new StepTimes()
  #latest: Tensor | undefined
  #shape: Shape | undefined
  #dt: number | undefined
  #fresh = false
  /** Values since the last picture, where they are mostly zeros: a spike of a step between two pictures is seen too. */
  #gathered: Sparse[] = []

  get time(): number | undefined {
    return this.#times.known ? this.#times.now : undefined
  }

  next(value: Tensor): void {
    this.received++
    this.#times.take(value)
    this.#latest = value
    this.#fresh = true
    this.#gather(value)
    if (this.#shape !== undefined && sameShape(value.shape, this.#shape) && value.dt === this.#dt) return
    this.#shape = value.shape
    this.#dt = value.dt
    this.revision++
  }

  describe(): Description {
    return { kind: 'image', shape: this.#shape ?? null, ...(this.#dt !== undefined && { dt: this.#dt }) }
  }

  frame(stream: number, sequence: number): Uint8Array | undefined {
    if (!this.#fresh || this.#latest === undefined) return undefined
    this.#fresh = false
    const { shape, data } = this.#latest
    const picture = pictureOf(shape)
    const seen = this.#gathered.length > 1 ? strongest(this.#gathered, sizeOf(shape)) : data
    this.#gathered = []
    return encodePicture({ stream, sequence, t: this.#times.now, ...picture, ...quantize(seen, picture) })
  }

  #gather(value: Tensor): void {
    const sparse = this.watched ? sparseOf(value) : undefined
    if (sparse === undefined || (this.#shape !== undefined && !sameShape(value.shape, this.#shape))) this.#gathered = []
    else if (this.#gathered.length < maxGathered) this.#gathered.push(sparse)
  }
}

/** The value of the largest magnitude, of each element. */
function strongest(lists: readonly Sparse[], size: number): Float32Array {
  const result = new Float32Array(size)
  for (const { indices, values } of lists) {
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k] as number
      const value = values[k] as number
      if (!(Math.abs(value) <= Math.abs(result[index] as number))) result[index] = value
    }
  }
  return result
}
