/** Memory that its caller fills. */

import { Buffer } from 'node:buffer'

/** Floats of any value, without the cost of zeroing them: only for one who writes them all at once. */
export function unfilledFloats(length: number): Float32Array {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length * 4)
  return new Float32Array(buffer, byteOffset, length)
}
