// Song, Miller and Abbott 2000: under STDP synapses compete for the control of a neuron; each becomes strong or weak.
import { stdp, uniform } from 'rxspike'
import { lif, linear, plastic, poisson, probe } from 'rxspike/operators'
import { steps } from 'rxspike/sources'

const learner = probe(
  plastic(linear(100, 1, { weight: uniform(0, 1), bias: false }), lif({ vTh: 2 }), stdp({ etaPlus: 1e-2, etaMinus: 1.05e-2 })),
)

steps(60_000, { dt: 1e-3 })
  .pipe(poisson({ shape: [100], rate: 15, seed: 1 }), learner)
  .subscribe({ complete: () => histogram(learner.snapshot().weights.weight) })

function histogram(weights: Iterable<number>): void {
  const bins = Array.from({ length: 10 }, () => 0)
  for (const w of weights) bins[Math.min(9, Math.floor(10 * w))]! += 1
  bins.forEach((count, k) => console.log((k / 10).toFixed(1), '#'.repeat(count), count))
}
