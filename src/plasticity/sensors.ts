/** Rules that change no weight: they measure how the spikes of both sides are correlated. */

import type { RuleDefinition } from './definition.ts'

/**
 * Correlation sensor of each synapse, after the analog one of BrainScaleS-2 (Friedmann et al., IEEE TBioCAS 11 (2017)). `postPre` is 1 where
 * the last spike was one of the neuron. `correlation` gains etaP with every spike of the input and decays while `postPre` is 0; `anti` gains
 * etaM with every spike of the neuron and decays while it is 1. Rates in 1/s. Numbers as in Norse (`correlation_sensor_step`), for every row of a batch.
 */
export const correlationSensorRule: RuleDefinition<'etaP' | 'etaM' | 'tauCInv' | 'tauAcInv', 'postPre' | 'correlation' | 'anti'> = {
  name: 'correlationSensor',
  params: { etaP: 1, etaM: 1, tauCInv: 10, tauAcInv: 10 },
  traces: { postPre: 'synapse', correlation: 'synapse', anti: 'synapse' },
  step: `
    correlation = correlation + (1 - postPre)*(dt*tauCInv*(-correlation)) + etaP*pre
    anti = anti + postPre*(dt*tauAcInv*(-anti)) + etaM*post
    postPre = spike(postPre + post - pre)`,
}

/**
 * Exponential traces of both sides. Rates in 1/s. As Norse's `stdp_sensor_step`, except that the neuron's trace decays with tauAcInv, as
 * its parameters say, not with tauCInv; by default both are equal.
 */
export const stdpSensorRule: RuleDefinition<'etaP' | 'etaM' | 'tauCInv' | 'tauAcInv', 'aPre' | 'aPost'> = {
  name: 'stdpSensor',
  params: { etaP: 1, etaM: 1, tauCInv: 10, tauAcInv: 10 },
  traces: { aPre: 'pre', aPost: 'post' },
  step: `
    aPre = aPre + dt*tauCInv*(-aPre) + pre*etaP
    aPost = aPost + dt*tauAcInv*(-aPost) + post*etaM`,
}
