/** Reading files piece by piece in Node: paths and file URLs by node:fs, the rest as in a browser. */

import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openFile as openWebFile, type ReadOptions } from './files.browser.ts'

export type { ReadOptions } from './files.browser.ts'

/** As `openFile` in a browser; and a string that is no http(s) address is a path. */
export async function* openFile(file: string | URL | Blob, options: ReadOptions): AsyncGenerator<Uint8Array> {
  if (file instanceof Blob || /^(https?|data|blob):/i.test(String(file))) yield* openWebFile(file, options)
  else yield* openPath(file instanceof URL || /^file:/i.test(file) ? fileURLToPath(file) : file, options)
}

async function* openPath(path: string, { chunkSize, signal }: ReadOptions): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw explain(cause)
  })
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('this is a directory, not a file')
    const buffer = new Uint8Array(chunkSize)
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(buffer, 0, chunkSize, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

function explain(cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new Error('there is no such file', { cause })
  if (code === 'EACCES' || code === 'EPERM') return new Error('this user may not read it', { cause })
  return new Error(`it cannot be opened: ${message}`, { cause })
}

/** Lets everything else that waits run once: timers, sockets, other files. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
