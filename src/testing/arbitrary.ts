/** Arbitrary tensors, sequences, events and parameters, for fast-check. Counterexamples print as `tensor([[0, 1]], t=1000, dt=0.001)`. */

import { type Arbitrary, array, constant, constantFrom, integer, nat, record, tuple } from 'fast-check'
import type { EventPacket } from '../events.ts'
import { checkDt } from '../layers/options.ts'
import type { NeuronModel } from '../stream/neuron.ts'
import { checkCount } from '../stream/ticks.ts'
import { checkShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import { anyReal, type Draw, spiking, Values } from './values.ts'

/** The range of arbitrary values. */
export interface Range {
  /** Default -4. */
  readonly min?: number
  /** Default 4. */
  readonly max?: number
}

/** How long an arbitrary sequence is. */
export interface Length {
  /** Steps; default 20. Sequences of 0 steps are among them. */
  readonly maxLength?: number
  /** Seconds, of every step. Default: 1e-3, 5e-4 or 1e-4, one for a sequence. */
  readonly dt?: number
}

/** What `arbitrary.packets` takes. */
export interface SensorSize {
  /** Pixels, default 16. */
  readonly width?: number
  /** Pixels, default 12. */
  readonly height?: number
}

/** Values to draw, and to shrink to something readable. */
export const arbitrary: {
  /** float32 values, from silent to dense; -0 and denormals among them, NaN and infinities not. Shrinks to zeros and to simple numbers. */
  tensor(options: { readonly shape: Shape } & Range): Arbitrary<Tensor>
  /** Steps of one shape and one `dt`, with rising `t`. Shrinks to few steps of silence. */
  sequence(options: { readonly shape: Shape } & Range & Length): Arbitrary<readonly Tensor[]>
  /** The same with zeros and ones. `rate`: the share of ones, from 0 to 1; default: another one for each step. Shrinks towards silence. */
  spikes(options: { readonly shape: Shape; readonly rate?: number } & Length): Arbitrary<readonly Tensor[]>
  /** Packets of a camera, time-ordered; empty ones and events at the same time among them. Shrinks to no packets. */
  packets(options?: SensorSize): Arbitrary<readonly EventPacket[]>
  /**
   * Parameters around the model's defaults, and shrinking to exactly those: a quarter to four times the default, so that its sign stays.
   * Where the default is 0: from -1 to 1, or from 0 for what the name says is a time constant or a rate (`tau...`, `...Inv`).
   */
  params<P extends string, V extends string>(model: NeuronModel<P, V>): Arbitrary<{ readonly [K in P]: number }>
} = {
  tensor: ({ shape, ...range }) => {
    checkShape('arbitrary.tensor', shape)
    return new Values(sizeOf(shape), reals('arbitrary.tensor', range)).map((data) => new Tensor(shape, data))
  },
  sequence: ({ shape, min, max, ...length }) => {
    const range = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
    return stepsOf('arbitrary.sequence', shape, reals('arbitrary.sequence', range), length)
  },
  spikes: ({ shape, rate, ...length }) => {
    if (rate !== undefined && !(rate >= 0 && rate <= 1))
      throw new RangeError(`arbitrary.spikes: rate ${String(rate)}: a number from 0 to 1 is needed`)
    return stepsOf('arbitrary.spikes', shape, spiking(rate), length)
  },
  packets: ({ width = 16, height = 12 } = {}) => {
    checkCount('arbitrary.packets', 'width', width)
    checkCount('arbitrary.packets', 'height', height)
    const event = tuple(nat(3000), nat(width - 1), nat(height - 1), nat(1))
    const packets = array(array(event, { maxLength: 20 }), { maxLength: 6 })
    return tuple(nat(1_000_000), packets).map(([start, all]) => {
      let t = start
      return all.map(
        (events): EventPacket => ({
          t: Float64Array.from(events, ([gap]) => (t += gap)),
          x: Uint16Array.from(events, ([, x]) => x),
          y: Uint16Array.from(events, ([, , y]) => y),
          p: Uint8Array.from(events, ([, , , p]) => p),
          width,
          height,
        }),
      )
    })
  },
  params: <P extends string, V extends string>(model: NeuronModel<P, V>) => {
    const defaults = Object.entries(model.definition.params) as [P, number][]
    const around = Object.fromEntries(defaults.map(([name, value]) => [name, near(name, value)]))
    return record(around) as Arbitrary<{ readonly [K in P]: number }>
  },
}

function reals(at: string, { min = -4, max = 4 }: Range): Draw {
  const [low, high] = [Math.fround(min), Math.fround(max)]
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new RangeError(`${at}: min ${String(min)}, max ${String(max)}: two finite numbers, the smaller one first, are needed`)
  return anyReal(low, high)
}

function stepsOf(at: string, shape: Shape, draw: Draw, { maxLength = 20, dt: given }: Length): Arbitrary<readonly Tensor[]> {
  checkShape(at, shape)
  checkCount(at, 'maxLength', maxLength, 0)
  if (given !== undefined) checkDt(at, given)
  const length = given === undefined ? constantFrom(1e-3, 5e-4, 1e-4) : constant(given)
  const values = array(new Values(sizeOf(shape), draw), { maxLength, size: 'max' })
  return tuple(values, nat(1_000_000), length).map(([all, start, dt]) => inTime(shape, all, start, dt))
}

const inTime = (shape: Shape, all: readonly Float32Array[], start: number, dt: number): readonly Tensor[] =>
  all.map((data, k) => new Tensor(shape, data, { t: start + (k + 1) * (dt * 1e6), dt }))

/** Steps of a grid, so that what is printed is short. */
function near(name: string, value: number): Arbitrary<number> {
  if (value === 0) return integer({ min: /^tau|Inv$/.test(name) ? 0 : -100, max: 100 }).map((k) => (k === 0 ? value : k / 100))
  return integer({ min: -100, max: 100 }).map((k) => (k === 0 ? value : Number((value * 2 ** (k / 50)).toPrecision(3))))
}
