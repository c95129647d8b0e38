/** A client that sends: it connects, connects again, and holds no more than a bounded number of bytes. */

import { openSocket } from '#platform'
import { report } from '../diagnostics.ts'
import type { Socket } from '../platform/server.ts'

/** Bytes that wait for the first connection, or for a slow reader. */
const maxWaiting = 1 << 20
/** Milliseconds before the first new attempt; doubled up to the second after every failure. */
const patience = [250, 5_000] as const
/** Milliseconds that the end waits for the network to take what was sent. */
const farewell = 2_000

export class Link {
  /** Messages that were not sent. */
  dropped = 0
  readonly #at: string
  readonly #url: string
  readonly #greeting: () => string
  #socket: Socket
  #opened = 0
  #delay: number = patience[0]
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #closing: (() => void) | undefined

  /** @param greeting a JSON message that begins every connection */
  constructor(at: string, url: string, greeting: () => string) {
    this.#at = at
    this.#url = url
    this.#greeting = greeting
    this.#socket = this.#connect()
  }

  /** Sends now, keeps a little for the first connection, else drops and counts. */
  send(bytes: Uint8Array): void {
    if (this.#socket.open && this.#socket.buffered <= maxWaiting) return this.#socket.send(bytes)
    if (this.#opened === 0 && this.#waitingBytes + bytes.length <= maxWaiting) {
      this.#waiting.push(bytes)
      this.#waitingBytes += bytes.length
      return
    }
    this.#drop(1)
  }

  /** Waits a little for what is still to be sent, and says goodbye. */
  async close(): Promise<void> {
    const deadline = performance.now() + farewell
    while (performance.now() < deadline && (this.#socket.open ? this.#socket.buffered > 0 : this.#waiting.length > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    clearTimeout(this.#retry)
    this.#drop(this.#waiting.length)
    this.#waiting = []
    if (!this.#socket.open) {
      this.#closing = () => undefined
      return this.#socket.close()
    }
    await new Promise<void>((resolve) => {
      this.#closing = resolve
      this.#socket.close(1000, 'the stream has ended')
    })
  }

  #connect(): Socket {
    return openSocket(this.#url, {
      at: this.#at,
      maxMessage: maxWaiting,
      handler: {
        open: () => {
          if (this.#opened++ > 0) report({ kind: 'reconnected', at: this.#at, count: 1 })
          this.#delay = patience[0]
          this.#socket.send(this.#greeting())
          for (const bytes of this.#waiting) this.#socket.send(bytes)
          this.#waiting = []
        },
        message: () => undefined,
        close: () => {
          if (this.#closing !== undefined) return this.#closing()
          this.#retry = setTimeout(() => (this.#socket = this.#connect()), this.#delay)
          this.#delay = Math.min(this.#delay * 2, patience[1])
        },
      },
    })
  }

  #drop(count: number): void {
    if (count === 0) return
    this.dropped += count
    report({ kind: 'dropped', at: this.#at, count })
  }
}
