/** A cell over a whole sequence at once: time is axis 0. */

import { ShapeError } from '../errors.ts'
import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import type { Machine } from './machine.ts'
import type { Node, Tree } from './node.ts'

/** Runs axis 0 of `x` through a machine, keeping state inside it; one allocation for all outputs. */
export function sequence(machineFor: (shape: Shape) => Machine, node: Node, x: Tensor, state: Tree | undefined): readonly [Tensor, Tree] {
  const steps = x.shape[0]
  if (steps === undefined) throw new ShapeError(`${node.kind}.sequence`, '[time, ...]', x.shape)
  const shape = x.shape.slice(1)
  const machine = machineFor(shape)
  if (state === undefined) machine.reset()
  else machine.load(state)
  const inputs = sizeOf(shape)
  const outputs = sizeOf(machine.shape)
  const result = new Float32Array(steps * outputs)
  for (let k = 0; k < steps; k++) {
    machine.advance(x.data.subarray(k * inputs, (k + 1) * inputs), x)
    result.set(machine.y, k * outputs)
  }
  return [new Tensor([steps, ...machine.shape], result, x), machine.save()]
}
