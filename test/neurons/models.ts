/** All neuron models, by their names. */

import {
  adaLif,
  adex,
  adexEncoder,
  adexRefrac,
  cobaLif,
  cubaLi,
  cubaLif,
  iaf,
  integrateAndFire,
  integrator,
  izhikevich,
  li,
  liBox,
  lif,
  lifBox,
  lifEncoder,
  lifEx,
  lifExEncoder,
  lifRefrac,
  lsnn,
  threshold,
} from '../../operators/index.ts'
import type { NeuronModel } from '../../src/stream/neuron.ts'

/** A model whose names are known at run time only. */
export type AnyModel = NeuronModel<string, string>

export const models: Readonly<Record<string, AnyModel>> = {
  ...{ adaLif, adex, adexEncoder, adexRefrac, cobaLif, cubaLi, cubaLif, iaf, integrateAndFire, integrator, izhikevich },
  ...{ li, liBox, lif, lifBox, lifEncoder, lifEx, lifExEncoder, lifRefrac, lsnn, threshold },
} as unknown as Readonly<Record<string, AnyModel>>
