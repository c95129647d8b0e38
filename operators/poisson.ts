import { isObservable, Observable, type OperatorFunction } from 'rxjs'
import { report } from '../src/diagnostics.ts'
import { broadcastTo, checkBroadcast, checkValue } from '../src/layers/broadcast.ts'
import { isLearnable } from '../src/layers/learnable.ts'
import type { Param } from '../src/layers/options.ts'
import { randomBits, randomKey, seedOf } from '../src/random.ts'
import { listen } from '../src/stream/listen.ts'
import type { Tick } from '../src/stream/ticks.ts'
import { checkShape, sizeOf, Tensor, type Shape } from '../src/tensor.ts'

/**
 * Spikes at random: on every tick a tensor of 0 and 1, each 1 with the probability rate * dt, independent of all others.
 *
 * A pure function of `seed` and the tick's `step`: the same seed gives the same spikes, whatever ran before. Tensors carry the tick's
 * `t` and `dt`. Probabilities above 1 are taken as 1 and reported as 'clamped'.
 * @param options.shape of one step
 * @param options.rate spikes per second, for all or one per neuron (it broadcasts from the last axis), or a stream of either: it holds
 * until its next emission, and is 0 before its first. Not learnable: `poissonEncoder` makes spikes of a network's values.
 * @param options.seed any safe integer
 * @throws RangeError for a bad shape, seed or rate, TypeError for what is no rate, ShapeError where rates are not one per neuron; at the
 * call, or in the stream where the rate is one
 */
export function poisson(options: { readonly shape: Shape; readonly rate: Param; readonly seed: number }): OperatorFunction<Tick, Tensor> {
  const { rate, seed } = options
  const shape = [...options.shape]
  checkShape('poisson', shape)
  if (!Number.isSafeInteger(seed)) throw new RangeError(`poisson: seed is ${String(seed)}: a safe integer is needed`)
  const size = sizeOf(shape)
  if (isLearnable(rate)) {
    throw new TypeError(
      'poisson: rate: a source has nothing to train; give a number or one per neuron, or train the layer before a poissonEncoder',
    )
  }
  const constant = isObservable(rate) ? new Float64Array(1) : checked(rate, shape)
  return (source) =>
    new Observable((out) => {
      let rates = constant
      if (isObservable(rate)) listen(rate, out, { next: (value) => (rates = checked(value, shape)), complete: () => undefined })
      listen(source, out, {
        next: ({ step, t, dt }) => {
          const key = randomKey(seed, step, draws)
          const data = new Float32Array(size)
          const each = rates.length === 1 ? 0 : 1
          let most = 0
          for (let k = 0; k < size; k++) {
            const probability = (rates[k * each] as number) * dt
            if (probability > most) most = probability
            if (randomBits(key, k) >>> 0 < probability * 2 ** 32) data[k] = 1
          }
          if (most > 1 + 1e-9)
            report({
              kind: 'clamped',
              at: 'poisson',
              message: `a rate of ${most / dt} per second at dt ${dt} s is a probability of ${most}: 1 is taken`,
            })
          out.next(new Tensor(shape, data, { t, dt }))
        },
      })
    })
}

/** Tells these draws from those that a layer makes with the same seed. */
const draws = seedOf('poisson')

/** One rate, or one per neuron; a copy. */
function checked(rate: unknown, shape: Shape): Float32Array | Float64Array {
  const at = 'poisson: rate'
  if (typeof rate !== 'number') {
    checkValue(at, rate)
    checkBroadcast(at, rate, shape)
  }
  const rates = typeof rate === 'number' ? Float64Array.of(rate) : broadcastTo(rate, shape).data
  const bad = rates.find((value) => !(value >= 0 && value < Infinity))
  if (bad !== undefined) throw new RangeError(`poisson: a rate is ${bad}: spikes per second from 0 up are needed`)
  return rates
}
