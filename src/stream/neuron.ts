/** Neuron models: a definition becomes a function that makes layers. */

import { compileModel } from '../kernel/equations/model.ts'
import type { NeuronDefinition } from '../kernel/equations/definition.ts'
import { checkValue } from '../layers/broadcast.ts'
import { isLearnable } from '../layers/learnable.ts'
import { neuronNode, type SynapticDelay } from '../layers/neuron.ts'
import { isStream } from '../layers/node.ts'
import type { Param, RunOptions } from '../layers/options.ts'
import { type SurrogateMethod, surrogateMethods } from '../neurons/surrogate.ts'
import type { Tensor } from '../tensor.ts'
import { type Layer, makeLayer } from './layer.ts'

/** How spikes are differentiated in training: the derivative that stands in for that of the step function. */
export interface Surrogate {
  readonly method: SurrogateMethod
  /** Steepness. Default 100. */
  readonly alpha?: number
}

export interface NeuronOptions<P extends string = string, V extends string = string>
  extends RunOptions<{ readonly [K in V]: Tensor }, { readonly [K in P]?: Tensor }> {
  /** State to start from, instead of the model's: a number, or values that broadcast to the input's shape. */
  initialState?: { readonly [K in V]?: number | Tensor }
  /** 1: the input reaches the membrane one step later (Norse 1.0, the default); 0: in the same step (Norse >= 1.1). */
  synapticDelay?: 0 | 1
  surrogate?: Surrogate
}

/** Makes layers of one model. State and output have the input's shape: one neuron for each element. */
export interface NeuronModel<P extends string = string, V extends string = string> {
  (
    params?: { readonly [K in P]?: Param },
    options?: NeuronOptions<P, V>,
  ): Layer<{ readonly [K in V]: Tensor }, { readonly [K in P]?: Tensor }>
  readonly definition: NeuronDefinition<P, V>
}

/**
 * A neuron model from its equations, checked at the call: see `NeuronDefinition` for the language.
 *
 * @example
 * const leaky = defineNeuron({
 *   name: 'leaky',
 *   params: { tauInv: 100 },
 *   state: { v: 0 },
 *   step: 'v = v + dt*tauInv*(x - v)',
 *   output: 'v',
 * })
 * spikes.pipe(leaky({ tauInv: 50 }))
 *
 * @throws EquationError pointing at the place where the text is wrong, TypeError for the rest of the definition
 */
export function defineNeuron<const P extends string, const V extends string>(definition: NeuronDefinition<P, V>): NeuronModel<P, V> {
  const model = compileModel(definition)
  const make = (params: { readonly [K in P]?: Param } = {}, options: NeuronOptions<P, V> = {}) => {
    const { initialState = {}, synapticDelay = 1, surrogate, ...run } = options
    if (typeof params !== 'object' || params === null)
      throw new TypeError(`${model.name}: expected parameters by name, got ${String(params)}`)
    if (Array.isArray(params))
      throw new TypeError(`${model.name}: expected parameters by name, got a list; a preset is spread: ${model.name}(...preset)`)
    const given = params as Readonly<Record<string, unknown>>
    checkNames(model.name, 'parameter', Object.keys(given), model.params)
    checkNames(model.name, 'state variable', Object.keys(initialState), model.state)
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined && !isStream(value) && !isLearnable(value)) checkValue(`${model.name}: ${name}`, value)
    }
    for (const [name, value] of Object.entries(initialState)) checkValue(`${model.name}: initialState.${name}`, value)
    if (synapticDelay !== 0 && synapticDelay !== 1)
      throw new RangeError(`${model.name}: synapticDelay ${String(synapticDelay)}: 0 and 1 are allowed`)
    if (surrogate !== undefined) checkSurrogate(model.name, surrogate)
    const node = neuronNode(model, given, {
      synapticDelay: synapticDelay as SynapticDelay,
      initialState: initialState as Readonly<Record<string, number | Tensor>>,
      ...(surrogate && { surrogate }),
    })
    return makeLayer<{ readonly [K in V]: Tensor }, { readonly [K in P]?: Tensor }>(node, run)
  }
  return Object.assign(make, { definition })
}

function checkSurrogate(at: string, { method, alpha }: Surrogate): void {
  if (!surrogateMethods.includes(method))
    throw new RangeError(`${at}: surrogate method '${String(method)}': ${surrogateMethods.join(', ')} are allowed`)
  if (alpha !== undefined && !(typeof alpha === 'number' && alpha > 0))
    throw new RangeError(`${at}: surrogate alpha ${String(alpha)}: a positive number is needed`)
}

function checkNames(at: string, what: string, given: readonly string[], known: readonly string[]): void {
  const wrong = given.find((name) => !known.includes(name))
  if (wrong !== undefined) throw new TypeError(`${at}: there is no ${what} '${wrong}'; there are: ${known.join(', ') || 'none'}`)
}
