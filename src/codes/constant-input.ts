/** A neuron on an input that stays: how a value becomes a spike train. */

import type { AnyDefinition } from '../kernel/equations/definition.ts'
import { compileModel } from '../kernel/equations/model.ts'
import { checkValue, type Value } from '../layers/broadcast.ts'
import { checkTensor } from '../layers/cell.ts'
import { Machine } from '../layers/machine.ts'
import { neuronNode } from '../layers/neuron.ts'
import { checkDt } from '../layers/options.ts'
import { Tensor } from '../tensor.ts'

export interface ConstantInput {
  /** How many steps the train has: 1 or more. */
  readonly steps: number
  /** Length of a step, seconds. Default: that of `x`, else 1e-3. */
  readonly dt?: number
}

/**
 * The output of a neuron from rest while its input is `x`: [steps, ...shape of x].
 * @throws RangeError, TypeError for bad options; ShapeError for a parameter that does not broadcast to `x`
 */
export function onConstantInput(
  at: string,
  definition: AnyDefinition,
  x: Tensor,
  options: ConstantInput & { readonly params: Readonly<Record<string, Value | undefined>>; readonly seed?: number },
): Tensor {
  checkTensor(at, x)
  const { steps, dt = x.dt ?? 1e-3, params, seed = 0 } = options
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`${at}: steps ${String(steps)}: a positive whole number is needed`)
  if (!Number.isSafeInteger(seed)) throw new RangeError(`${at}: seed ${String(seed)}: a safe integer is needed`)
  checkDt(at, dt)
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
  for (const [name, value] of Object.entries(given)) checkValue(`${at}: ${name}`, value)
  const node = neuronNode(compileModel(definition), given, { synapticDelay: 1, initialState: {} })
  const machine = new Machine({ node, options: { seed } }, x.shape, { live: false })
  const size = machine.y.length
  const result = new Float32Array(steps * size)
  const time = { dt }
  for (let k = 0; k < steps; k++) {
    machine.advance(x.data, time)
    result.set(machine.y, k * size)
  }
  return new Tensor([steps, ...x.shape], result, time)
}
