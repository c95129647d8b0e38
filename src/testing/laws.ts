/** What must hold of every layer, as properties. */

import { insideOf } from '../layers/cell.ts'
import { configured } from '../layers/configured.ts'
import { Machine } from '../layers/machine.ts'
import type { Tree } from '../layers/node.ts'
import { checkDt } from '../layers/options.ts'
import { ShapeError } from '../errors.ts'
import type { Layer } from '../stream/layer.ts'
import { checkCount } from '../stream/ticks.ts'
import { checkShape, sameShape, type Shape } from '../tensor.ts'
import { arbitrary, type Range } from './arbitrary.ts'
import { isBookkeeping, type Law, ROWS, type Subject } from './law.ts'
import { backEndsAgree, stepsAgree } from './laws-of-arithmetic.ts'
import { rowsAreIndependent, rowsAreReset } from './laws-of-batches.ts'
import { comesToRest, resetIsFresh, restoreIsExact } from './laws-of-state.ts'
import { inputsStay, nothingShared, outputsFit, outputsStay, weightsStay } from './laws-of-streams.ts'
import { leaves } from './same.ts'

/** How a layer is tried. */
export interface LawOptions extends Range {
  /** Of one step, without batch axes; small, so that counterexamples are short. */
  readonly shape: Shape
  /** Steps of a sequence at the most; default 12. */
  readonly maxLength?: number
  /** Seconds, of every step. Default: 1e-3, 5e-4 or 1e-4, one for a sequence, and 1e-3 in silence. */
  readonly dt?: number
  /** Whether silence brings it to rest; default true. `false` for neurons that spike by themselves and for oscillators without damping. */
  readonly rest?: boolean
  /** Whether running changes its weights; default false. `true` for layers that learn. */
  readonly plastic?: boolean
}

/**
 * What must hold of every layer, each a property for `fc.assert`; a counterexample shrinks to few steps with few values that are not 0.
 *
 * - Each input gives one output: of the shape that `outputShape` says, with the time of the input.
 * - Two subscriptions share nothing.
 * - It leaves its inputs as they are; what it emitted never changes.
 * - Running leaves its weights as they are. (Left out for a layer without weights, and for one that is `plastic`.)
 * - Steps, sequence and stream agree, and the pure step is pure. (Left out where streams act on the layer: a pure step ignores them.
 *   A `plastic` layer: sequence and stream, as a pure step forgets what it learned.)
 * - All back ends give the same bits: WebAssembly, JavaScript and the interpreter.
 * - A snapshot, copied as plain data and restored into a run that did something else, goes on as the original.
 * - After a reset it runs as new. (A `plastic` layer: as new with the weights that it has by then. One with noise may go on drawing.)
 * - Silence brings it to rest: after inputs and 256 silent steps all state is finite, and in the second half of the silence
 *   each value of the state moves over less than in the first half, or hardly (0.01, relative to a value above 1). An integrator that
 *   keeps its value is at rest. With `rest: false`, and for layers with noise, that they stay finite. (Left out without state; state
 *   whose name begins with `$`, such as a count of draws, does not matter.)
 * - Rows of a batch do not see one another: they give what they give alone; with noise, that what others get does not matter.
 *   A reset of some rows makes those new and leaves the others alone. (Left out where the layer takes no axis to the left of `shape`, and
 *   for a `plastic` layer, whose rows share their weights. The second is left out with noise, which all rows draw from together.)
 *
 * @example
 * describe.each(laws(lif(), { shape: [3] }))('$name', ({ property }) => {
 *   test('holds', () => fc.assert(property))
 * })
 * @throws TypeError for what is no layer, ShapeError where `shape` does not fit it
 */
export function laws(layer: Layer, options: LawOptions): readonly Law[] {
  const inside = insideOf(layer)
  if (inside === undefined) throw new TypeError(`laws: expected a layer of rxspike, got ${String(layer)}`)
  const { shape, min, max, maxLength = 12, dt, rest = true, plastic = false } = options
  checkShape('laws', shape)
  checkCount('laws', 'maxLength', maxLength, 1)
  if (dt !== undefined) checkDt('laws', dt)
  const range = { maxLength, ...(dt !== undefined && { dt }), ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
  layer.outputShape(shape)
  const state = leaves(layer.initialState(shape) as Tree)
  const ports = configured(inside.node, inside.options).ports(Machine.placeOf(inside))
  const hasWeights = leaves(layer.weights as Tree).length > 0
  const noisy = state.some(([path]) => /(^|\.)\$draws$/.test(path))
  const sequences: Subject['sequences'] = (...batch) => arbitrary.sequence({ shape: [...batch, ...shape], ...range })
  const subject: Subject = { layer, shape, dt: dt ?? 1e-3, rest: rest && !noisy, plastic, noisy, sequences }
  const batched = !plastic && takesBatches(layer, shape)

  const all: readonly (readonly [applies: boolean, law: (subject: Subject) => Law])[] = [
    [true, outputsFit],
    [true, nothingShared],
    [true, inputsStay],
    [true, outputsStay],
    [hasWeights && !plastic && ports.length === 0, weightsStay],
    [ports.length === 0, stepsAgree],
    [true, backEndsAgree],
    [true, restoreIsExact],
    [true, resetIsFresh],
    [state.some(([path]) => !isBookkeeping(path)), comesToRest],
    [batched, rowsAreIndependent],
    [batched && !noisy, rowsAreReset],
  ]
  return all.flatMap(([applies, law]) => (applies ? [law(subject)] : []))
}

function takesBatches(layer: Layer, shape: Shape): boolean {
  try {
    return sameShape(layer.outputShape([ROWS, ...shape]), [ROWS, ...layer.outputShape(shape)])
  } catch (error) {
    if (error instanceof ShapeError) return false
    throw error
  }
}
