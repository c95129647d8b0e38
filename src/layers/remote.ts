/** Networks whose memory is not ours: what a running instance on a device shows, where every look takes time. */

import type { Shape, Tensor } from '../tensor.ts'
import type { Control, Slot, Slots } from './node.ts'

/** A value that lies elsewhere. Its `read` throws: nothing can be read at once. */
export interface RemoteSlot extends Slot {
  /** A copy of what it is when the steps that were asked for so far are made. */
  fetch(): Promise<Float32Array>
}

/** A running instance that lies elsewhere. All its slots are remote. */
export interface RemoteRunning {
  /** shape of the output */
  readonly shape: Shape
  readonly state: Slots
  readonly weights: Slots
  readonly parts?: Readonly<Record<string, RemoteRunning>>
  /** A copy of the output of the step asked for last. */
  fetch(): Promise<Float32Array>
}

/** What one step brought back. */
export interface Landing {
  readonly y: Float32Array
  /** Tells those who watch. */
  tell(): void
}

/** One network on a device, for one input shape. */
export interface RemoteMachine {
  /** shape of one output */
  readonly shape: Shape
  readonly backend: string
  readonly controls: readonly Control[]
  /** Asks for one step, at once. Rejects with ShapeError for another shape than the first. */
  step(x: Tensor): Promise<Landing>
  /** Frees its memory on the device. */
  close(): void
}
