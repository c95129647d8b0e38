/** The options that layers with weights share. */

import type { AffineOptions } from '../layers/affine.ts'
import type { Initializer } from '../layers/initializer.ts'
import type { RunOptions } from '../layers/options.ts'
import type { Tensor } from '../tensor.ts'

export interface SynapseOptions<W> extends Pick<RunOptions<{}, W>, 'device' | 'seed' | 'weights'> {
  /** How the weights begin; a Tensor gives the values themselves. Default: `kaimingUniform()`. */
  weight?: Initializer | Tensor
  /** How the biases begin; `false`: there are none. Default: `kaimingUniform()`. */
  bias?: Initializer | Tensor | false
}

/** Weights of a layer, row-major as PyTorch's. */
export type Affine = { readonly weight: Tensor; readonly bias?: Tensor }

const own = ['weight', 'bias']
const run = ['device', 'seed', 'weights']

/** What is the layer's own. @throws TypeError for an option that there is not. */
export function affineOptions(at: string, options: SynapseOptions<Affine>, more: readonly string[] = []): AffineOptions {
  const known = [...own, ...run, ...more]
  const wrong = Object.keys(options).find((name) => !known.includes(name))
  if (wrong !== undefined) throw new TypeError(`${at}: there is no option '${wrong}'; the options are: ${known.join(', ')}`)
  const { weight, bias } = options
  return { ...(weight !== undefined && { weight }), ...(bias !== undefined && { bias }) }
}

/** How the layer is run. */
export const runOptions = ({ device, seed, weights }: SynapseOptions<Affine>): RunOptions<{}, Affine> => ({
  ...(device !== undefined && { device }),
  ...(seed !== undefined && { seed }),
  ...(weights !== undefined && { weights }),
})
