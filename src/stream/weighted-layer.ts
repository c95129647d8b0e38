/** Layers whose weight may be given in the place of their sizes: a Tensor or a stream of them. */

import type { Observable } from 'rxjs'
import type { AffineOptions } from '../layers/affine.ts'
import { deferredNode } from '../layers/deferred.ts'
import { isStream, type Node } from '../layers/node.ts'
import { isTensor, type Tensor } from '../tensor.ts'
import { type Layer, makeLayer } from './layer.ts'
import { type Affine, runOptions, type SynapseOptions } from './synapse.ts'

/**
 * @param expected what the first argument may be, for the error
 * @throws TypeError for a `weight` that is none
 */
export function weightedLayer(
  kind: string,
  expected: string,
  weight: Tensor | Observable<Tensor>,
  make: (options: AffineOptions) => Node,
  options: SynapseOptions<Affine>,
): Layer<{}, Affine> {
  if (isTensor(weight)) return makeLayer(make({ weight }), runOptions(options))
  if (!isStream(weight)) throw new TypeError(`${kind}: expected ${expected}, got ${String(weight)}`)
  return makeLayer(
    deferredNode(kind, weight, (first) => make({ weight: first, stream: weight })),
    runOptions(options),
  )
}
