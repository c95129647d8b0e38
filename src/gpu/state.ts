/** The state of a layer on a GPU: planes of values that a kernel steps, and that are written from here between two steps. */

import { DeviceError } from '../errors.ts'
import type { RemoteSlot } from '../layers/remote.ts'
import { type Shape, sizeOf } from '../tensor.ts'
import type { Engine, Memory, Operand, Stage } from './engine.ts'
import type { Argument, Handle } from './gpujs.ts'

export interface StateOptions {
  /** of a plane */
  readonly shape: Shape
  /** Planes that are state. */
  readonly planes: number
  /** Planes that the kernel gives: those past `planes` are output only. */
  readonly outputs: number
  /** The kernel that makes a step. */
  readonly source: string
  /** Whether its first argument is the state before. */
  readonly reads: boolean
  /** Whether rows are reset one by one. */
  readonly partly: boolean
}

/** Writes are gathered and brought over together before the next step, so that a reset costs one upload. */
export class State {
  readonly #engine: Engine
  readonly #size: number
  readonly #length: number
  readonly #reads: boolean
  readonly #step: Stage
  readonly #upload: Memory
  readonly #blend: Stage | undefined
  readonly #fresh: Float32Array
  /** 1 where `fresh` was written. */
  readonly #mask: Float32Array
  #latest: () => Handle

  constructor(engine: Engine, { shape, planes, outputs, source, reads, partly }: StateOptions) {
    const size = sizeOf(shape)
    const all = outputs * size
    this.#engine = engine
    this.#size = size
    this.#length = planes * size
    this.#reads = reads
    this.#step = engine.stage(source, [all], 2)
    this.#upload = engine.memory(all)
    this.#fresh = new Float32Array(all)
    this.#mask = new Float32Array(all)
    if (partly) this.#blend = engine.stage(BLEND, [all])
    this.#latest = this.#upload.current
  }

  /** One plane, for those who read it in a kernel. */
  plane(plane: number): Operand {
    return { offset: plane * this.#size, current: this.#current }
  }

  readonly #current = (): Handle => this.#latest()

  /** One step; `args` come after the state itself. */
  run(...args: readonly (() => Argument)[]): void {
    this.bring()
    this.#step.run(...(this.#reads ? [this.#current] : []), ...args)
    this.#take(this.#step.current)
  }

  /** The value that `planes` planes are from `first` on; rows are those of `batchAxis` of its shape, the first axis of a plane. */
  slot(first: number, planes: number, shape: Shape, batchAxis: number): RemoteSlot {
    const from = first * this.#size
    const length = planes * this.#size
    const rows = shape[batchAxis] ?? 1
    const width = this.#size / rows
    const mark = (start: number, data: Float32Array) => {
      this.#fresh.set(data, start)
      this.#mask.fill(1, start, start + data.length)
    }
    return {
      shape,
      batchAxis,
      read: () => unreadable(this.#engine.backend),
      fetch: () => this.#engine.read({ offset: from, current: this.#current }, length),
      write: (data) => mark(from, data),
      writeRows: (mask, rest) => {
        for (let start = 0; start < length; start += width) {
          if (mask[(start / width) % rows] !== 0) mark(from + start, rest.subarray(start, start + width))
        }
      },
    }
  }

  /** Compiles what a later write may need. */
  warm(): void {
    this.#blend?.run(
      this.#current,
      () => this.#fresh,
      () => this.#mask,
    )
  }

  /** Brings over what was written: before a step, or before something else reads. */
  bring(): void {
    const marks = this.#mask.subarray(0, this.#length)
    if (!marks.includes(1)) return
    if (!marks.includes(0)) {
      this.#upload.write(this.#fresh)
      this.#take(this.#upload.current)
    } else if (this.#blend === undefined) throw new Error('gpu: a part of a state was written, and nothing was made ready for that')
    else {
      const mask = this.#mask.slice()
      this.#blend.run(
        this.#current,
        () => this.#fresh,
        () => mask,
      )
      this.#take(this.#blend.current)
    }
    marks.fill(0)
  }

  #take(latest: () => Handle): void {
    this.#engine.do(() => {
      this.#latest = latest
    })
  }
}

/** What was not written keeps its values. */
const BLEND = 'function (old, fresh, mask) { return mask[this.thread.x] > 0 ? fresh[this.thread.x] : old[this.thread.x] }'

/** @throws DeviceError */
export function unreadable(backend: string): never {
  const remedy = 'probe(network).watch(path) brings what is there after every step'
  throw new DeviceError(`gpu (${backend})`, 'state lies on the GPU, where nothing can be read at once', remedy)
}
