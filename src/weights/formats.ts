/** Which format a file of tensors has, by its first bytes. */

import { DecodeError } from '../errors.ts'
import { readNpz, writeNpz } from './npz.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import type { TensorFile } from './tensor-file.ts'

export type TensorFormat = 'safetensors' | 'npz'

const writers: Readonly<Record<TensorFormat, (file: TensorFile) => Uint8Array<ArrayBuffer>>> = {
  safetensors: writeSafetensors,
  npz: writeNpz,
}

/** @throws RangeError for a format that is not known */
export function checkFormat(at: string, format: unknown): asserts format is TensorFormat {
  if (typeof format !== 'string' || !Object.hasOwn(writers, format))
    throw new RangeError(`${at}: format ${String(format)}: ${Object.keys(writers).join(' and ')} are known`)
}

export const writeTensors = (file: TensorFile, format: TensorFormat): Uint8Array<ArrayBuffer> => writers[format](file)

/** Files that people may take for weights, by how they begin. */
const others: readonly (readonly [begins: string, is: string])[] = [
  ['\x93NUMPY', 'a single array (npy), which has no name; save it with numpy.savez(file, name=array)'],
  ['\x89HDF', 'HDF5'],
  ['\x80', 'a Python pickle; save the state_dict with safetensors.torch.save_file or numpy.savez'],
]

const OPEN = 0x7b

/** All tensors of a safetensors or npz file. @throws DecodeError */
export async function readTensors(bytes: Uint8Array): Promise<TensorFile> {
  const head = String.fromCharCode(...bytes.subarray(0, 8))
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return readNpz(bytes)
  if (bytes[8] === OPEN) return readSafetensors(bytes)
  const other = others.find(([begins]) => head.startsWith(begins))
  const found = bytes.length === 0 ? 'an empty file' : (other?.[1] ?? `a file that begins with ${JSON.stringify(head)}`)
  throw new DecodeError(`expected safetensors or npz, found ${found}`, { format: 'unknown', offset: 0 })
}
