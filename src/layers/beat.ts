/** How long the steps of a network are. */

import { report } from '../diagnostics.ts'
import type { TimeStep } from '../tensor.ts'
import type { StepTime } from './node.ts'

/** Step length where neither the input nor an option says one, seconds. */
export const DEFAULT_DT = 1e-3

export class Beat {
  /** The time of the step at hand. */
  readonly time: StepTime = { dt: DEFAULT_DT, t: undefined }
  readonly #at: string
  readonly #dt: number | undefined
  #mismatch = false

  /** @param dt the option, which wins over the input's own */
  constructor(at: string, dt: number | undefined) {
    this.#at = at
    this.#dt = dt
  }

  next({ dt, t }: TimeStep): void {
    if (this.#dt !== undefined && dt !== undefined && dt !== this.#dt) this.#reportMismatch(dt)
    this.time.dt = this.#dt ?? dt ?? DEFAULT_DT
    this.time.t = t
  }

  #reportMismatch(dt: number): void {
    if (this.#mismatch) return
    this.#mismatch = true
    const message = `the input's steps are ${dt} s long, the option dt says ${this.#dt} s: the option is used`
    report({ kind: 'dt-mismatch', at: this.#at, message })
  }
}
