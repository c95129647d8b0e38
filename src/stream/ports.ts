/** The streams that act on a running network: what came through them before there is one. */

import type { Observable, Subscriber } from 'rxjs'
import type { Inside } from '../layers/cell.ts'
import { configured } from '../layers/configured.ts'
import { Machine } from '../layers/machine.ts'
import type { Control, Port } from '../layers/node.ts'
import { listen } from './listen.ts'

export class Ports {
  readonly #inside: Inside
  readonly #ports: readonly Port[]
  readonly #early = new Map<number, unknown>()

  constructor(inside: Inside) {
    this.#inside = inside
    this.#ports = configured(inside.node, inside.options).ports(Machine.placeOf(inside))
  }

  /** Subscribes to all of them on behalf of `out`, before the input. */
  listen(out: Subscriber<unknown>, receive: (port: number, value: unknown) => void): void {
    this.#ports.forEach(({ stream }, k) => {
      listen(stream as Observable<unknown>, out, { next: (value) => receive(k, value), complete: () => undefined })
    })
  }

  /** Keeps a value until the first step. */
  keep(port: number, value: unknown): void {
    const merge = this.#ports[port]?.merge
    this.#early.set(port, merge !== undefined && this.#early.has(port) ? merge(this.#early.get(port), value) : value)
  }

  /** The network, with what the streams gave so far where that decides a shape. */
  resolved(): Inside {
    const { node, options } = this.#inside
    if (node.resolve === undefined) return this.#inside
    const byPath = new Map(this.#ports.map(({ path }, k) => [path, this.#early.get(k)]))
    return { options, node: node.resolve(Machine.placeOf(this.#inside), (path) => byPath.get(path)) }
  }

  /** Gives what was kept to the other ends. */
  deliver(controls: readonly Control[]): void {
    for (const [port, value] of this.#early) controls[port]?.write(value)
    this.#early.clear()
  }
}
