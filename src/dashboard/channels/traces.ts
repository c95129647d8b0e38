/** What a few neurons did, step by step, gathered between two pictures. */

import { sameShape, type Shape, type Tensor } from '../../tensor.ts'
import { maxTraces } from '../control.ts'
import { encodeTraces } from '../protocol.ts'
import { type Channel, type Description, StepTimes } from './channel.ts'

/** Steps of one message. */
const capacity = 1 << 13

export class TracesChannel implements Channel<Tensor> {
  received = 0
  revision = 0
  lost = 0
  watched = false
  readonly #threshold: number | undefined
  readonly #times = new StepTimes()
  readonly #at = new Float64Array(capacity)
  readonly #values = new Float32Array(capacity * maxTraces)
  #steps = 0
  #neurons: readonly number[] | undefined
  #shape: Shape | undefined
  #dt: number | undefined
  #size = 0

  constructor(neurons: readonly number[] | undefined, threshold: number | undefined) {
    this.#neurons = neurons
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
    if (!this.watched) return
    if (this.#times.now < before) this.#steps = 0
    if (this.#steps === capacity) {
      this.lost++
      return
    }
    const neurons = this.#neurons as readonly number[]
    this.#at[this.#steps] = this.#times.now
    for (let k = 0; k < neurons.length; k++) this.#values[k * capacity + this.#steps] = data[neurons[k] as number] ?? NaN
    this.#steps++
  }

  describe(): Description {
    return {
      kind: 'traces',
      shape: this.#shape ?? null,
      neurons: this.#neurons ?? [],
      ...(this.#threshold !== undefined && { threshold: this.#threshold }),
      ...(this.#dt !== undefined && { dt: this.#dt }),
    }
  }

  choose({ neurons }: { readonly neurons?: readonly number[] }): void {
    if (neurons === undefined || this.#shape === undefined) return
    this.#neurons = [...new Set(neurons)].filter((neuron) => neuron < this.#size).slice(0, maxTraces)
    this.#steps = 0
    this.revision++
  }

  frame(stream: number, sequence: number): Uint8Array | undefined {
    const steps = this.#steps
    if (steps === 0) return undefined
    const neurons = this.#neurons as readonly number[]
    const t = this.#times.now
    const age = Float32Array.from(this.#at.subarray(0, steps), (at) => t - at)
    const value = new Float32Array(neurons.length * steps)
    for (let k = 0; k < neurons.length; k++) value.set(this.#values.subarray(k * capacity, k * capacity + steps), k * steps)
    this.#steps = 0
    return encodeTraces({ stream, sequence, t, index: Uint32Array.from(neurons), age, value })
  }

  #reshape(shape: Shape, size: number, dt: number | undefined): void {
    this.#size = size
    this.#neurons = (this.#neurons ?? [0, 1, 2, 3]).filter((neuron) => neuron < size)
    this.#shape = shape
    this.#dt = dt
    this.#steps = 0
    this.revision++
  }
}
