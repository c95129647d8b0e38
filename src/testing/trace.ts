/** What a layer did, as text to keep beside a test. */

import { from, map } from 'rxjs'
import type { Tree } from '../layers/node.ts'
import type { Layer } from '../stream/layer.ts'
import { probe } from '../stream/probe.ts'
import { Tensor } from '../tensor.ts'
import { collect } from './run.ts'
import { leaves } from './same.ts'

/**
 * A run from rest as text: a line for each step, with the output `y` and what is watched, each number by the fewest digits that tell
 * its float32 apart. The same on all back ends and machines, so made for snapshots.
 *
 * @example
 * expect(trace(lif(), inputs, { watch: ['v'] })).toMatchInlineSnapshot()   // or toMatchFileSnapshot('lif.txt')
 * // lif [2]
 * // 0  y [0, 0]  v [0, 0]
 * // 1  y [0, 0]  v [0.1, 0]
 * @param options.watch paths of state variables and weights: `v`, `hidden.neuron.v`; a layer's path stands for all of its own
 * @throws RangeError for a path that does not exist, naming those that do
 */
export function trace(layer: Layer, inputs: readonly Tensor[], options: { readonly watch?: readonly string[] } = {}): string {
  const { watch = [] } = options
  const brain = probe(layer)
  const lines = collect(
    from(inputs).pipe(
      brain,
      map((y, k) => [String(k), `y ${numbers(y)}`, ...(watch.length === 0 ? [] : watched(brain.snapshot(), watch))].join('  ')),
    ),
  )
  const shape = inputs[0] === undefined ? '' : ` [${inputs[0].shape.join(', ')}]`
  return [`${layer.kind}${shape}`, ...lines].join('\n')
}

function watched(snapshot: { readonly state: unknown; readonly weights: unknown }, watch: readonly string[]): readonly string[] {
  const all = [...leaves(snapshot.state as Tree), ...leaves(snapshot.weights as Tree)]
  return watch.flatMap((path) => {
    const found = all.filter(([each]) => each === path || each.startsWith(`${path}.`))
    if (found.length === 0) throw new RangeError(`trace: nothing is called '${path}'; there are: ${all.map(([each]) => each).join(', ')}`)
    return found.map(([each, value]) => `${each} ${numbers(value)}`)
  })
}

const numbers = ({ shape, data }: Tensor): string => String(new Tensor(shape, data)).slice('tensor('.length, -1)
