/** Subscriptions, inputs, outputs and weights. */

import { property, record } from 'fast-check'
import { insideOf } from '../layers/cell.ts'
import type { Node } from '../layers/node.ts'
import { type Layer, makeLayer } from '../stream/layer.ts'
import { probe } from '../stream/probe.ts'
import { sameShape, Tensor } from '../tensor.ts'
import type { Law, Subject } from './law.ts'
import { live } from './live.ts'
import { outputs } from './run.ts'
import { checkSame, checkSameTree } from './same.ts'

export const outputsFit = ({ layer, shape, sequences }: Subject): Law => ({
  name: 'each input gives one fitting output',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    const promised = layer.outputShape(shape)
    const given = outputs(layer, inputs)
    if (given.length !== inputs.length) throw new Error(`${given.length} outputs for ${inputs.length} inputs`)
    given.forEach((y, k) => {
      const { t, dt } = inputs[k] as Tensor
      if (!sameShape(y.shape, promised))
        throw new Error(`step ${k}: an output of shape [${y.shape.join(', ')}]; outputShape says [${promised.join(', ')}]`)
      if (y.t !== t || y.dt !== dt) throw new Error(`step ${k}: t ${y.t} and dt ${y.dt} for an input of t ${t} and dt ${dt}`)
    })
  }),
})

export const nothingShared = ({ layer, sequences }: Subject): Law => ({
  name: 'two subscriptions share nothing',
  property: property(record({ first: sequences(), second: sequences() }), ({ first, second }) => {
    const alone = [outputs(layer, first), outputs(layer, second)] as const
    const [left, right] = inTurns(layer, first, second)
    checkSame(left, alone[0], 'from the first of two subscriptions in turns', 'from one alone')
    checkSame(right, alone[1], 'from the second of two subscriptions in turns', 'from one alone')
  }),
})

/** One step of one, one step of the other. */
const inTurns = (layer: Layer, first: readonly Tensor[], second: readonly Tensor[]): readonly [readonly Tensor[], readonly Tensor[]] =>
  live(layer, (left) =>
    live(layer, (right) => {
      for (let k = 0; k < Math.max(first.length, second.length); k++) {
        left.feed(first.slice(k, k + 1))
        right.feed(second.slice(k, k + 1))
      }
      return [left.seen, right.seen]
    }),
  )

export const inputsStay = ({ layer, sequences }: Subject): Law => ({
  name: 'leaves its inputs as they are',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    const before = inputs.map(copyOf)
    outputs(guarded(layer), inputs)
    checkSame(inputs, before, 'after the run, as an input', 'before')
  }),
})

/** The same layer, which sees to it that a step does not write where its input lies: inside a network, another layer may read there too. */
function guarded(layer: Layer): Layer {
  const { node, options } = insideOf(layer) as NonNullable<ReturnType<typeof insideOf>>
  const guard = (guardee: Node): Node => ({
    ...guardee,
    resolve: guardee.resolve && ((place, early) => guard(guardee.resolve?.(place, early) ?? guardee)),
    build: (site) => {
      const running = guardee.build(site)
      let x: Float32Array
      return {
        ...running,
        start: () => {
          running.start()
          x = site.arena.floats(site.x)
        },
        run: () => {
          const before = x.slice()
          running.run()
          checkSame([new Tensor([x.length], x)], [new Tensor([x.length], before)], 'where the input lay, after the step', 'before')
        },
      }
    },
  })
  return makeLayer(guard(node), options)
}

export const outputsStay = ({ layer, sequences }: Subject): Law => ({
  name: 'what it emitted never changes',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    live(layer, (running) => {
      const copies = inputs.map((x, k) => {
        running.feed([x])
        return copyOf(running.seen[k] as Tensor)
      })
      checkSame(running.seen, copies, 'at the end of the run, as an output', 'when it was emitted')
    })
  }),
})

export const weightsStay = ({ layer, sequences }: Subject): Law => ({
  name: 'running leaves its weights as they are',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    if (inputs.length === 0) return
    const brain = probe(layer)
    outputs(brain, inputs)
    checkSameTree(brain.snapshot().weights, layer.weights, 'after the run, as a weight', 'before')
  }),
})

const copyOf = (x: Tensor): Tensor => new Tensor([...x.shape], x.data.slice(), x)
