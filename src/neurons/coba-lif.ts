import type { NeuronDefinition } from '../kernel/equations/definition.ts'

/** The parameters of the conductance-based neuron. */
export type CobaLifParam = 'tauSynExcInv' | 'tauSynInhInv' | 'cMInv' | 'gL' | 'eRevI' | 'eRevE' | 'vRest' | 'vReset' | 'vTh'

/**
 * Leaky integrate-and-fire with conductance-based synapses: the input opens channels, and each pulls the voltage to a reversal potential:
 * `dv/dt = cMInv (gL (vRest - v) + gE (eRevE - v) + gI (eRevI - v))`, `dgE/dt = -tauSynExcInv gE`, `dgI/dt = -tauSynInhInv gI`.
 * A positive input is added to `gE`, the size of a negative one to `gI`; it acts in its own step, after one decay: `synapticDelay` plays no part.
 * What several synapses bring in one step is summed before it is split, so that excitation and inhibition of one step cancel.
 *
 * Defaults are Norse's numbers, in which nothing has a unit (5 s of synaptic decay at `dt` in seconds); `bio.cobaLif` has 1/s, mV and ms.
 * `v` begins at `vRest`: Norse begins at 0, above the threshold, so that all neurons fire at once.
 * Brette et al., J. Comput. Neurosci. 23 (2007), benchmark 1. Numbers as in Norse (`coba_lif_feed_forward_step`).
 */
export const cobaLif: NeuronDefinition<CobaLifParam, 'v' | 'gE' | 'gI'> = {
  name: 'cobaLif',
  params: { tauSynExcInv: 0.2, tauSynInhInv: 0.2, cMInv: 5, gL: 0.25, eRevI: -100, eRevE: 60, vRest: -20, vReset: -70, vTh: -10 },
  state: { v: 'vRest', gE: 0, gI: 0 },
  step: `
    gE = gE + max(x, 0)
    gI = gI + max(-x, 0)
    gE = gE - dt*tauSynExcInv*gE
    gI = gI - dt*tauSynInhInv*gI
    v = v + dt*cMInv*(gL*(vRest - v) + gE*(eRevE - v) + gI*(eRevI - v))
    z = spike(v - vTh)
    v = z ? vReset : v`,
  output: 'z',
}
