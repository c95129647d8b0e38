/**
 * What a layer is, as data: for whoever runs it otherwise than `build` does (a GPU), differentiates it or writes it to a file.
 * Weights and state are not part of it: `initialWeights` and `initialState` give them by the same names.
 */

import type { Model } from '../kernel/equations/model.ts'
import type { Shape, Tensor } from '../tensor.ts'
import type { Value } from './broadcast.ts'
import type { Node, Place, Streamable } from './node.ts'
import type { Learnable, RunOptions } from './options.ts'

/** The same stride, padding and dilation along all axes. */
export interface ConvolutionSizes {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly dilation: number
  readonly groups: number
  readonly bias: boolean
}

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
  | ({ readonly kind: 'conv1d' } & ConvolutionSizes)
  | ({ readonly kind: 'conv2d' } & ConvolutionSizes)
  | ({ readonly kind: 'convTranspose2d'; readonly outputPadding: number } & ConvolutionSizes)
  | { readonly kind: 'sumPool2d' | 'maxPool2d'; readonly kernelSize: number; readonly stride: number; readonly padding: number }
  | {
      readonly kind: 'avgPool2d'
      readonly kernelSize: number
      readonly stride: number
      readonly padding: number
      readonly countIncludePad: boolean
    }
  /** `delays` in seconds, [out, in]: a pure function of the place of the layer. */
  | {
      readonly kind: 'delayedLinear'
      readonly inFeatures: number
      readonly outFeatures: number
      readonly bias: boolean
      readonly delays: (place: Place) => Tensor
    }
  /** One delay for each element, in steps or in seconds: broadcasts from the last axis. */
  | { readonly kind: 'delay'; readonly unit: 'steps' | 'seconds'; readonly value: Value }
  /** `shape` of the last axes. */
  | { readonly kind: 'layerNorm'; readonly shape: Shape; readonly epsilon: number; readonly affine: boolean }
  | { readonly kind: 'groupNorm'; readonly groups: number; readonly channels: number; readonly epsilon: number; readonly affine: boolean }
  /** `p` as given: a number, values for the last axes, or a stream of these. */
  | { readonly kind: 'dropout'; readonly p: Value | Streamable; readonly perSequence: boolean }
  | { readonly kind: 'flatten' }
  /** `factor` as given: a number, values for the last axes, a stream of these, or learnable. */
  | { readonly kind: 'scale'; readonly factor: Value | Streamable | Learnable }
  /** A pure function of one step. */
  | { readonly kind: 'function'; readonly call: (x: Tensor) => Tensor }
  | { readonly kind: 'sequential'; readonly parts: readonly (readonly [name: string, node: Node])[] }
  /** Without autapses the diagonal of the synapse's `weight` [n, n] is 0, also in what the synapse's node gives, and must stay 0. */
  | { readonly kind: 'recurrent'; readonly neuron: Node; readonly synapse: Node; readonly delay: number; readonly autapses: boolean }
  /** `state`, a state variable of the neuron, changes by dt times the coupling's output for it, before or `after` the neuron's step. */
  | { readonly kind: 'coupled'; readonly neuron: Node; readonly coupling: Node; readonly state: string; readonly after: boolean }
  /** A node with run options of its own. */
  | { readonly kind: 'configured'; readonly node: Node; readonly options: Partial<RunOptions> }
