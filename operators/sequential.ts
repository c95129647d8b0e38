import type { Stage, StateOf, WeightsOf } from '../src/layers/cell.ts'
import { insideOf } from '../src/layers/cell.ts'
import type { RunOptions } from '../src/layers/options.ts'
import { sequentialNode } from '../src/layers/sequential.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'

/**
 * One layer after another as one fused operator: intermediates are computed in place and never leave it. Names become the paths
 * of state and weights; layers without names are called 0, 1, 2.
 *
 * A stage is a layer, or any pure function of one step (it must give one shape for one shape). Seeds of initializers derive from
 * the path, so siblings differ and runs repeat.
 *
 * @example
 * sequential({ fc: linear(4, 64), spikes: lif(), readout: linear(64, 2), out: li() })
 * @throws TypeError at the call for a stage that is neither; ShapeError, naming the path, where shapes do not fit
 */
export function sequential<const L extends Readonly<Record<string, Stage>>>(
  layers: L,
  options?: RunOptions<{ readonly [K in keyof L]: StateOf<L[K]> }, { readonly [K in keyof L]: WeightsOf<L[K]> }>,
): Layer<{ readonly [K in keyof L]: StateOf<L[K]> }, { readonly [K in keyof L]: WeightsOf<L[K]> }>
export function sequential<const L extends readonly Stage[]>(
  ...layers: L
): Layer<{ readonly [K in keyof L]: StateOf<L[K]> }, { readonly [K in keyof L]: WeightsOf<L[K]> }>
export function sequential(...given: readonly unknown[]): Layer {
  const [first, options] = given
  if (isStage(first) || given.length === 0)
    return makeLayer(sequentialNode(Object.fromEntries(given.map((stage, k) => [k, stage as Stage]))))
  if (typeof first !== 'object' || first === null)
    throw new TypeError(`sequential: expected layers, or an object of layers by name, got ${String(first)}`)
  return makeLayer(sequentialNode(first as Readonly<Record<string, Stage>>), (options ?? {}) as RunOptions)
}

const isStage = (value: unknown) => typeof value === 'function' || insideOf(value) !== undefined
