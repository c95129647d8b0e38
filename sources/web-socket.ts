/** Tensors from another program: a `webSocketSink`, or anything that sends the same messages. */

import { Observable } from 'rxjs'
import { openSocket } from '#platform'
import { decodeFrame, type TensorFrame } from '../src/dashboard/protocol.ts'
import { report } from '../src/diagnostics.ts'
import { DecodeError, DeviceError } from '../src/errors.ts'
import { Tensor } from '../src/tensor.ts'

const at = 'webSocketSource'
/** Bytes. A tensor of 16 M values. */
const maxMessage = 1 << 26

/**
 * Tensors as they arrive, every one of a `webSocketSink({ port })`. Connects at subscription. Completes when the server says that the
 * stream has ended. A server that cannot be reached, or is lost, is a DeviceError: `retry({ delay: 1000 })` connects again. Messages
 * that the server skipped because this end was slow are reported as dropped, damaged ones as resynchronized.
 *
 * @param url `ws://127.0.0.1:8080`
 * @throws TypeError where the address is not one of a WebSocket
 */
export function webSocketSource(url: string): Observable<Tensor> {
  if (typeof url !== 'string' || !/^wss?:\/\/./.test(url)) throw new TypeError(`${at}: url '${String(url)}': write it as 'ws://host:port'`)
  return new Observable((subscriber) => {
    const expected = new Map<number, number>()
    let opened = false
    const socket = openSocket(url, {
      at,
      maxMessage,
      handler: {
        open: () => {
          opened = true
        },
        message: (data) => {
          if (typeof data === 'string' || subscriber.closed) return
          const frame = readTensor(data)
          if (frame === undefined) return
          const missed = (frame.sequence - (expected.get(frame.stream) ?? frame.sequence)) >>> 0
          expected.set(frame.stream, (frame.sequence + 1) >>> 0)
          // A sender that begins anew counts from 0 again: that is no gap.
          if (missed > 0 && missed < 2 ** 31) report({ kind: 'dropped', at, count: missed })
          subscriber.next(new Tensor(frame.shape, frame.data, { t: Number.isNaN(frame.t) ? undefined : frame.t, dt: frame.dt }))
        },
        close: (code, reason) => {
          if (code === 1000) return subscriber.complete()
          const [message, remedy] = opened
            ? [`the connection to ${url} was lost${reason && ` (${reason})`}`, 'Connect again with retry({ delay: 1000 })']
            : [`cannot connect to ${url}${reason && ` (${reason})`}`, 'Start the server first, or wait for it with retry({ delay: 1000 })']
          subscriber.error(new DeviceError(at, message, remedy))
        },
      },
    })
    return () => socket.close()
  })
}

function readTensor(data: Uint8Array): TensorFrame | undefined {
  try {
    const frame = decodeFrame(data)
    return frame.kind === 'tensor' ? frame : undefined
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    report({ kind: 'resynchronized', at, count: 1 })
    return undefined
  }
}
