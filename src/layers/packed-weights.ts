/** Weights of a running synapse that may be changed where they lie, by whoever knows how they lie. */

import type { Region } from '../kernel/arena.ts'
import type { Slot } from './node.ts'

/** [in][columns]: outputs are padded with zeros. */
export interface PackedWeights {
  readonly region: Region
  readonly columns: number
  /** To be told after a change: whether all are finite. */
  setFinite(finite: boolean): void
}

const offered = new WeakMap<Slot, PackedWeights>()

/** Whoever holds the slot may change the weights in place. */
export function offerWeights(slot: Slot, weights: PackedWeights): void {
  offered.set(slot, weights)
}

export const packedWeightsOf = (slot: Slot): PackedWeights | undefined => offered.get(slot)
