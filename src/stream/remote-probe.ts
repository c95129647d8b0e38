/** Looking into a network that runs on a device: what `probe` tells is asked for step by step, and told when it came back. */

import type { Slot, Slots, StepTime, Tree } from '../layers/node.ts'
import type { RemoteRunning, RemoteSlot } from '../layers/remote.ts'
import { findSlots, isSlot, overlay } from '../layers/tree.ts'
import { Tensor } from '../tensor.ts'

/** Asks for one thing of a running instance. */
export type Asker = (time: Readonly<StepTime>) => Promise<unknown>

export function askValue({ state, weights }: RemoteRunning, path: readonly string[], at: string): Asker {
  const found = findSlots([state, weights], path, at)
  const single = found[0]
  if (found.length === 1 && single !== undefined && isSlot(single)) return (time) => fetchTensor(single, time)
  const trees = found as readonly Slots[]
  return async () => overlay(await Promise.all(trees.map(fetchSlots)))
}

export function askOutput(part: RemoteRunning): Asker {
  return async (time) => new Tensor(part.shape, await part.fetch(), time)
}

/** The whole output comes back to be counted. */
export function askActivity(part: RemoteRunning): Asker {
  return async () => (await part.fetch()).reduce((count, value) => (value === 0 ? count : count + 1), 0)
}

export function askPicked(source: RemoteRunning | Slot, indices: readonly number[]): Asker {
  return async (time) => {
    const values = await (source as RemoteRunning | RemoteSlot).fetch()
    return new Tensor(
      [indices.length],
      Float32Array.from(indices, (index) => values[index] as number),
      time,
    )
  }
}

const fetchTensor = async (slot: Slot, time?: Readonly<StepTime>): Promise<Tensor> =>
  new Tensor(slot.shape, await (slot as RemoteSlot).fetch(), time)

async function fetchSlots(slots: Slots): Promise<Tree> {
  const entries = Object.entries(slots).map(
    async ([name, entry]) => [name, isSlot(entry) ? await fetchTensor(entry) : await fetchSlots(entry)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
