// A learning rule that the library does not know: its equations are all there is to write. With Oja's (1982) a neuron finds the
// direction in which its inputs vary most, here the four that go together, and its weights come to length 1.
import { map } from 'rxjs'
import { defineRule, tensor, uniform } from 'rxspike'
import { linear, plastic, probe, scale } from 'rxspike/operators'
import { steps } from 'rxspike/sources'

const oja = defineRule({
  name: 'oja',
  params: { eta: 1e-3 },
  traces: {},
  step: 'w = w + eta*post*(pre - post*w)',
})

const learner = probe(plastic(linear(8, 1, { weight: uniform(0, 0.1), bias: false }), scale(1), oja({ eta: 5e-3 })))
steps(5000, { dt: 1e-3 })
  .pipe(
    map(({ step }) => tensor(Array.from({ length: 8 }, (_, k) => (k < 4 ? Math.sin(step / 10) : Math.sin(step * (k + 0.45)))))),
    learner,
  )
  .subscribe({
    complete: () => {
      const weight = [...learner.snapshot().weights.weight]
      console.log(...weight.map((w) => w.toFixed(2)), 'length', Math.hypot(...weight).toFixed(2))
    },
  })
