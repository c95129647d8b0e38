import type { RuleDefinition } from './definition.ts'

/** How the change depends on the weight. */
export type StdpKind = 'additive' | 'additiveStep' | 'multiplicativePow' | 'multiplicativeRelu'

const params = { etaPlus: 1e-3, etaMinus: 1e-3, tauPreInv: 20, tauPostInv: 20, aPre: 1, aPost: 1, wMin: 0, wMax: 1, mu: 0 }
type Names = keyof typeof params

/** @param plus factor of potentiation @param minus factor of depression */
const rule = (name: string, plus: string, minus: string): RuleDefinition<Names, 'tPre' | 'tPost'> => ({
  name,
  params,
  traces: { tPre: 'pre', tPost: 'post' },
  step: `
    tPre = tPre - dt*tauPreInv*tPre + aPre*pre
    tPost = tPost - dt*tauPostInv*tPost + aPost*post
    w = w + ${plus}*(post*tPre) - ${minus}*(tPost*pre)`,
  bounds: { min: 'wMin', max: 'wMax' },
})

/**
 * Spike-timing-dependent plasticity of pairs, by traces: a spike of the neuron strengthens the synapses whose inputs spiked before it, a
 * spike of an input weakens its synapses onto neurons that spiked before it. Rates in 1/s (time constants 50 ms), weights from wMin to wMax.
 * Song, Miller & Abbott, Nature Neuroscience 3 (2000); multiplicative: van Rossum, Bi & Turrigiano (2000), Gütig et al. (2003). A spike adds
 * aPre to its trace, whatever dt; Norse (`stdp_step_linear`, `stdp_step_conv2d`) scales it by dt*tauPreInv: aPre and aPost of 0.02 give its
 * default numbers.
 */
export const stdpRules: Readonly<Record<StdpKind, RuleDefinition<Names, 'tPre' | 'tPost'>>> = {
  additive: rule('stdp', 'etaPlus', 'etaMinus'),
  additiveStep: rule('stdpStep', 'etaPlus*(w < wMax)', 'etaMinus*(w > wMin)'),
  multiplicativePow: rule('stdpPow', 'etaPlus*pow(max(wMax - w, 0), mu)', 'etaMinus*pow(max(w - wMin, 0), mu)'),
  multiplicativeRelu: rule('stdpRelu', 'etaPlus*max(wMax - w, 0)', 'etaMinus*max(w - wMin, 0)'),
}
