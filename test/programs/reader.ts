/** A machine that reads what a program serves. */

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { decodeFrame, type TensorFrame } from '../../src/dashboard/protocol.ts'
import { sleep } from '../cli/processes.ts'

export interface Reader extends Disposable {
  /** What came; may be emptied. */
  readonly frames: TensorFrame[]
}

/** Connects to a port of this machine as soon as somebody listens there. */
export async function reader(port: number): Promise<Reader> {
  for (const until = performance.now() + 20_000; ; await sleep(20)) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    socket.binaryType = 'arraybuffer'
    const frames: TensorFrame[] = []
    socket.on('message', (data, binary) => {
      const frame = binary ? decodeFrame(new Uint8Array(data as ArrayBuffer)) : undefined
      if (frame?.kind === 'tensor') frames.push(frame)
    })
    try {
      await once(socket, 'open')
      return { frames, [Symbol.dispose]: () => socket.terminate() }
    } catch (error) {
      if (performance.now() > until) throw error
    }
  }
}

/** Elements that are not zero, of all frames. */
export const activity = (frames: readonly TensorFrame[]): number =>
  frames.reduce((sum, { data }) => sum + data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0), 0)

/** How many are not zero in a frame, of at least this many frames from now on. */
export async function activityFromNow(reader: Reader, frames: number): Promise<number> {
  reader.frames.length = 0
  for (const until = performance.now() + 20_000; reader.frames.length < frames; await sleep(20)) {
    if (performance.now() > until) throw new Error(`${reader.frames.length} of ${frames} frames came in 20 s`)
  }
  return activity(reader.frames) / reader.frames.length
}
