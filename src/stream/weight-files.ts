/** Weights and snapshots in files that PyTorch and NumPy read and write as well. */

import type { Cell } from '../layers/cell.ts'
import type { Tree } from '../layers/node.ts'
import type { Snapshot } from '../layers/options.ts'
import { checkFormat, readTensors, type TensorFormat, writeTensors } from '../weights/formats.ts'
import { flatten, match } from '../weights/names.ts'
import { isSnapshot, snapshotFromFile, snapshotToFile } from '../weights/snapshot.ts'
import { type FileLike, fromFile } from './file-bytes.ts'

export interface WriteOptions {
  /** `safetensors` (default) or `npz`, not compressed. */
  readonly format?: TensorFormat
}

export interface WriteSnapshotOptions extends WriteOptions {
  /** The layer that it is of: its kind is written, too, and `readSnapshot` refuses it for another. */
  readonly layer?: Cell
}

/**
 * The weights of a layer from a safetensors or npz file (told apart by content), for the option `weights`. Names are those of PyTorch's state_dict,
 * `fc1.weight`; slashes in the place of dots are understood. Names and shapes must be the layer's.
 *
 * Values become float32: half, bfloat16, bool and integers up to 2^24 exactly; float64 and larger integers rounded to the nearest.
 *
 * ```ts
 * const trained = network.with({ weights: await readWeights(network, 'network.safetensors') })
 * ```
 * @throws (rejects with) TypeError that lists what is missing, left over and of another shape; DecodeError where the bytes are not what their format
 *   says; Error where the file cannot be read
 */
export async function readWeights<W>(layer: Cell<unknown, W>, file: FileLike): Promise<W> {
  return await fromFile('readWeights', file, async (bytes) => {
    const read = await readTensors(bytes)
    if (isSnapshot(read)) throw new TypeError('this is a snapshot, state and weights: readSnapshot(layer, file) reads it')
    return match(layer.weights as Tree, read.tensors, layer.kind) as W
  })
}

/**
 * The bytes of a file with these weights, float32, named as PyTorch's state_dict names them. Times of tensors are not kept.
 * @throws TypeError for what is no tree of tensors, RangeError for another format
 */
export function writeWeights<W>(weights: W, { format = 'safetensors' }: WriteOptions = {}): Uint8Array<ArrayBuffer> {
  checkFormat('writeWeights', format)
  return writeTensors({ tensors: flatten(weights, 'writeWeights').tensors, metadata: {} }, format)
}

/**
 * A snapshot that `writeSnapshot` wrote, for the option `restore`: the network goes on with the same bits. Where the layer has the option `inputShape`,
 * the names and shapes of the state are checked here, else when it is restored.
 * @throws (rejects with) TypeError that lists what is missing, left over and of another shape, or for a snapshot of another kind of layer; DecodeError
 *   where the bytes are not what their format says; Error where the file cannot be read
 */
export async function readSnapshot<S, W>(layer: Cell<S, W>, file: FileLike): Promise<Snapshot<S, W>> {
  return await fromFile('readSnapshot', file, async (bytes) => snapshotFromFile(layer, await readTensors(bytes)))
}

/**
 * The bytes of a file with everything a layer remembers: tensors `state.<name>` and `weights.<name>`, every bit as it is.
 *
 * ```ts
 * writeFileSync('brain.safetensors', writeSnapshot(probed.snapshot()))
 * ```
 * @throws TypeError for what is no snapshot, RangeError for another format
 */
export function writeSnapshot(snapshot: Snapshot, { format = 'safetensors', layer }: WriteSnapshotOptions = {}): Uint8Array<ArrayBuffer> {
  checkFormat('writeSnapshot', format)
  return writeTensors(snapshotToFile(snapshot, layer?.kind, 'writeSnapshot'), format)
}
