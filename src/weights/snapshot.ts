/** A snapshot in one file of tensors: state and weights under names of their own, and what the names cannot say in the metadata. */

import type { Cell } from '../layers/cell.ts'
import { insideOf } from '../layers/cell.ts'
import type { Tree } from '../layers/node.ts'
import type { Snapshot } from '../layers/options.ts'
import type { Tensor } from '../tensor.ts'
import { flatten, match, nest } from './names.ts'
import type { TensorFile } from './tensor-file.ts'

const STATE = 'state.'
/** The name of the line in the metadata. */
const WORDS = 'rxspike'
const VERSION = 1

interface Words {
  /** Version of what this file describes. */
  readonly snapshot: number
  /** Of the layer, where it was given. */
  readonly kind?: string | undefined
  /** Parts of the network without state. */
  readonly empty: readonly string[]
}

export function snapshotToFile(snapshot: Snapshot, kind: string | undefined, at: string): TensorFile {
  const given: unknown = snapshot
  if (typeof given !== 'object' || given === null || !('state' in given && 'weights' in given))
    throw new TypeError(`${at}: expected a snapshot { state, weights }, got ${String(given)}`)
  const { state, weights } = snapshot
  const { tensors, empty } = flatten({ state, weights }, at)
  const words: Words = { snapshot: VERSION, kind, empty: empty.filter((name) => name.startsWith(STATE)) }
  return { tensors, metadata: { [WORDS]: JSON.stringify(words) } }
}

/** Whether it was written as a snapshot. */
export const isSnapshot = ({ metadata }: TensorFile): boolean => metadata[WORDS] !== undefined

/**
 * The snapshot of a layer. Weights must be the layer's; so must the state where the layer has an `inputShape`: without one nobody knows its shapes
 * before the first step, and `restore` checks it then.
 * @throws TypeError that lists everything missing, left over and of another shape
 */
export function snapshotFromFile<S, W>(layer: Cell<S, W>, file: TensorFile): Snapshot<S, W> {
  const { kind, empty } = wordsOf(file)
  if (kind !== undefined && kind !== layer.kind) throw new TypeError(`this is a snapshot of ${kind}, not of ${layer.kind}`)
  const weights = layer.weights as Tree
  const shape = insideOf(layer)?.options.inputShape
  if (shape !== undefined) {
    const state = layer.initialState(shape) as Tree
    return match({ state, weights }, file.tensors, `a snapshot of ${layer.kind}`) as unknown as Snapshot<S, W>
  }
  const own = new Map<string, Tensor>()
  const others = new Map<string, Tensor>()
  for (const [name, value] of file.tensors) {
    if (name.startsWith(STATE)) own.set(name, value)
    else if (name.startsWith('state/')) own.set(name.replaceAll('/', '.'), value)
    else others.set(name, value)
  }
  const { state = {} } = nest({ tensors: own, empty })
  const { weights: matched } = match({ weights }, others, `a snapshot of ${layer.kind}`)
  return { state, weights: matched } as unknown as Snapshot<S, W>
}

/** A file that Python wrote again has lost them. */
function wordsOf({ metadata }: TensorFile): Words {
  const nothing: Words = { snapshot: VERSION, empty: [] }
  const text = metadata[WORDS]
  if (text === undefined) return nothing
  let words: Partial<Record<keyof Words, unknown>>
  try {
    words = (JSON.parse(text) ?? {}) as typeof words
  } catch {
    words = {}
  }
  const { snapshot, kind, empty } = words
  if (snapshot !== VERSION) throw new TypeError(`expected a snapshot of version ${VERSION}, found '${text.slice(0, 60)}'`)
  return {
    snapshot,
    kind: typeof kind === 'string' ? kind : undefined,
    empty: Array.isArray(empty) ? empty.filter((name) => typeof name === 'string' && name.startsWith(STATE)) : [],
  }
}
