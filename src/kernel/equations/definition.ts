/** What a neuron model is: names, numbers and a text. Plain data, so it travels with recordings and survives minifiers. */

/**
 * A neuron model by its difference equations.
 *
 * `step` holds assignments, run in order as JavaScript would run them, separated by new lines or `;`. A line goes on where it
 * ends with an operator, where the next begins with one, and inside parentheses. `//` starts a comment.
 *
 * - Names: parameters, state variables (a bare name is the latest value), temporaries (assigned before use), `dt` in seconds and
 *   `x`, the input. With `input`, `x` is already added to that state; the text may read `x` besides.
 * - `+ - * /`, `< <= > >= == !=`, `&& || !`, `?:` with the precedence of JavaScript. Comparisons and logic give 0 or 1; NaN and 0
 *   are false, everything else is true; both sides of `?:`, `&&`, `||` are evaluated.
 * - `spike(u)`: 1 where u > 0, the one place with a surrogate gradient. `detach(u)`: u, without gradient.
 *   `exp log pow abs sqrt min max` (`pow(a, b)` for a >= 0), and `uniform()` in [0, 1), `normal()`: fresh in every neuron and step.
 *
 * Every operation rounds to float32, in the order written. What a step leaves, state and output, is 0 where its magnitude is
 * below 2^-100: silent neurons would decay into denormals, which make SIMD 13 to 26 times slower.
 */
export interface NeuronDefinition<P extends string, V extends string> {
  readonly name: string
  /** Defaults. Rates in 1/s. */
  readonly params: Readonly<Record<P, number>>
  /** Initial values: a number or the name of a parameter. */
  readonly state: Readonly<Record<V, number | NoInfer<P>>>
  /** The equations. */
  readonly step: string
  /**
   * The state variable that receives the input, before or after `step` (see synapticDelay). Without it, `step` uses `x`. Where a spike
   * resets that variable, a delayed input waits in the state `$input` until the next step, so that what one sees of a membrane is
   * always what the threshold left of it.
   */
  readonly input?: NoInfer<V>
  /** The temporary or state variable that is emitted: the last value that the text gave it, before a delayed input is added. */
  readonly output: string
}

/** Any model, where names are known at run time only. */
export type AnyDefinition = NeuronDefinition<string, string>
