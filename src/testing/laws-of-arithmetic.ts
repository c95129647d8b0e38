/** One result, however it is computed. */

import { property, record } from 'fast-check'
import { cpu } from '../layers/device.ts'
import type { Backend } from '../kernel/arena.ts'
import type { Layer } from '../stream/layer.ts'
import { probe } from '../stream/probe.ts'
import { stack, Tensor } from '../tensor.ts'
import type { Law, Subject } from './law.ts'
import { outputs } from './run.ts'
import { checkSame, checkSameTree } from './same.ts'

export const stepsAgree = ({ layer, plastic, sequences }: Subject): Law => ({
  name: plastic ? 'sequence and stream agree' : 'steps, sequence and stream agree',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    if (inputs.length === 0) return
    const brain = probe(layer)
    const stream = outputs(brain, inputs)
    const end = brain.snapshot().state
    // A new one, in which no earlier case left anything: a counterexample says all.
    const cell = layer.with({})
    if (!plastic) checkSteps(cell, inputs, stream, end)

    const { dt } = inputs[0] as Tensor
    const [all, last] = cell.sequence(new Tensor(stack(inputs).shape, stack(inputs).data, { dt }))
    checkSame([all], [stack(stream)], 'from sequence', 'from the stream')
    checkSameTree(last, end, 'after sequence', 'after the stream')
  }),
})

function checkSteps(cell: Layer, inputs: readonly Tensor[], stream: readonly Tensor[], end: unknown): void {
  const states: unknown[] = [cell.initialState((inputs[0] as Tensor).shape)]
  const steps = inputs.map((x, k) => {
    const [y, state] = k === 0 ? cell.step(x) : cell.step(x, states[k])
    states.push(state)
    return y
  })
  checkSame(steps, stream, 'from the pure steps', 'from the stream')
  checkSameTree(states.at(-1), end, 'after the pure steps', 'after the stream')

  // From the last to the first: each step from the state that it was given then.
  const again = inputs.map((_, k) => inputs.length - 1 - k).map((k) => cell.step(inputs[k] as Tensor, states[k])[0])
  checkSame(again.toReversed(), steps, 'from the same step and state once more', 'before')
}

export const backEndsAgree = ({ layer, sequences }: Subject): Law => {
  const all = backends()
  return {
    name: 'all back ends give the same bits',
    property: property(record({ inputs: sequences() }), ({ inputs }) => {
      if (inputs.length === 0) return
      const [[reference, expected], ...others] = all.map(([backend, device]) => {
        const brain = probe(layer.with({ device }))
        return [backend, { given: outputs(brain, inputs), state: brain.snapshot().state }] as const
      }) as [[Backend, Result], ...[Backend, Result][]]
      for (const [backend, { given, state }] of others) {
        checkSame(given, expected.given, `in ${backend}`, `in ${reference}`)
        checkSameTree(state, expected.state, `in ${backend}`, `in ${reference}`)
      }
    }),
  }
}

interface Result {
  readonly given: readonly Tensor[]
  readonly state: unknown
}

/** Those that this machine has. */
function backends(): readonly (readonly [Backend, ReturnType<typeof cpu>])[] {
  const names: readonly Backend[] = ['interpreter', 'javascript', 'webassembly']
  return names.flatMap((backend) => {
    try {
      return [[backend, cpu({ backend })] as const]
    } catch (error) {
      if (error instanceof RangeError && backend === 'webassembly') return []
      throw error
    }
  })
}
