/** How a layer is run: the options that every layer takes besides its own. */

import type { Observable } from 'rxjs'
import type { Shape, Tensor } from '../tensor.ts'
import { checkShape } from '../tensor.ts'
import type { Device } from './device.ts'
import { checkDevice } from './device.ts'
import type { Node } from './node.ts'
import { isStream } from './node.ts'

/** Everything a layer remembers, as plain data. */
export interface Snapshot<out S = unknown, out W = unknown> {
  readonly state: S
  readonly weights: W
}

/** The same names, any of them. */
export type DeepPartial<T> = T extends Tensor ? T : { readonly [K in keyof T]?: DeepPartial<T[K]> }

export interface RunOptions<S = unknown, W = unknown> {
  /** Seconds. Default: the input's own `dt`, else 1e-3. Set and different from the input's: this value, and a diagnostic. */
  dt?: number
  /** Where the arithmetic runs. Default: fused WebAssembly, else JavaScript. Belongs to the outermost layer. */
  device?: Device
  /** Any emission: back to the initial state before the next step. Weights stay. */
  reset?: Observable<unknown>
  /** 0/1 per row of the batch axis: these rows go back to the initial state before the next step. */
  resetRows?: Observable<Tensor>
  /** Continue from a snapshot, before the next step. */
  restore?: Observable<Snapshot<S, W>>
  /** Weights to start from, or a stream of them: each takes effect between two steps. Missing names keep theirs. */
  weights?: DeepPartial<W> | Observable<DeepPartial<W>>
  /** Seed of initializers and noise. Default: derived from the layer's path, so that siblings differ and runs repeat. */
  seed?: number
  /** Shape of one step. When given, the whole network is checked at the call instead of at the first emission. */
  inputShape?: Shape
}

/** A parameter that training may change; it appears among the layer's weights. */
export interface Learnable {
  readonly kind: 'learnable'
}
/**
 * A number, one per neuron, or a stream of either. A stream is subscribed before the input, so `startWith` and BehaviorSubject
 * count from the first step; before its first emission the default holds, after its completion the last value; an emission
 * takes effect between two steps; its error is the operator's. One value per neuron broadcasts from the last axis, as in PyTorch.
 */
export type Param = number | readonly number[] | Tensor | Observable<number | readonly number[] | Tensor> | Learnable

const streams = ['reset', 'resetRows', 'restore'] as const
const known = new Set<string>(['dt', 'device', 'weights', 'seed', 'inputShape', ...streams])

/** Options are checked at the call. @throws TypeError, RangeError, ShapeError naming the option, the value and what is allowed. */
export function checkOptions(node: Node, options: RunOptions): void {
  const at = node.kind
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TypeError(`${at}: there is no option '${name}'; the options are: ${[...known].join(', ')}`)
  }
  const { dt, seed, inputShape, weights } = options
  if (dt !== undefined) checkDt(at, dt)
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new RangeError(`${at}: seed ${String(seed)}: a safe integer is needed`)
  for (const name of streams) {
    if (options[name] !== undefined && !isStream(options[name]))
      throw new TypeError(`${at}: ${name}: expected an Observable, got ${String(options[name])}`)
  }
  if (weights !== undefined && (typeof weights !== 'object' || weights === null)) {
    throw new TypeError(`${at}: weights: expected tensors by name or an Observable of them, got ${String(weights)}`)
  }
  checkDevice(options.device, node)
  if (inputShape !== undefined) {
    checkShape(`${at}: inputShape`, inputShape)
    if (node.resolve === undefined) node.outputShape(inputShape, at)
  }
}

/** Of options that only one layer has. @throws TypeError for one that there is not: misspelled, it would do nothing. */
export function checkOwnOptions(at: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${at}: expected options by name, got ${String(options)}`)
  const wrong = Object.keys(options).find((name) => !names.includes(name))
  if (wrong !== undefined) throw new TypeError(`${at}: there is no option '${wrong}'; the options are: ${names.join(', ')}`)
}

/** @throws RangeError unless `dt` is a length of time, seconds. */
export function checkDt(at: string, dt: number): void {
  if (!(typeof dt === 'number' && dt > 0 && Number.isFinite(dt)))
    throw new RangeError(`${at}: dt ${String(dt)}: a positive number of seconds is needed, for example 1e-3`)
}
