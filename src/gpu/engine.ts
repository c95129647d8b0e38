/** Memory and kernels of one network on a GPU. All sources are strings: bundlers and minifiers must not touch a kernel. */

import type { Context } from './context.ts'
import type { Argument, Handle, Kernel, KernelSettings } from './gpujs.ts'

/** Where a kernel finds its input: the row-major values from `offset` on. */
export interface Operand {
  /** elements */
  readonly offset: number
  readonly current: () => Handle | Float32Array
}

/** A kernel whose result stays on the GPU. */
export interface Stage {
  /** The result of the last run. */
  readonly current: () => Handle
  /** Asks for a run. */
  run(...args: readonly (() => Argument)[]): void
}

/** Values that are written from here, from first to last. */
export interface Memory {
  readonly current: () => Handle
  write(data: Float32Array): void
}

export class Engine {
  readonly #context: Context
  readonly #kernels: Kernel[] = []
  readonly #handles: Handle[] = []
  /** What reads, for each thing read: a kernel is compiled for the layout of its input. */
  readonly #readers = new Map<Operand['current'], Map<string, Kernel>>()
  /** While kernels compile, each waits for the one before; afterwards all are asked for at once, in the same order. */
  #building: Promise<void> | undefined
  #failure: unknown
  #closed = false

  constructor(context: Context) {
    this.#context = context
  }

  get backend(): string {
    return this.#context.backend
  }

  /**
   * What `ask` asks for happens one by one, so that every kernel is compiled afterwards.
   * @throws DeviceError where one of them does not run on the GPU
   */
  async build(ask: () => void): Promise<void> {
    this.#building = Promise.resolve()
    try {
      ask()
      for (let last: unknown; last !== this.#building; ) {
        last = this.#building
        await last
      }
      for (const kernel of this.#kernels) this.#context.check(kernel)
    } finally {
      this.#building = undefined
    }
  }

  /** Does something now, or in its turn. */
  do(ask: () => unknown): void {
    if (this.#building === undefined) void ask()
    else this.#building = this.#building.then(async () => void (await ask()))
  }

  /**
   * A kernel with memory for its result; with `buffers` 2 it may read what it gave last.
   * The source is of a function in gpu.js's JavaScript: loops with constant bounds, no closures, reads within bounds. An argument
   * must have one layout: that of one stage, or of several with the same `output`.
   */
  stage(source: string, output: readonly number[], buffers: 1 | 2 = 1): Stage {
    const kernels = Array.from({ length: buffers }, () => this.#create(source, { output, pipeline: true }))
    const handles: Handle[] = []
    let turn = buffers - 1
    return {
      current: () => handles[turn] as Handle,
      run: (...args) =>
        this.do(() => {
          const next = (turn + 1) % buffers
          const answer = this.#call(kernels[next] as Kernel, ...args.map((arg) => arg()))
          turn = next
          return this.#keep(handles, next, answer)
        }),
    }
  }

  memory(length: number): Memory {
    const { current, run } = this.stage('function (a) { return a[this.thread.x] }', [length])
    return { current, write: (data) => run(() => data) }
  }

  /** A copy, of what is there after all that was asked for so far. */
  read(from: Operand, length: number): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.do(() => {
        const answer = this.#fetch(from, length)
        answer.then(resolve, reject)
        return this.#building && answer
      })
    })
  }

  async #fetch({ offset, current }: Operand, length: number): Promise<Float32Array> {
    const values = current()
    if (values instanceof Float32Array) return values.slice(offset, offset + length)
    const reader = this.#reader(current, offset, length)
    const data = await this.#landed(reader, this.#call(reader, values))
    if (this.#failure !== undefined) throw this.#failure
    return data as Float32Array
  }

  /** @throws DeviceError where the GPU is lost, in whatever words gpu.js says so */
  #call(kernel: Kernel, ...args: readonly Argument[]): unknown {
    try {
      return kernel(...args)
    } catch (error) {
      this.#context.check(kernel)
      throw error
    }
  }

  async #landed(kernel: Kernel, answer: unknown): Promise<unknown> {
    try {
      return await answer
    } finally {
      this.#context.check(kernel)
    }
  }

  #reader(of: Operand['current'], offset: number, length: number): Kernel {
    let readers = this.#readers.get(of)
    if (readers === undefined) this.#readers.set(of, (readers = new Map()))
    const key = `${offset} ${length}`
    let reader = readers.get(key)
    if (reader === undefined) {
      reader = this.#create(`function (a) { return a[this.thread.x + ${offset}] }`, { output: [length], asyncMode: true })
      readers.set(key, reader)
    }
    return reader
  }

  #create(source: string, settings: Pick<KernelSettings, 'output' | 'pipeline' | 'asyncMode'>): Kernel {
    const kernel = this.#context.gpu.createKernel(source, { precision: 'single', tactic: 'precision', ...settings })
    this.#kernels.push(kernel)
    return kernel
  }

  /** A result lies in the same memory every time, under the same handle (WebGL) or a new one (WebGPU). */
  #keep(handles: Handle[], place: number, answer: unknown): Promise<void> | undefined {
    const keep = (handle: Handle) => {
      if (handles[place] === undefined) this.#handles.push((handles[place] = handle))
      else if (handles[place] !== handle) handle.delete()
    }
    if (!(answer instanceof Promise)) {
      keep(answer as Handle)
      return undefined
    }
    const kept = answer.then(keep)
    kept.catch((error: unknown) => {
      this.#failure ??= error
    })
    return this.#building && kept
  }

  /** Frees everything. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const handle of this.#handles) handle.delete()
    const { kernels } = this.#context.gpu
    for (const kernel of this.#kernels) {
      const place = kernels.indexOf(kernel.kernel)
      if (place >= 0) kernels.splice(place, 1)
      kernel.destroy()
    }
  }
}
