import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** The parameters of Izhikevich's neuron. */
export type IzhikevichParam = 'a' | 'b' | 'c' | 'd' | 'tauInv' | 'sq' | 'mn' | 'bias' | 'vTh'

/**
 * Izhikevich's neuron: two equations that give most of the firing patterns of the cortex, by four numbers:
 * `dv/dt = tauInv (sq v^2 + mn v + bias - u + x)`, `du/dt = tauInv a (b v - u)`; where `v` passes `vTh` the neuron emits 1, `v` starts
 * again from `c` and `u` grows by `d`. `v`, `c`, `vTh` in mV. The model's own time is in ms: `tauInv`, in 1/s, says how many of them pass
 * in a second of `dt`. 250, the default, is a quarter of real time (0.25 ms in a step of 1 ms); 1000 is real time.
 * There is no synapse: the input acts in its own step, `synapticDelay` plays no part.
 *
 * Defaults: tonic spiking. `u` begins at b v = -14 of these; with another `b` give `initialState: { u: b * v }`.
 * Izhikevich, IEEE Trans. Neural Networks 14 (2003). Numbers as in Norse (`IzhikevichCell`).
 */
export const izhikevich: NeuronDefinition<IzhikevichParam, 'v' | 'u'> = {
  name: 'izhikevich',
  params: { a: 0.02, b: 0.2, c: -65, d: 6, tauInv: 250, sq: 0.04, mn: 5, bias: 140, vTh: 30 },
  state: { v: -70, u: -14 },
  step: `
    w = v + dt*tauInv*(sq*(v*v) + mn*v + bias - u + x)
    u = u + dt*tauInv*a*(b*v - u)
    z = spike(w - vTh)
    v = z ? c : w
    u = z ? u + d : u`,
  output: 'z',
}
