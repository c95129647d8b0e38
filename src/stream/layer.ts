/** A layer: a cell that is also an operator. In a stream its state is carried by `scan`, made at subscription. */

import { Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import { asCell, type Cell, checkTensor, type Inside } from '../layers/cell.ts'
import { elsewhereOf } from '../layers/device.ts'
import { Machine } from '../layers/machine.ts'
import type { Node } from '../layers/node.ts'
import type { RunOptions } from '../layers/options.ts'
import { sizeOf, sparseOf, type Tensor } from '../tensor.ts'
import { mapAccum } from './map-accum.ts'
import { metering, register, type Gauge } from './meter.ts'
import { Ports } from './ports.ts'

/**
 * A layer is an operator function that can also be looked into: `x.pipe(lif())` streams, `lif().step(x, state)` is the
 * pure step Norse calls a cell, and `sequential`, `train` and `writeNir` can see what is inside.
 * State is made per subscription. S: the state, by name. W: the trainable weights, by name.
 */
export interface Layer<out S = unknown, out W = unknown> extends OperatorFunction<Tensor, Tensor>, Cell<S, W> {
  /** The same layer, run otherwise: these options over those that it has. */
  with(options: RunOptions<S, W>): Layer<S, W>
}

/** A layer around a node. S and W are what the node's state and weights are called: nothing at run time tells them apart. */
export function makeLayer<S, W>(node: Node, options: RunOptions<S, W> = {}): Layer<S, W> {
  const inside: Inside = { node, options: options as RunOptions }
  const elsewhere = elsewhereOf(options.device)
  const operator = (source: Observable<Tensor>) =>
    new Observable<Tensor>((out) => (elsewhere === undefined ? new Run(inside, source, out).start() : elsewhere.run(inside, source, out)))
  const cell = asCell(operator, node, inside.options)
  Object.defineProperty(cell, 'with', {
    configurable: true,
    value: (more: RunOptions<S, W>) => makeLayer<S, W>(node, { ...options, ...more }),
  })
  return cell as unknown as Layer<S, W>
}

/** One subscription of a layer on this processor. */
class Run {
  readonly #inside: Inside
  readonly #source: Observable<Tensor>
  readonly #out: Subscriber<Tensor>
  readonly #ports: Ports
  /** What came through the ports while a step was running: it takes effect between two steps. */
  #late: (readonly [port: number, value: unknown])[] = []
  #machine: Machine | undefined
  #busy = false

  constructor(inside: Inside, source: Observable<Tensor>, out: Subscriber<Tensor>) {
    this.#inside = inside
    this.#source = source
    this.#out = out
    this.#ports = new Ports(inside)
  }

  start(): void {
    const out = this.#out
    this.#ports.listen(out, (port, value) => this.#receive(port, value))
    if (out.closed) return
    const gauge = register({ at: this.#inside.node.kind, backend: () => this.#machine?.backend ?? 'not started' })
    out.add(() => gauge.close())
    const steps = mapAccum<Tensor, Machine, Tensor>(
      (first) => this.#build(first),
      (machine, x) => [machine, this.#step(machine, x, gauge)],
    )
    this.#source.pipe(steps).subscribe(out)
  }

  #receive(port: number, value: unknown): void {
    if (this.#busy) this.#late.push([port, value])
    else if (this.#machine !== undefined) this.#machine.controls[port]?.write(value)
    else this.#ports.keep(port, value)
  }

  #build(first: Tensor): Machine {
    checkTensor(this.#inside.node.kind, first)
    const machine = new Machine(this.#ports.resolved(), first.shape, { live: true })
    this.#ports.deliver(machine.controls)
    this.#machine = machine
    return machine
  }

  #step(machine: Machine, x: Tensor, gauge: Gauge): Tensor {
    this.#busy = true
    try {
      if (!metering()) return machine.run(x)
      const begin = performance.now()
      const y = machine.run(x)
      gauge.step(begin, performance.now(), x.t, countSpikes(y), sizeOf(y.shape), x.dt)
      return y
    } finally {
      this.#busy = false
      if (this.#late.length > 0) this.#applyLate(machine)
    }
  }

  #applyLate(machine: Machine): void {
    const late = this.#late
    this.#late = []
    for (const [port, value] of late) machine.controls[port]?.write(value)
  }
}

/** How many ones there are, if there is nothing but zeros and ones. */
export function countSpikes(y: Tensor): number | undefined {
  const data = sparseOf(y)?.values ?? y.data
  let ones = 0
  for (let k = 0; k < data.length; k++) {
    const value = data[k] as number
    if (value === 1) ones++
    else if (value !== 0) return undefined
  }
  return ones
}
