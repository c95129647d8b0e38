/** One network on a GPU, for one input shape. */

import { ShapeError } from '../errors.ts'
import { Beat } from '../layers/beat.ts'
import type { Inside } from '../layers/cell.ts'
import { configured } from '../layers/configured.ts'
import { Machine } from '../layers/machine.ts'
import type { RemoteMachine } from '../layers/remote.ts'
import { writeSlots } from '../layers/tree.ts'
import { sameShape, sizeOf, type Tensor } from '../tensor.ts'
import type { Context } from './context.ts'
import { Engine } from './engine.ts'
import { build, checkSupported } from './network.ts'

/**
 * Compiles the network by two steps of zeros, then begins at rest.
 * @throws ShapeError where the shape does not fit the network, DeviceError where a layer or a kernel cannot run here
 */
export async function openMachine(inside: Inside, first: Tensor, context: Context): Promise<RemoteMachine> {
  const node = configured(inside.node, { ...inside.options, dt: undefined })
  const place = Machine.placeOf(inside)
  const shape = [...first.shape]
  const at = place.path === '' ? node.kind : place.path
  checkSupported(node, place.path)
  node.outputShape(shape, at)
  if (sizeOf(shape) === 0) throw new ShapeError(at, 'with at least one element', shape, 'a GPU computes nothing of nothing')

  const beat = new Beat(node.kind, inside.options.dt)
  const engine = new Engine(context)
  const asked: Promise<() => void>[] = []
  let input: Float32Array = new Float32Array(sizeOf(shape))
  const running = build(node, {
    ...place,
    engine,
    shape,
    x: { offset: 0, current: () => input },
    time: beat.time,
    weights: Machine.weightsOf(inside),
    partly: false,
    asked,
  })
  const rest = node.initialState(shape, place)
  writeSlots(running.state, rest, node.kind)
  try {
    await engine.build(() => {
      beat.next(first)
      running.run()
      running.run()
      running.warm?.()
      running.fetch().catch(() => undefined) // `build` says it
    })
  } catch (error) {
    engine.close()
    throw error
  }
  writeSlots(running.state, rest, node.kind)
  asked.length = 0

  return {
    shape: running.shape,
    backend: context.backend,
    controls: running.controls,
    step: async (x) => {
      if (!sameShape(x.shape, shape))
        throw new ShapeError(node.kind, `[${shape.join(', ')}] like the steps before it`, x.shape, 'a stream keeps its shape')
      beat.next(x)
      input = x.data
      running.run()
      const output = running.fetch()
      const answers = asked.splice(0)
      const [y, ...tells] = await Promise.all([output, ...answers])
      return {
        y,
        tell: () => {
          for (const tell of tells) tell()
        },
      }
    },
    close: () => engine.close(),
  }
}
