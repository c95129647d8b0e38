import type { adex } from './adex.ts'
import type { cobaLif } from './coba-lif.ts'
import type { iaf } from './iaf.ts'
import type { li } from './li.ts'
import type { lifEx } from './lif-ex.ts'
import type { lif } from './lif.ts'
import type { lsnn } from './lsnn.ts'

const leaky = { tauSynInv: 500, tauMemInv: 100, vLeak: -70 }
const firing = { ...leaky, vTh: -55, vReset: -70 }

/**
 * Parameters of the size that is measured in cells: `lif(bio.lif)`. Voltages in mV; rates in 1/s as everywhere here, so `dt` stays in
 * seconds (Norse's `bio_default()` has them per ms, to be used with `dt` in ms). Time constants: membrane 10 ms, synapse 2 ms, adaptation
 * 100 ms. Inputs are then in mV as well: a spike through a weight of 10 adds 10 to the current.
 *
 * Two numbers are not Norse's. `lifEx`: `deltaT` is 2 mV as in `adex`, as its 0 gives NaN at the threshold. `cobaLif`: `cMInv` is
 * 5000, its 5 per ms.
 */
export const bio: {
  readonly li: (typeof li)['params']
  readonly iaf: (typeof iaf)['params']
  readonly lif: (typeof lif)['params']
  readonly lifEx: (typeof lifEx)['params']
  readonly adex: (typeof adex)['params']
  readonly lsnn: (typeof lsnn)['params']
  readonly cobaLif: (typeof cobaLif)['params']
} = {
  li: leaky,
  iaf: { vTh: -55, vReset: -70 },
  lif: firing,
  lifEx: { ...firing, deltaT: 2 },
  adex: { ...firing, adaptationCurrent: 0, adaptationSpike: 0.01, deltaT: 2, tauAdaInv: 10 },
  lsnn: { ...firing, tauAdaptInv: 10, beta: 0.5 },
  cobaLif: {
    tauSynExcInv: 1 / 0.3e-3,
    tauSynInhInv: 1 / 0.5e-3,
    cMInv: 5000,
    gL: 0.25,
    eRevI: -70,
    eRevE: 0,
    vRest: -65,
    vReset: -65,
    vTh: -50,
  },
}
