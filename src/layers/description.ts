/**
 * What a layer is, as data: for whoever runs it otherwise than `build` does (a GPU), differentiates it or writes it to a file.
 * Weights and state are not part of it: `initialWeights` and `initialState` give them by the same names.
 */

import type { Model } from '../kernel/equations/model.ts'
import type { Tensor } from '../tensor.ts'
import type { Node } from './node.ts'
import type { RunOptions } from './options.ts'

export type Description =
  /** One neuron for each element. `params` as given: missing, a value, a stream or learnable. */
  | {
      readonly kind: 'neuron'
      readonly model: Model
      readonly params: Readonly<Record<string, unknown>>
      readonly synapticDelay: 0 | 1
      readonly surrogate?: { readonly method: string; readonly alpha?: number }
    }
  | { readonly kind: 'linear'; readonly inFeatures: number; readonly outFeatures: number; readonly bias: boolean }
  | {
      readonly kind: 'conv2d'
      readonly inChannels: number
      readonly outChannels: number
      readonly kernel: number
      readonly stride: number
      readonly padding: number
      readonly dilation: number
      readonly groups: number
      readonly bias: boolean
    }
  | { readonly kind: 'sumPool2d'; readonly kernelSize: number; readonly stride: number }
  | { readonly kind: 'flatten' }
  /** `factor` as given: a number, values for the last axes, or a stream of these. */
  | { readonly kind: 'scale'; readonly factor: number | readonly number[] | Tensor | { subscribe(): unknown } }
  /** A pure function of one step. */
  | { readonly kind: 'function'; readonly call: (x: Tensor) => Tensor }
  | { readonly kind: 'sequential'; readonly parts: readonly (readonly [name: string, node: Node])[] }
  | { readonly kind: 'recurrent'; readonly neuron: Node; readonly synapse: Node; readonly delay: number }
  /** A node with run options of its own. */
  | { readonly kind: 'configured'; readonly node: Node; readonly options: Partial<RunOptions> }
