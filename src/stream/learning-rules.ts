/** The rules that come with the library. */

import type { Observable } from 'rxjs'
import type { Rule } from '../layers/plastic/rule.ts'
import { correlationSensorRule, stdpSensorRule } from '../plasticity/sensors.ts'
import { type StdpKind, stdpRules } from '../plasticity/stdp.ts'
import { threeFactorRule } from '../plasticity/three-factor.ts'
import type { Tensor } from '../tensor.ts'
import { defineRule, type RuleModel, type RuleParam, ruleOf } from './rule.ts'

export interface StdpParams {
  /** Learning rates of strengthening and weakening (1e-3). */
  etaPlus?: RuleParam
  etaMinus?: RuleParam
  /** How fast the traces of inputs and of neurons decay, 1/s (20). */
  tauPreInv?: RuleParam
  tauPostInv?: RuleParam
  /** How much a spike adds to its trace (1). dt*tauPreInv, so 0.02, gives Norse's numbers. */
  aPre?: RuleParam
  aPost?: RuleParam
  /** The weight stays between these (0 and 1). */
  wMin?: number
  wMax?: number
  /** How the change depends on the weight ('additive'). */
  rule?: StdpKind
  /** Exponent of 'multiplicativePow' (0, which is additive). */
  mu?: RuleParam
}

/**
 * Spike-timing-dependent plasticity of pairs of spikes, with traces `pre` and `post`:
 *
 *     tPre  = tPre  - dt*tauPreInv*tPre   + aPre*pre
 *     tPost = tPost - dt*tauPostInv*tPost + aPost*post
 *     w     = w + A(w)*(post*tPre) - B(w)*(tPost*pre), kept between wMin and wMax
 *
 * | rule | A(w) | B(w) |
 * | --- | --- | --- |
 * | additive | etaPlus | etaMinus |
 * | additiveStep | etaPlus where w < wMax, else 0 | etaMinus where w > wMin, else 0 |
 * | multiplicativePow | etaPlus*(wMax - w)^mu | etaMinus*(w - wMin)^mu |
 * | multiplicativeRelu | etaPlus*max(wMax - w, 0) | etaMinus*max(w - wMin, 0) |
 *
 * Song, Miller & Abbott (2000): a spike is an impulse, so the result does not hang on dt. Norse scales spikes by dt*tauInv.
 * @throws TypeError, RangeError for other parameters, and unless wMin <= wMax
 */
export function stdp(params: StdpParams = {}): Rule<'pre' | 'post'> {
  const { rule = 'additive', ...rest } = params
  if (!Object.hasOwn(stdpRules, rule))
    throw new RangeError(`stdp: rule '${String(rule)}': ${Object.keys(stdpRules).join(', ')} are allowed`)
  const definition = stdpRules[rule]
  const { wMin = definition.params.wMin, wMax = definition.params.wMax, mu } = rest
  if (mu !== undefined && rule !== 'multiplicativePow')
    throw new RangeError(`stdp: mu is the exponent of 'multiplicativePow', the rule is '${rule}'`)
  if (!(wMin <= wMax))
    throw new RangeError(`stdp: wMin ${String(wMin)} and wMax ${String(wMax)}: two numbers, the first not above the second, are needed`)
  return ruleOf(definition, rest, {}, { tPre: 'pre', tPost: 'post' })
}

export interface ThreeFactorParams {
  /** Learning rate (1e-3). */
  eta?: RuleParam
  /** How fast synapses forget, 1/s (5). */
  tauEligibilityInv?: RuleParam
  /** Reward, surprise, dopamine: impulses, a number or one for each row of the batch. */
  modulator: Observable<number | Tensor>
}

/**
 * Eligibility times a third factor: e = e - dt*tauEligibilityInv*e + pre*post for each synapse, and w = w + eta*modulator*e.
 * Emissions of the modulator within a step add up, and are gone after it. Frémaux & Gerstner (2016).
 * @throws TypeError without a modulator
 */
export function threeFactor({ modulator, ...params }: ThreeFactorParams): Rule<'eligibility'> {
  return ruleOf(threeFactorRule, params, { modulator })
}

/** Measures correlations at each synapse and changes no weight: see `correlationSensor.definition`. */
export const correlationSensor: RuleModel<'etaP' | 'etaM' | 'tauCInv' | 'tauAcInv', 'postPre' | 'correlation' | 'anti'> =
  defineRule(correlationSensorRule)

/** Exponential traces of both sides, without a change of weights: see `stdpSensor.definition`. */
export const stdpSensor: RuleModel<'etaP' | 'etaM' | 'tauCInv' | 'tauAcInv', 'aPre' | 'aPost'> = defineRule(stdpSensorRule)
