/** Runs a node without streams: one arena, one step or several. */

import { Arena, type Backend, type Region } from '../../src/kernel/arena.ts'
import type { Node, Running, Tree } from '../../src/layers/node.ts'
import { type Shape, sizeOf, Tensor } from '../../src/tensor.ts'

export const BACKENDS: readonly Backend[] = ['webassembly', 'javascript']

const GUARD = 12345

export interface Instance {
  readonly running: Running
  readonly arena: Arena
  readonly x: Region
  /** One step: writes the input, runs, copies the output. */
  step(x: ArrayLike<number>): Tensor
}

export interface BuildOptions {
  readonly backend?: Backend
  readonly path?: string
  readonly seed?: number
  readonly weights?: Tree
}

/** A running instance for inputs of this shape. Memory begins with rubbish, as kernels must bear it outside of their data. */
export function buildNode(node: Node, shape: Shape, options: BuildOptions = {}): Instance {
  const place = { path: options.path ?? node.kind, seed: options.seed ?? 0 }
  const arena = new Arena(options.backend ?? 'webassembly')
  const before = arena.reserve(16)
  const x = arena.reserve(sizeOf(shape))
  const weights = options.weights ?? node.initialWeights(place)
  const running = node.build({ ...place, arena, x, shape, time: { dt: 1e-3, t: undefined }, weights })
  const after = arena.reserve(16)
  arena.allocate()
  for (const region of [before, after]) arena.floats(region).fill(GUARD)
  // Padding and slack of the input are nobody's data: NaN there must not reach an output.
  arena.memory.f32.fill(Number.NaN, (x.offset >> 2) - 16, (x.offset >> 2) + Math.ceil(x.length / 16) * 16 + 16)
  running.start()
  return {
    running,
    arena,
    x,
    step: (input) => {
      const own = arena.floats(x)
      own.set(input)
      const given = bitsOf(own)
      running.run()
      if (![before, after].every((region) => arena.floats(region).every((value) => value === GUARD)))
        throw new Error('wrote outside of its regions')
      if (!bitsOf(own).every((bits, k) => bits === given[k])) throw new Error('changed its input')
      return new Tensor(running.shape, arena.floats(running.y).slice())
    },
  }
}

export const runNode = (node: Node, x: Tensor, options: BuildOptions = {}): Tensor => buildNode(node, x.shape, options).step(x.data)

/** NaN of any kind as one: WebAssembly leaves the sign and payload of a NaN open. */
export const bitsOf = (x: Tensor | Float32Array): Int32Array =>
  new Int32Array(Float32Array.from(x instanceof Tensor ? x.data : x, (value) => (Number.isNaN(value) ? Number.NaN : value)).buffer)
