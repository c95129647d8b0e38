import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/**
 * Short-term plasticity of synapses, one for each input: a spike leaves as `u r`, the share of the resources that are there and used.
 * Use `u` jumps by U(1 - u) with a spike and decays (facilitation); resources `r` shrink by what was used and recover (depression).
 * Rates in 1/s. Stands before a `linear` layer; a synaptic current (Norse: 50/s) is the neuron's own.
 * Tsodyks & Markram, PNAS 94 (1997); Tsodyks, Pawelzik & Markram, Neural Computation 10 (1998). Numbers as in Norse (`stp_step`): by
 * default depressing; facilitating: { tauFInv: 1 / 0.75, tauDInv: 20, U: 0.15 }.
 */
export const tsodyksMarkram: NeuronDefinition<'tauFInv' | 'tauDInv' | 'U', 'u' | 'r'> = {
  name: 'tsodyksMarkram',
  params: { tauFInv: 20, tauDInv: 1 / 0.75, U: 0.45 },
  state: { u: 0, r: 1 },
  step: `
    u = u + dt*(-tauFInv*u) + U*(1 - u)*x
    sent = u*r*x
    r = r + dt*(tauDInv*(1 - r)) - sent`,
  output: 'sent',
}
