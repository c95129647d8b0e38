/** Where a network's arithmetic runs. */

import type { Observable, Subscriber } from 'rxjs'
import { report } from '../diagnostics.ts'
import { DeviceError } from '../errors.ts'
import type { Backend } from '../kernel/arena.ts'
import { assembleModule, f32x4 } from '../kernel/assembler.ts'
import type { Tensor } from '../tensor.ts'
import type { Inside } from './cell.ts'
import type { Node } from './node.ts'

/** A place where arithmetic runs; `ready` says what it came to be. */
export interface Device {
  readonly name: string
  readonly ready: Promise<{ readonly backend: string; readonly reason?: string }>
}

/** How a device that is not this processor runs networks: it answers later, so only streams can use it. */
export interface Elsewhere {
  /** At the call of `with`. @throws DeviceError naming the layer that this device cannot run */
  check(node: Node, path: string): void
  /** One subscription of a network. */
  run(inside: Inside, source: Observable<Tensor>, out: Subscriber<Tensor>): void
}

const backends = new WeakMap<Device, Backend>()
const others = new WeakMap<Device, Elsewhere>()

/** Makes a device known that is not this processor. */
export function registerElsewhere(device: Device, elsewhere: Elsewhere): Device {
  others.set(device, elsewhere)
  return device
}

/** How a device runs networks, unless it is this processor. */
export const elsewhereOf = (device: Device | undefined): Elsewhere | undefined => device && others.get(device)

/** At the call of `with`. @throws TypeError for something that is not a device of this library, and what the device throws. */
export function checkDevice(device: Device | undefined, node: Node): void {
  const elsewhere = elsewhereOf(device)
  if (elsewhere === undefined) backendOf(device)
  else elsewhere.check(node, node.composite === true ? '' : node.kind)
}

/** SIMD is missing in old browsers, WebAssembly where a page's Content-Security-Policy lacks 'wasm-unsafe-eval'. */
let simd: boolean | undefined
function hasSimd(): boolean {
  if (simd === undefined) {
    try {
      const probe = assembleModule('probe', [{ name: 'f', params: [], result: 'v128', body: () => f32x4.const(1) }])
      // Validation passes where a page forbids compiling: only compiling tells.
      simd = WebAssembly.validate(probe) && new WebAssembly.Module(probe) instanceof WebAssembly.Module
    } catch {
      simd = false
    }
  }
  return simd
}

/**
 * This processor.
 * @param options.backend `webassembly` (128-bit SIMD, the default where it exists), `javascript` (the fallback) or `interpreter`
 *   (no code generation; slow). All give the same bits.
 * @throws RangeError for another back end, or where WebAssembly was asked for and is not to be had.
 */
export function cpu(options: { readonly backend?: Backend } = {}): Device {
  const { backend } = options
  if (backend !== undefined && !['webassembly', 'javascript', 'interpreter'].includes(backend)) {
    throw new RangeError(`cpu: backend '${String(backend)}': 'webassembly', 'javascript' and 'interpreter' are allowed`)
  }
  if (backend === 'webassembly' && !hasSimd())
    throw new RangeError("cpu: this machine runs no WebAssembly SIMD; leave 'backend' out to fall back to JavaScript")
  const chosen = backend ?? defaultBackend()
  const reason = backend === undefined && chosen !== 'webassembly' ? { reason: 'WebAssembly SIMD is not available' } : {}
  const device: Device = { name: `cpu (${chosen})`, ready: Promise.resolve({ backend: chosen, ...reason }) }
  backends.set(device, chosen)
  return device
}

let reported = false
function defaultBackend(): Backend {
  if (hasSimd()) return 'webassembly'
  if (!reported)
    report({ kind: 'fallback', at: 'cpu', message: 'WebAssembly SIMD is not available here: JavaScript is used, 5 to 10 times slower' })
  reported = true
  return 'javascript'
}

/**
 * The back end of this processor that a device names.
 * @throws TypeError for something that is not a device of this library, DeviceError for one that answers later
 */
export function backendOf(device: Device | undefined): Backend {
  if (device === undefined) return defaultBackend()
  if (others.has(device)) {
    const remedy = 'Stream through the network (x.pipe(network)), or leave the device out for step and sequence'
    throw new DeviceError(device.name, 'its answers come later, and step and sequence answer at once', remedy)
  }
  const backend = backends.get(device)
  if (backend === undefined)
    throw new TypeError(`device: expected one made by cpu() or gpu(), got ${String((device as Partial<Device> | null)?.name ?? device)}`)
  return backend
}
