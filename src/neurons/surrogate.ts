/** The step function of a threshold, and the derivatives that stand in for its own in training. */

/** `superspike`: Zenke & Ganguli (2018). `tanh`, `circ`, `erfc`: after the smooth function whose slope is taken. */
export type SurrogateMethod = 'superspike' | 'triangle' | 'tanh' | 'circ' | 'erfc'

/** By method: the derivative at u, the distance from the threshold, with steepness a. */
const derivatives: Readonly<Record<SurrogateMethod, (u: number, a: number) => number>> = {
  superspike: (u, a) => 1 / (a * Math.abs(u) + 1) ** 2,
  triangle: (u, a) => a * Math.max(0, 1 - Math.abs(u)),
  tanh: (u, a) => 1 - Math.tanh(a * u) ** 2,
  circ: (u, a) => (a / Math.hypot(a, u)) ** 3,
  erfc: (u, a) => (2 / Math.sqrt(Math.PI)) * Math.exp(-((a * u) ** 2)),
}

/** Names of the methods. */
export const surrogateMethods = Object.keys(derivatives) as readonly SurrogateMethod[]

/**
 * The derivative that a method puts in place of that of the step function, as a function of u = v - vTh, rounded to float32:
 *
 * - `superspike`: 1 / (alpha |u| + 1)^2
 * - `triangle`: alpha max(0, 1 - |u|)
 * - `tanh`: 1 - tanh(alpha u)^2
 * - `circ`: alpha^3 / (alpha^2 + u^2)^1.5; here a small alpha is sharp
 * - `erfc`: 2 / sqrt(pi) exp(-(alpha u)^2)
 *
 * Values as in Norse (where they are called super, triangle, tanh, circ, heavi_erfc). They agree at their peak, not in their area.
 * @param surrogate.alpha steepness (100)
 * @throws RangeError for an unknown method or an alpha that is not positive
 */
export function surrogateDerivative(surrogate: { readonly method: SurrogateMethod; readonly alpha?: number }): (u: number) => number {
  const { method, alpha = 100 } = surrogate
  if (!surrogateMethods.includes(method))
    throw new RangeError(`surrogateDerivative: method '${String(method)}': ${surrogateMethods.join(', ')} are allowed`)
  if (!(typeof alpha === 'number' && alpha > 0 && alpha < Infinity))
    throw new RangeError(`surrogateDerivative: alpha ${String(alpha)}: a positive number is needed`)
  const derivative = derivatives[method]
  return (u) => Math.fround(derivative(u, alpha))
}

/** 1 where u > 0, else 0; also at 0. For `Tensor.map`: `v.map(heaviside)`. */
export const heaviside = (u: number): number => (u > 0 ? 1 : 0)

/** 1 where u > 0, else -1; also at 0. */
export const heavisideSign = (u: number): number => 2 * heaviside(u) - 1
