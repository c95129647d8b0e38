import { dropoutNode } from '../src/layers/dropout.ts'
import type { Param, RunOptions } from '../src/layers/options.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Tensor } from '../src/tensor.ts'

/** `$draws`: how many draws were made. With `perSequence`: `draw`, what each element drew. */
export type DropoutState = { readonly $draws: Tensor; readonly draw?: Tensor }

export interface DropoutOptions extends Pick<RunOptions<DropoutState, {}>, 'device' | 'seed' | 'reset' | 'resetRows' | 'restore'> {
  /**
   * Probability of 0 (0.5), at least 0 and below 1; one per element broadcasts from the last axis. A stream switches between training
   * and use: p = 0 lets everything pass, to the bit.
   */
  p?: Exclude<Param, { readonly kind: 'learnable' }>
  /** Which elements are lost holds from reset to reset; otherwise (false) each step draws anew. */
  perSequence?: boolean
}

/**
 * Each element is 0 with probability p, else x / (1 - p). Draws come from `seed` and a count that is part of the state: runs repeat, a
 * snapshot goes on with the same draws. A reset of a stream goes on counting, so that the next sequence loses other elements; a pure
 * `step` or `sequence` from rest always draws the same: hand its state on, or give another `seed`, for others.
 * @throws TypeError, RangeError at the call, or in the stream, for a p that is no probability below 1; ShapeError where it does not broadcast
 */
export function dropout(options: DropoutOptions = {}): Layer<DropoutState, {}> {
  const { p, perSequence = false, ...run } = options
  return makeLayer<DropoutState, {}>(dropoutNode({ perSequence, ...(p !== undefined && { p }) }), run)
}
