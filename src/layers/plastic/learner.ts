/** What a running rule is to the layer that runs it. */

import type { Region } from '../../kernel/arena.ts'
import type { Shape } from '../../tensor.ts'
import type { Control, Site, Slot, Slots } from '../node.ts'
import type { RuleParts } from './rule.ts'

export interface Learner {
  /** Traces by the names they have outside. */
  readonly traces: Slots
  /** One for each of `rulePorts`. */
  readonly controls: readonly Control[]
  start(): void
  /** Changes traces and weights after the synapse and the neuron made their step. */
  learn(): void
  /** Somebody else wrote the weights. */
  weightsChanged(): void
}

/** Between what a rule stands. */
export interface Synapses {
  readonly site: Site
  readonly rule: RuleParts
  readonly weight: Slot
  /** The output of the neuron. */
  readonly post: Region
  readonly postShape: Shape
}

/** What is known of the weights between two steps, so that synapses may be left out: see need.ts. */
export class Known {
  /** Every weight must be looked at once. */
  dirty = true
  /** Some weight is beyond what synapses may be left out with. */
  wild = false

  get complete(): boolean {
    return !this.dirty && !this.wild
  }

  /** @param code of the pass that wrote weights @param everything whether it wrote all @returns whether all are finite; undefined: as before */
  learn(code: number, everything: boolean): boolean | undefined {
    this.wild = code > 0 || (this.wild && !everything)
    if (everything) this.dirty = false
    return code === 2 ? false : everything ? true : undefined
  }
}
