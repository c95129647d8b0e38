/** What a learning rule is: names, numbers and a text. Plain data, as a neuron model. */

/** One value for each input of the synapses, for each of their outputs, or for each synapse; in every row of a batch. */
export type TraceKind = 'pre' | 'post' | 'synapse'

/**
 * A learning rule by its difference equations.
 *
 * `step` holds assignments in the language of neurons (see `NeuronDefinition`; without `x`, `uniform()` and `normal()`), run after the
 * synapse and the neuron made their step. Its names: parameters, traces, temporaries, and
 *
 * - `pre`, what came to the synapse in this step, and `post`, what its neuron gave;
 * - `w`, the weight. Assigned, it changes;
 * - `dt`, seconds, and `modulator`, the sum of what the stream of the modulator emitted since the last step.
 *
 * A bare name is the latest value that the text gave. Traces begin at 0. A trace of `pre` is made of `pre`, traces of `pre`, parameters,
 * `dt` and `modulator`, one of `post` likewise; a trace of a synapse and `w` may be made of everything.
 *
 * Rows of a batch share the weight, and so do the places of a convolution: each gives the increment of the text from the same old
 * weight, and the weight changes by their sum. Traces and weights are flushed as the state of neurons is.
 */
export interface RuleDefinition<P extends string = string, V extends string = string> {
  readonly name: string
  /** Defaults. Rates in 1/s. */
  readonly params: Readonly<Record<P, number>>
  readonly traces: Readonly<Record<V, TraceKind>>
  /** The equations. */
  readonly step: string
  /** Where the weight stays, after every step: numbers or the names of parameters. Default: anywhere. */
  readonly bounds?: { readonly min?: number | NoInfer<P>; readonly max?: number | NoInfer<P> }
}
