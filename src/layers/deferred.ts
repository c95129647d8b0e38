/** A layer whose weight is a stream: its shape is known with the first value. */

import { isTensor, type Tensor } from '../tensor.ts'
import type { Node, Place, Streamable } from './node.ts'

/** @param make the node for a first weight; later weights come through its port, `<path>.weight` */
export function deferredNode(kind: string, stream: Streamable, make: (weight: Tensor) => Node): Node {
  const unknown = (path: string): never => {
    throw new Error(
      `${path}: the weight is a stream that has emitted nothing yet, so its shape is not known: let it begin with a value (startWith, BehaviorSubject)`,
    )
  }
  const port = ({ path }: Place) => `${path}.weight`
  return {
    kind,
    outputShape: (_, path) => unknown(path),
    initialState: (_, place) => unknown(place.path),
    initialWeights: (place) => unknown(place.path),
    ports: (place) => [{ path: port(place), stream }],
    resolve: (place, early) => {
      const weight = early(port(place))
      if (weight === undefined) unknown(place.path)
      if (!isTensor(weight)) throw new TypeError(`${port(place)}: a weight is a Tensor, not ${String(weight)}`)
      return make(weight)
    },
    build: ({ path }) => unknown(path),
  }
}
