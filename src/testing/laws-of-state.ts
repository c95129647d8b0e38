/** Snapshots, resets, silence. */

import { property, record } from 'fast-check'
import { of, Subject as Source } from 'rxjs'
import type { Tree } from '../layers/node.ts'
import type { Snapshot } from '../layers/options.ts'
import { isPlainTensor, tensorOf } from '../layers/tree.ts'
import type { Layer } from '../stream/layer.ts'
import { probe } from '../stream/probe.ts'
import { sameBits, sizeOf, Tensor } from '../tensor.ts'
import { isBookkeeping, type Law, type Subject } from './law.ts'
import { live } from './live.ts'
import { outputs, states } from './run.ts'
import { checkSame, checkSameTree, leaves } from './same.ts'

export const restoreIsExact = ({ layer, sequences }: Subject): Law => ({
  name: 'a snapshot goes on as the original',
  property: property(record({ before: sequences(), after: sequences(), other: sequences() }), ({ before, after, other }) => {
    if (before.length === 0) return
    const brain = probe(layer)
    let snapshot: Snapshot = { state: {}, weights: {} }
    let kept = snapshot
    const original = withBreak(brain, before, after, () => {
      snapshot = brain.snapshot()
      kept = structuredClone(snapshot)
    })
    checkSameTree(asTensors(kept.state), snapshot.state, 'in a plain copy of the snapshot', 'in the snapshot, after more steps')

    const restore = new Source<Snapshot>()
    const restored = withBreak(layer.with({ restore }), other, after, () => restore.next(kept))
    checkSame(restored, original, 'from a run that was restored', 'from the original')
  }),
})

export const resetIsFresh = ({ layer, plastic, noisy, sequences }: Subject): Law => ({
  name: 'after a reset it runs as new',
  property: property(record({ before: sequences(), after: sequences() }), ({ before, after }) => {
    const reset = new Source<void>()
    const brain = probe(layer.with({ reset }))
    let snapshot: Snapshot | undefined
    const given = withBreak(brain, before, after, () => {
      if (before.length > 0) snapshot = brain.snapshot()
      reset.next()
    })
    const fresh = outputs(plastic && snapshot !== undefined ? layer.with({ weights: snapshot.weights as {} }) : layer, after)
    if (noisy && snapshot !== undefined && !after.every((_, k) => sameBits(given[k] as Tensor, fresh[k] as Tensor))) {
      const rest = layer.initialState((before[0] as Tensor).shape) as Tree
      const restore = of({ ...snapshot, state: withCounts(rest, snapshot.state as Tree) })
      checkSame(given, outputs(layer.with({ restore }), after), 'after a reset', 'from a new run that goes on drawing')
    } else checkSame(given, fresh, 'after a reset', 'from a new run')
  }),
})

/** State at rest with the bookkeeping of another: what a reset leaves where it does not count anew. */
const withCounts = (rest: Tree, counted: Tree): Tree =>
  Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      name,
      isBookkeeping(name) ? (counted[name] as Tensor) : value instanceof Tensor ? value : withCounts(value, counted[name] as Tree),
    ]),
  )

/** What comes for `after`, with something done between the two. */
const withBreak = (layer: Layer, before: readonly Tensor[], after: readonly Tensor[], pause: () => void): readonly Tensor[] =>
  live(layer, (running) => {
    running.feed(before)
    pause()
    running.feed(after)
    return running.seen.slice(before.length)
  })

/** What `structuredClone` made of a tree of tensors. */
const asTensors = (tree: unknown): Tree =>
  Object.fromEntries(
    Object.entries(tree as Tree).map(([name, value]) => [name, isPlainTensor(value) ? tensorOf(value, name) : asTensors(value)]),
  )

/** Steps of one half of the silence. */
const HALF = 128
/** A value that moves over less than this, relative to a value above 1, rests. */
const HARDLY = 0.01
/** What moves over less than this share of before comes to rest. A time constant of 25 s passes, and slower ones hardly move. */
const LESS = 0.995

export const comesToRest = ({ layer, shape, dt, rest, sequences }: Subject): Law => ({
  name: rest ? 'silence brings it to rest' : 'it stays finite in silence',
  property: property(record({ inputs: sequences() }), ({ inputs }) => {
    const silence = new Tensor(shape, new Float32Array(sizeOf(shape)), { dt })
    const steps = states(layer, [...inputs, ...Array.from({ length: 2 * HALF }, () => silence)]).map((state) => leaves(state as Tree))
    for (const [k, [path]] of (steps[0] as ReturnType<typeof leaves>).entries()) {
      if (isBookkeeping(path)) continue
      const values = steps.map((step) => (step[k] as readonly [string, Tensor])[1].data)
      for (const [step, data] of values.entries()) checkFinite(data, path, step, inputs.length)
      if (rest) checkRest(values.slice(inputs.length), path)
    }
  }),
})

function checkFinite(data: Float32Array, path: string, step: number, inputs: number): void {
  if (data.every(Number.isFinite)) return
  const k = data.findIndex((value) => !Number.isFinite(value))
  const when = step < inputs ? `in step ${step}` : `after ${step - inputs + 1} silent steps`
  throw new Error(`${path}: element ${k} is ${data[k]} ${when}; a rate above 1 / dt makes each step overshoot`)
}

/** Over how much each element moves in the first and in the second half. */
function checkRest(values: readonly Float32Array[], path: string): void {
  const [first, second] = [values.slice(0, HALF), values.slice(HALF)] as const
  for (let k = 0; k < (values[0] as Float32Array).length; k++) {
    const [early, late] = [span(first, k), span(second, k)] as const
    const size = Math.max(1, Math.abs(values.at(-1)?.[k] as number))
    if (late > HARDLY * size && !(late < LESS * early))
      throw new Error(
        `${path}: element ${k} moves over ${digits(early)} in ${HALF} silent steps, and over ${digits(late)} in ${HALF} more; rest: false says that it need not rest`,
      )
  }
}

function span(values: readonly Float32Array[], k: number): number {
  let [low, high] = [Infinity, -Infinity]
  for (const data of values) {
    low = Math.min(low, data[k] as number)
    high = Math.max(high, data[k] as number)
  }
  return high - low
}

const digits = (value: number): string => String(Number(value.toPrecision(3)))
