/** What every format of tensors holds: tensors by name, and a few words about them. */

import { DecodeError } from '../errors.ts'
import type { Tensor } from '../tensor.ts'

export interface TensorFile {
  /** By their flat names, `fc1.weight`, in the order of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Where in a file something stands. */
export interface Spot {
  readonly format: string
  /** What is being read, for messages: `npz: 'fc1.weight'`. */
  readonly at: string
  /** Byte offset in the file. */
  readonly offset: number
}

/** @throws DecodeError naming the place, what was expected and what was found. */
export function refuse({ format, at, offset }: Spot, problem: string, cause?: unknown): never {
  throw new DecodeError(`${at}: ${problem} (at byte ${offset})`, { format, offset, cause })
}

/** Text that decodes as UTF-8. @throws DecodeError */
export function utf8(bytes: Uint8Array, spot: Spot): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    return refuse(spot, 'expected text in UTF-8', cause)
  }
}

const MOST_SHOWN = 60

/** Text of a file in a message: of bounded length. */
export const abridged = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text)

/** A name of a file in a message. */
export const quoted = (text: string): string => `'${abridged(text)}'`
