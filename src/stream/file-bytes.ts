/** A whole file as bytes, wherever it is. For formats whose directory stands at an end; recordings are read piece by piece. */

import { openFile } from '#platform'
import { DecodeError } from '../errors.ts'

/** A path or an http(s), file or blob address, a Blob (a File from an `<input>`), or the bytes themselves. In a browser a string is an address. */
export type FileLike = string | URL | Blob | Uint8Array

const CHUNK_BYTES = 2 ** 20
/** Larger files are refused: what they hold would not fit into WebAssembly's memory. */
const MOST_BYTES = 2 ** 31

/** Reads a file and makes something of it. @throws TypeError for what is no file; every other error names the file. */
export async function fromFile<T>(name: string, file: FileLike, parse: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
  if (!(typeof file === 'string' || file instanceof URL || file instanceof Blob || file instanceof Uint8Array))
    throw new TypeError(`${name}: expected a path, a URL, a Blob or a Uint8Array, got ${file === null ? 'null' : typeof file}`)
  try {
    return await parse(await bytesOf(file))
  } catch (error) {
    throw explain(`${name}(${nameOf(file)})`, error)
  }
}

async function bytesOf(file: FileLike): Promise<Uint8Array> {
  if (file instanceof Uint8Array) return file
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of openFile(file, { chunkSize: CHUNK_BYTES, signal: new AbortController().signal })) {
    length += piece.length
    if (length > MOST_BYTES) throw new RangeError(`the file has more than ${MOST_BYTES} bytes`)
    pieces.push(new Uint8Array(piece))
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** The same error, with the file in its message. */
function explain(at: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const message = `${at}: ${error.message}`
  if (error instanceof DecodeError) return new DecodeError(message, { format: error.format, offset: error.offset, cause: error })
  if (error instanceof TypeError) return new TypeError(message, { cause: error })
  return new Error(message, { cause: error })
}

/** What a file is called in messages. */
export function nameOf(file: FileLike): string {
  if (file instanceof Uint8Array) return `${file.length} bytes`
  if (!(file instanceof Blob)) return `'${String(file)}'`
  return 'name' in file && typeof file.name === 'string' ? `'${file.name}'` : `Blob of ${file.size} bytes`
}
