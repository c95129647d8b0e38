/** A browser tab can call a server; it cannot be one. */

import { DeviceError } from '../errors.ts'
import type { ClientOptions, ServeOptions, Server, Socket } from './server.ts'

/** How the page's own modules end. */
export const moduleExtension: '.js' | '.ts' = '.js'

/** @throws DeviceError: a browser tab cannot listen on a port. */
export function serve(options: ServeOptions): Server {
  throw new DeviceError(options.at, 'a browser tab cannot listen on a port', 'Run this in Node, or draw in the tab itself with canvasSink')
}

/** Nothing: only a server hands out modules. */
export async function readModule(_path: string): Promise<string | undefined> {
  return undefined
}

/** Names under which this machine is known in its network. */
export const machineNames = (): readonly string[] => []

/** Calls a server. @throws DeviceError where the address is not one of a WebSocket. */
export function openSocket(url: string, { at, handler }: ClientOptions): Socket {
  let socket: WebSocket
  try {
    socket = new WebSocket(url)
  } catch (cause) {
    throw new DeviceError(at, `'${url}' is not the address of a WebSocket`, "Write it as 'ws://host:port'", { cause })
  }
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => handler.open()
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    handler.message(typeof data === 'string' ? data : new Uint8Array(data))
  socket.onclose = ({ code, reason }) => handler.close(code, reason)
  return {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data as Uint8Array<ArrayBuffer>)
    },
    get buffered() {
      return socket.bufferedAmount
    },
    get open() {
      return socket.readyState === WebSocket.OPEN
    },
    close: (code = 1000, reason = '') => socket.close(code, reason),
  }
}
