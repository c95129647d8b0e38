/** A threshold that is crossed by chance. */

import { checkTensor } from '../layers/cell.ts'
import { randomKey, randomUniform, seedOf } from '../random.ts'
import type { Tensor } from '../tensor.ts'
import { expectOptions } from './check.ts'

/**
 * Spikes with a probability that rises through one half at u = 0:
 *
 * - `logistic`: 0.5 + 0.5 tanh(alpha u)
 * - `circ`: 0.5 + 0.5 u / sqrt(u^2 + alpha^2)
 *
 * 0 or 1, of the input's shape; the same seed gives the same spikes. For training, `surrogateDerivative` with `tanh` and `circ` goes
 * with them. In the equations of a neuron: `uniform() < 0.5 + 0.5*u/sqrt(u*u + alpha*alpha)`.
 * @throws RangeError for another method, an alpha that is not positive or a seed that is no safe integer
 */
export function stochasticThreshold(
  u: Tensor,
  options: { readonly method: 'logistic' | 'circ'; readonly alpha: number; readonly seed: number },
): Tensor {
  checkTensor('stochasticThreshold', u)
  expectOptions('stochasticThreshold', options, '{ method, alpha, seed }')
  const { method, alpha, seed } = options
  const sigmoid = method === 'logistic' ? (x: number) => Math.tanh(alpha * x) : (x: number) => x / Math.hypot(x, alpha)
  if (method !== 'logistic' && method !== 'circ')
    throw new RangeError(`stochasticThreshold: method '${String(method)}': logistic and circ are allowed`)
  if (!(typeof alpha === 'number' && alpha > 0))
    throw new RangeError(`stochasticThreshold: alpha ${String(alpha)}: a positive number is needed`)
  if (!Number.isSafeInteger(seed)) throw new RangeError(`stochasticThreshold: seed ${String(seed)}: a safe integer is needed`)
  const key = randomKey(seed, 0, draws)
  return u.map((x, k) => (randomUniform(key, k) < 0.5 + 0.5 * sigmoid(x) ? 1 : 0))
}

/** Tells these draws from others with the same seed. */
const draws = seedOf('stochasticThreshold')
