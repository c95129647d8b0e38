/** The exact gradient of a spiking neuron: what a spike does to the adjoint variables. */

import { ShapeError } from '../errors.ts'
import { sameShape, Tensor } from '../tensor.ts'
import { lif } from './lif.ts'

/** One step of `lif` with synaptic delay 0, as far as its adjoint needs it. */
export interface LifStep {
  /** voltage and current that the step began with */
  readonly before: { readonly v: Tensor; readonly i: Tensor }
  /** spikes and voltage that it left */
  readonly after: { readonly z: Tensor; readonly v: Tensor }
}

/** Derivatives of a loss, by the name of what it is derived by. */
export type LifAdjoint<Name extends string> = { readonly [K in Name]: Tensor }

/**
 * One step backwards through `lif` (synaptic delay 0), with the jump of the adjoint variables at a spike in place of a surrogate
 * derivative: EventProp (Wunderlich & Pehle 2021) in discrete time, as in Norse (`lif_feed_forward_adjoint_step`):
 *
 *     i' = i + dt tauSynInv (v - i)                   also the derivative by the input x
 *     d  = v - dt tauMemInv v
 *     v' = d where silent, (d w(after) + z) / w(before) at a spike,  w = tauMemInv ((vLeak - v) + i before)
 *
 * with z, v, i the derivatives by the step's spikes, voltage and current. Terms that are NaN count as 0. A chain of steps runs from
 * the last to the first, each with the result of the one after it.
 * @param upstream derivatives by what the step gave
 * @param options dt in seconds (1e-3); tauSynInv, tauMemInv in 1/s, vLeak as in `lif`
 * @returns derivatives by what the step was given: input x, voltage v, current i
 * @throws ShapeError where tensors differ in shape
 */
export function lifAdjoint(
  step: LifStep,
  upstream: LifAdjoint<'z' | 'v' | 'i'>,
  options: { readonly dt?: number; readonly tauSynInv?: number; readonly tauMemInv?: number; readonly vLeak?: number } = {},
): LifAdjoint<'x' | 'v' | 'i'> {
  const { dt = 1e-3, tauSynInv = lif.params.tauSynInv, tauMemInv = lif.params.tauMemInv, vLeak = lif.params.vLeak } = options
  const { before, after } = step
  const { shape } = upstream.v
  for (const each of [before.v, before.i, after.z, after.v, upstream.z, upstream.i]) {
    if (!sameShape(each.shape, shape)) throw new ShapeError('lifAdjoint', `[${shape.join(', ')}] like the others`, each.shape)
  }
  const at = (x: Tensor, k: number) => x.data[k] as number
  const [v, i] = [new Float32Array(upstream.v.data.length), new Float32Array(upstream.v.data.length)]
  for (let k = 0; k < v.length; k++) {
    const [byV, byI, current] = [at(upstream.v, k), at(upstream.i, k), at(before.i, k)]
    const slope = (voltage: number) => tauMemInv * (vLeak - voltage + current)
    const decayed = byV - tauMemInv * dt * byV
    const from = slope(at(before.v, k))
    i[k] = byI + dt * tauSynInv * (byV - byI)
    v[k] = at(after.z, k) === 0 ? decayed : number((slope(at(after.v, k)) / from) * decayed) + number(at(upstream.z, k) / from)
  }
  return { x: new Tensor(shape, i), v: new Tensor(shape, v), i: new Tensor(shape, i.slice()) }
}

const number = (term: number) => (Number.isNaN(term) ? 0 : term)
