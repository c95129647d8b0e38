/** Reading files piece by piece with what both browsers and Node have: fetch, Blob, streams. */

/** How a file is read. */
export interface ReadOptions {
  /** Most bytes in one piece. */
  readonly chunkSize: number
  /** Aborted: reading ends and what is open is closed. */
  readonly signal: AbortSignal
}

/**
 * The bytes of a file, from the beginning. Opens when the first piece is asked for; closes when the last has been given, on an error, and
 * when the loop over it is left. A piece is valid until the next is asked for.
 * Errors do not name the file: the caller does. In a browser a string or URL is fetched.
 */
export async function* openFile(file: string | URL | Blob, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const stream = file instanceof Blob ? file.stream() : await get(file, options.signal)
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      for (let from = 0; from < value.length; from += options.chunkSize) yield value.subarray(from, from + options.chunkSize)
    }
  } finally {
    // an aborted fetch refuses: nothing is left to close then
    await reader.cancel().catch(() => undefined)
  }
}

async function get(url: string | URL, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new Error(`no answer: ${reasonOf(cause)}`, { cause })
  })
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw new Error(`the server answered ${response.status} ${response.statusText}`)
  }
  return response.body
}

/** Node's fetch says "fetch failed" and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** Lets everything else that waits run once: timers, sockets, a page's painting. setTimeout would take 4 ms in a browser. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
