/** Names that are inferred: traces of rules, state of loops, parameters of presets; and what must not compile. */

import { of, type Observable } from 'rxjs'
import { expectTypeOf, test } from 'vitest'
import { correlationSensor, defineRule, stdp, type Tensor, threeFactor } from 'rxspike'
import {
  coupled,
  delayedLinear,
  izhikevich,
  izhikevichPresets,
  lif,
  linear,
  plastic,
  probe,
  recurrent,
  sequential,
} from 'rxspike/operators'
import { arbitrary, laws } from 'rxspike/testing'

test('rules give their traces to the state', () => {
  const learner = plastic(linear(3, 2), lif(), stdp())
  expectTypeOf(learner.initialState([3]).traces.pre).toEqualTypeOf<Tensor>()
  expectTypeOf(learner.initialState([3]).neuron.v).toEqualTypeOf<Tensor>()
  expectTypeOf(probe(learner).watch('weight')).toEqualTypeOf<Observable<Tensor>>()
  // @ts-expect-error there is no such trace
  expectTypeOf(learner.initialState([3]).traces.eligibility).toBeAny()
  expectTypeOf(plastic(linear(3, 2), lif(), threeFactor({ modulator: of(1) })).initialState([3]).traces.eligibility).toEqualTypeOf<Tensor>()
})

test("a rule of one's own knows its names", () => {
  const oja = defineRule({ name: 'oja', params: { eta: 1e-4 }, traces: { y: 'post' }, step: 'y = post; w = w + eta*y*(pre - y*w)' })
  expectTypeOf(oja({ eta: 1e-5 }).traces).toEqualTypeOf<readonly 'y'[]>()
  // @ts-expect-error misspelled
  oja({ etta: 1 })
  // @ts-expect-error no kind of trace
  defineRule({ name: 'wrong', params: {}, traces: { y: 'neuron' }, step: 'y = post' })
})

test('loops have the state of what is inside', () => {
  expectTypeOf(recurrent(lif(), linear(2, 2)).initialState([2])).toHaveProperty('past')
  expectTypeOf(recurrent(lif(), linear(2, 2), { rule: correlationSensor() }).initialState([2]).traces.anti).toEqualTypeOf<Tensor>()
  expectTypeOf(recurrent(lif(), delayedLinear(2, 2, { delays: 1e-3 })).initialState([2]).synapse.past).toEqualTypeOf<Tensor>()
  expectTypeOf(coupled(lif(), linear(2, 2)).initialState([2]).neuron.v).toEqualTypeOf<Tensor>()
  expectTypeOf(sequential({ loop: recurrent(lif(), linear(2, 2)) }).initialState([2]).loop.neuron.i).toEqualTypeOf<Tensor>()
})

test("presets are spread, laws take layers, arbitrary parameters have the model's names", () => {
  expectTypeOf(izhikevich(...izhikevichPresets.tonicBursting).initialState([1]).u).toEqualTypeOf<Tensor>()
  // @ts-expect-error a preset is two arguments
  izhikevich(izhikevichPresets.tonicBursting)
  expectTypeOf(laws(lif(), { shape: [3] })[0]?.name).toEqualTypeOf<string | undefined>()
  expectTypeOf(arbitrary.params(lif)).toHaveProperty('generate')
  // @ts-expect-error a shape is needed
  laws(lif(), {})
})
