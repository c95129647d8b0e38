/** One subscription of a layer, fed step by step. */

import { Subject } from 'rxjs'
import type { Layer } from '../stream/layer.ts'
import type { Tensor } from '../tensor.ts'

export interface Live {
  /** All outputs until now. */
  readonly seen: readonly Tensor[]
  /** @throws what the layer errs with */
  feed(inputs: readonly Tensor[]): void
}

/** Subscribes, and unsubscribes after `use`: what stays subscribed stays in the reports of `meter`. */
export function live<T>(layer: Layer, use: (running: Live) => T): T {
  const source = new Subject<Tensor>()
  const seen: Tensor[] = []
  let failure: { readonly error: unknown } | undefined
  const subscription = source.pipe(layer).subscribe({
    next: (y) => void seen.push(y),
    error: (error: unknown) => {
      failure = { error }
    },
  })
  const feed = (inputs: readonly Tensor[]) => {
    for (const x of inputs) source.next(x)
    if (failure !== undefined) throw failure.error
  }
  try {
    return use({ seen, feed })
  } finally {
    subscription.unsubscribe()
  }
}
