import type { Rule } from '../src/layers/plastic/rule.ts'
import { checkOwnOptions } from '../src/layers/options.ts'
import { recurrentNode } from '../src/layers/recurrent.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import type { Tensor } from '../src/tensor.ts'

export interface LoopOptions {
  /** Steps, a positive integer (1). */
  readonly delay?: number
  /** false: no neuron hears itself. The diagonal of the synapse's weight [n, n] is then 0, whatever is written to it (true). */
  readonly autapses?: boolean
}
type Loop<S, W, T, F> = Layer<
  { readonly neuron: S; readonly past: Tensor } & (keyof T extends never ? {} : { readonly synapse: T }),
  { readonly neuron: W; readonly synapse: F }
>

/**
 * The neuron's output of `delay` steps ago, through the synapse, is added to its input:
 * z(k) = neuron(x(k) + synapse(z(k - delay))), with z = 0 before the first step.
 *
 * State: `neuron`, and `past`, the outputs that are still on their way: [delay, ...shape of z], oldest first; `synapse` where the synapse
 * has state. With a learning `rule` (as `plastic` takes) the loop's weights change after each step, from z(k - delay) as `pre` and z(k) as
 * `post`; state `traces` besides. Tensors that were given as weights stay as they are.
 * @throws RangeError for another delay; TypeError for `autapses: false` with a synapse that has no square weight, and for a rule with
 *   another synapse than linear or conv2d; ShapeError where the synapse's output has not the shape of the neuron's input
 */
export function recurrent<S, W, T, F>(neuron: Layer<S, W>, synapse: Layer<T, F>, options?: LoopOptions): Loop<S, W, T, F>
export function recurrent<S, W, T, F, V extends string>(
  neuron: Layer<S, W>,
  synapse: Layer<T, F>,
  options: LoopOptions & { readonly rule: Rule<V> },
): Layer<
  { readonly neuron: S; readonly past: Tensor; readonly traces: { readonly [K in V]: Tensor } },
  { readonly neuron: W; readonly synapse: F }
>
export function recurrent<S, W, F>(
  neuron: Layer<S, W>,
  synapse: Layer<unknown, F>,
  options: LoopOptions & { readonly rule?: Rule } = {},
): Layer<never, never> {
  checkOwnOptions('recurrent', options, ['delay', 'autapses', 'rule'])
  const { delay = 1, autapses = true, rule } = options
  return makeLayer(recurrentNode(neuron, synapse, { delay, autapses, ...(rule !== undefined && { rule }) }))
}
