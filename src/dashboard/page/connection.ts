/** The line to the server: it comes back by itself. */

import type { PageMessage, ServerMessage } from '../control.ts'
import { decodeFrame, type Frame } from '../protocol.ts'

export type ConnectionState = 'connecting' | 'live' | 'lost' | 'ended'

export interface Connection {
  send(message: PageMessage): void
}

/** Milliseconds before the first new attempt; doubled up to the second. */
const patience = [250, 4_000] as const

export function connect(handler: {
  frame(frame: Frame): void
  message(message: ServerMessage): void
  state(state: ConnectionState): void
}): Connection {
  let socket: WebSocket
  let delay: number = patience[0]
  let ended = false

  function open(): void {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/view`)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      delay = patience[0]
      ended = false
      handler.state('live')
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') return handler.frame(decodeFrame(new Uint8Array(data)))
      const message = JSON.parse(data) as ServerMessage
      if (message.type === 'end') ended = true
      handler.message(message)
    }
    socket.onclose = () => {
      handler.state(ended ? 'ended' : 'lost')
      setTimeout(open, delay)
      delay = Math.min(delay * 2, patience[1])
    }
  }

  open()
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
  }
}
