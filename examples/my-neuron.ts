// A neuron that the library does not know: its equations are all there is to write.
import { defineNeuron } from 'rxspike'
import { poisson, probe } from 'rxspike/operators'
import { steps } from 'rxspike/sources'

const adaptive = defineNeuron({
  name: 'adaptive',
  params: { tauMemInv: 100, tauAdaptInv: 5, beta: 0.2 },
  state: { v: 0, threshold: 1 },
  input: 'v',
  step: `
    v         = v - dt*tauMemInv*v
    z         = spike(v - threshold)
    v         = z ? 0 : v
    threshold = threshold + dt*tauAdaptInv*(1 - threshold) + beta*z`,
  output: 'z',
})

const neuron = probe(adaptive({ beta: 0.5 }))
neuron.watch('threshold').subscribe((threshold) => console.log(...[...threshold].map((value) => value.toFixed(2))))
steps(100, { dt: 1e-3 })
  .pipe(poisson({ shape: [4], rate: 500, seed: 1 }), neuron)
  .subscribe()
