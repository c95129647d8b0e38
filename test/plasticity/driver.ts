/** A plastic layer whose neuron does what the test says. */

import { Subject } from 'rxjs'
import { plastic, probe } from '../../operators/index.ts'
import type { Backend } from '../../src/kernel/arena.ts'
import { cpu } from '../../src/layers/device.ts'
import type { Rule } from '../../src/layers/plastic/rule.ts'
import type { Layer } from '../../src/stream/layer.ts'
import { defineNeuron } from '../../src/stream/neuron.ts'
import type { Affine } from '../../src/stream/synapse.ts'
import { Tensor } from '../../src/tensor.ts'

/** A parameter cannot be NaN: this one stands for it. */
const NAN = 12345
const forced = defineNeuron({
  name: 'forced',
  params: { z: 0 },
  state: { v: 0 },
  step: `v = z == ${NAN} ? (z - z)/(z - z) : z`,
  output: 'v',
})

export interface Driver<V extends string> {
  /** One step with these spikes of both sides, row-major. */
  step(pre: Tensor, post: Tensor, dt?: number): void
  weight(): Float32Array
  trace(name: V): Tensor
  snapshot(): { readonly state: unknown; readonly weights: { readonly weight: Tensor } }
}

export function drive<V extends string>(
  synapse: Layer<unknown, Affine>,
  rule: Rule<V>,
  options: { readonly backend?: Backend; readonly more?: Parameters<Layer['with']>[0] } = {},
): Driver<V> {
  const input = new Subject<Tensor>()
  const output = new Subject<Tensor>()
  const layer = plastic(synapse, forced({ z: output }), rule)
  const run = { ...options.more, ...(options.backend && { device: cpu({ backend: options.backend }) }) }
  const probed = probe(layer.with(run as Parameters<typeof layer.with>[0]))
  let failure: unknown
  input.pipe(probed).subscribe({ error: (error) => (failure = error) })
  return {
    step: (pre, post, dt) => {
      output.next(post.map((value) => (Number.isNaN(value) ? NAN : value)))
      input.next(dt === undefined ? pre : new Tensor(pre.shape, pre.data, { dt }))
      if (failure !== undefined) throw failure
    },
    weight: () => probed.snapshot().weights.weight.data,
    trace: (name) => probed.snapshot().state.traces[name] as Tensor,
    snapshot: () => probed.snapshot(),
  }
}
