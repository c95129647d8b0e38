/** What a layer is given to be built on a GPU, and what it gives back: `Site` and `Running` of the other back ends, on a GPU. */

import type { Control, Place, StepTime, Tree } from '../layers/node.ts'
import type { RemoteRunning } from '../layers/remote.ts'
import type { Shape } from '../tensor.ts'
import type { Engine, Operand } from './engine.ts'

export interface GpuSite extends Place {
  readonly engine: Engine
  /** shape of one step's input */
  readonly shape: Shape
  readonly x: Operand
  /** The time of the step that is asked for now. */
  readonly time: StepTime
  /** Weights to start from, complete. */
  readonly weights: Tree
  /** Whether rows of the state are reset one by one. */
  readonly partly: boolean
  /** The weight [n, n] keeps zeros on its diagonal. */
  readonly diagonal?: 'zero'
  /** What is asked of this step besides its output. */
  readonly asked: Promise<() => void>[]
}

/** One running instance. */
export interface GpuRunning extends RemoteRunning {
  readonly y: Operand
  /** One for each port of the node, in the same order. */
  readonly controls: readonly Control[]
  readonly parts?: Readonly<Record<string, GpuRunning>>
  /** Asks for one step. */
  run(): void
  /** Asks for what only some steps need, so that it is compiled before the first. */
  warm?(): void
}

/** What makes up a layer; how its output is fetched follows from it. */
export type Built = Omit<GpuRunning, 'fetch'>
