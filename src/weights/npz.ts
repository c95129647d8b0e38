/** npz: a zip archive with one npy file for each array, named after it. What else is to be said stands in the archive's comment, as JSON. */

import { readNpy, writeNpy } from './npy.ts'
import { quoted, refuse, type TensorFile } from './tensor-file.ts'
import { readZip, writeZip } from './zip.ts'

const format = 'npz'
const ENDING = '.npy'
/** Most bytes that an archive may expand to. */
const MOST_BYTES = 2 ** 30

/**
 * All arrays, as float32 (see `readNumbers`).
 * @param limit most bytes that all arrays together may expand to; default 1 GiB
 * @throws DecodeError
 */
export async function readNpz(bytes: Uint8Array, limit: number = MOST_BYTES): Promise<TensorFile> {
  const { members, comment } = await readZip(bytes, limit)
  const tensors = [...members].map(([name, member]) => {
    const spot = { format, at: `npz: ${quoted(name)}`, offset: member.offset }
    if (/(^|\/)data\.pkl$/.test(name))
      refuse(spot, 'expected arrays, found a file of torch.save (Python objects); save the state_dict as safetensors or with numpy.savez')
    if (!name.endsWith(ENDING)) refuse(spot, `expected names that end with ${ENDING}`)
    return [name.slice(0, -ENDING.length), readNpy(member.bytes, spot)] as const
  })
  return { tensors: new Map(tensors), metadata: metadataOf(comment) }
}

/** A comment of somebody else says nothing to us. */
function metadataOf(comment: Uint8Array): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(comment))
    const entries = Object.entries(parsed as object).filter(([, text]) => typeof text === 'string')
    return Object.fromEntries(entries) as Readonly<Record<string, string>>
  } catch {
    return {}
  }
}

/** A file of float32 arrays, not compressed. @throws RangeError for 4 GiB or more, or 65535 arrays */
export function writeNpz({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const members = [...tensors].map(([name, tensor]) => [name + ENDING, writeNpy(tensor)] as const)
  const words = Object.keys(metadata).length > 0 ? JSON.stringify(metadata) : ''
  return writeZip(new Map(members), new TextEncoder().encode(words))
}
