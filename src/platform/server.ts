/** What the library needs of a network server and of a WebSocket: types only. `server.node.ts` and `server.browser.ts` make them. */

/** One WebSocket. Nothing here throws once the peer is gone; a `send` then does nothing. */
export interface Socket {
  /** Text or binary. The bytes must not change afterwards: they are queued without a copy. */
  send(data: string | Uint8Array): void
  /** Bytes accepted by `send` that the network has not taken yet. */
  readonly buffered: number
  readonly open: boolean
  /** Says goodbye, and cuts the line where the peer does not answer within half a second. */
  close(code?: number, reason?: string): void
}

export interface SocketHandler {
  message(data: string | Uint8Array): void
  /** Once, whatever ended it. `code` is WebSocket's: 1000 is an orderly end, 1006 a lost line. */
  close(code: number, reason: string): void
}

/** What a GET is answered with. */
export interface Reply {
  /** 200 where absent. */
  readonly status?: number
  readonly type: string
  readonly body: string
}

export interface ServeOptions {
  /** Who serves, for messages: `webSocketSink`. */
  readonly at: string
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  /** Pages of other places that may connect: `https://lab.example`. Pages that this server sent always may. */
  readonly origins: readonly string[]
  /** Bytes. A peer that sends a longer message is cut off. */
  readonly maxMessage: number
  /** Peers at once. */
  readonly maxSockets: number
  get(path: string): Promise<Reply | undefined>
  /** A peer has connected at this path. Without a handler it is turned away. */
  connect(path: string, socket: Socket): SocketHandler | undefined
}

export interface Server {
  /** `http://127.0.0.1:8080`, once it listens. Rejects with a DeviceError where it cannot. */
  readonly address: Promise<string>
  /** Closes every socket and the port. Settles when the port is free again. */
  close(): Promise<void>
}

export interface ClientOptions {
  readonly at: string
  readonly maxMessage: number
  readonly handler: SocketHandler & { open(): void }
}
