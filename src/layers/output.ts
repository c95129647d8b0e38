/** Copies for the outside: an emitted tensor never changes, so each step needs fresh memory. */

/**
 * Elements a block of small tensors has room for. `new Float32Array` costs 2 us whatever its size up to 1000 elements,
 * so that small tensors share blocks, as Node's Buffers do.
 */
const BLOCK = 16384
const SMALL = 4096

let block = new Float32Array(0)
let used = 0

/** The same values in memory that nothing else writes to. */
export function copyOut(view: Float32Array): Float32Array {
  const { length } = view
  if (length > SMALL) return view.slice()
  if (used + length > block.length) {
    block = new Float32Array(BLOCK)
    used = 0
  }
  const copy = block.subarray(used, used + length)
  used += length
  copy.set(view)
  return copy
}
