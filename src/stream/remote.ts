/** One subscription of a network on a device: steps are asked for in order, and come back in order, later. */

import type { Observable, Subscriber } from 'rxjs'
import { checkTensor, type Inside } from '../layers/cell.ts'
import type { Landing, RemoteMachine } from '../layers/remote.ts'
import { sizeOf, Tensor } from '../tensor.ts'
import { BoundedQueue, type Overflow } from './bound.ts'
import { countSpikes } from './layer.ts'
import { listen } from './listen.ts'
import { begun, type Gauge, register } from './meter.ts'
import { Ports } from './ports.ts'

export interface RemoteOptions {
  /** Names the boundary in messages: `sequential on gpu`. */
  readonly at: string
  /** Steps on the device at once; as many more may wait. */
  readonly inFlight: number
  /** What happens to a step that finds no room to wait. */
  readonly overflow: Overflow
  /** Makes the network on the device, for inputs like the first. */
  readonly open: (inside: Inside, first: Tensor) => Promise<RemoteMachine>
}

/** Runs `source` through a network elsewhere. */
export function runRemote(inside: Inside, source: Observable<Tensor>, out: Subscriber<Tensor>, options: RemoteOptions): void {
  new RemoteRun(inside, out, options).start(source)
}

/** The input of a step, and how many came before it. */
interface Item {
  readonly x: Tensor
  readonly order: number
}

class RemoteRun {
  readonly #inside: Inside
  readonly #out: Subscriber<Tensor>
  readonly #options: RemoteOptions
  readonly #ports: Ports
  readonly #gauge: Gauge
  readonly #queue: BoundedQueue<Item>
  /** What came through the ports after the first input, each to take effect before the step of its order. */
  #writes: { readonly order: number; readonly port: number; readonly value: unknown }[] = []
  #order = 0
  #machine: RemoteMachine | undefined
  #flying = 0
  #ended = false
  #failed = false
  /** Settles when everything that was asked for so far was emitted. */
  #landed: Promise<void> = Promise.resolve()

  constructor(inside: Inside, out: Subscriber<Tensor>, options: RemoteOptions) {
    this.#inside = inside
    this.#out = out
    this.#options = options
    this.#ports = new Ports(inside)
    this.#queue = new BoundedQueue(`${options.at}, inFlight ${options.inFlight}`, {
      capacity: options.inFlight,
      overflow: options.overflow,
    })
    this.#gauge = register({ at: inside.node.kind, backend: () => this.#machine?.backend ?? 'not started' })
  }

  start(source: Observable<Tensor>): void {
    const out = this.#out
    out.add(() => {
      this.#queue.close()
      this.#gauge.close()
      this.#machine?.close()
    })
    this.#ports.listen(out, (port, value) => this.#receive(port, value))
    if (out.closed) return
    listen(source, out, {
      next: (x) => this.#take(x),
      complete: () => {
        this.#ended = true
        this.#completeIfDone()
      },
    })
  }

  #receive(port: number, value: unknown): void {
    if (this.#order === 0) this.#ports.keep(port, value)
    else {
      this.#writes.push({ order: this.#order, port, value })
      this.#work()
    }
  }

  #take(x: Tensor): void {
    if (this.#order === 0) {
      checkTensor(this.#inside.node.kind, x)
      this.#open(x).catch((error: unknown) => this.#out.error(error))
    }
    this.#queue.push({ x, order: this.#order++ })
    this.#work()
  }

  async #open(first: Tensor): Promise<void> {
    const machine = await this.#options.open(this.#ports.resolved(), first)
    if (this.#out.closed) {
      machine.close()
      return
    }
    this.#machine = machine
    this.#ports.deliver(machine.controls)
    this.#work()
  }

  /** Asks for as many steps as may be under way. */
  #work(): void {
    const machine = this.#machine
    if (machine === undefined || this.#failed || this.#out.closed) return
    try {
      while (this.#queue.size > 0 && this.#flying < this.#options.inFlight) {
        const { x, order } = this.#queue.shift()
        this.#write(machine, order)
        checkTensor(this.#inside.node.kind, x)
        const start = begun()
        this.#land(machine.step(x), x, start)
      }
      if (this.#queue.size === 0) this.#write(machine, this.#order)
    } catch (error) {
      // In its turn: what was asked for before still comes.
      this.#failed = true
      this.#landed = this.#landed.then(() => this.#out.error(error))
    }
  }

  /** What came through the ports before the step of this order. */
  #write(machine: RemoteMachine, order: number): void {
    const first = this.#writes.findIndex((write) => write.order > order)
    const due = this.#writes.splice(0, first < 0 ? this.#writes.length : first)
    for (const { port, value } of due) machine.controls[port]?.write(value)
  }

  #land(step: Promise<Landing>, x: Tensor, start: number | undefined): void {
    this.#flying++
    step.catch(() => undefined) // it is looked at in its turn
    this.#landed = this.#landed.then(async () => {
      try {
        const { y, tell } = await step
        if (this.#out.closed) return
        tell()
        this.#emit(y, x, start)
      } catch (error) {
        this.#out.error(error)
      }
    })
  }

  #emit(data: Float32Array, x: Tensor, start: number | undefined): void {
    const shape = this.#machine?.shape ?? []
    const y = new Tensor(shape, data, x)
    if (start !== undefined) this.#gauge.step(start, performance.now(), x.t, countSpikes(y), sizeOf(shape), x.dt)
    this.#flying--
    this.#out.next(y)
    this.#work()
    this.#completeIfDone()
  }

  #completeIfDone(): void {
    if (this.#ended && this.#flying === 0 && this.#queue.size === 0 && !this.#failed) this.#out.complete()
  }
}
