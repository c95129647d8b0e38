import type { RuleDefinition } from './definition.ts'

/**
 * Three factors: each synapse remembers for a while (200 ms) that its input and its neuron were active in the same step; the modulator,
 * a reward, turns what it remembers into a change of the weight. Rates in 1/s.
 * Frémaux & Gerstner, Frontiers in Neural Circuits 9:85 (2016), equations 1 and 4 with a Hebbian coincidence of one step.
 */
export const threeFactorRule: RuleDefinition<'eta' | 'tauEligibilityInv', 'eligibility'> = {
  name: 'threeFactor',
  params: { eta: 1e-3, tauEligibilityInv: 5 },
  traces: { eligibility: 'synapse' },
  step: `
    eligibility = eligibility - dt*tauEligibilityInv*eligibility + pre*post
    w = w + eta*modulator*eligibility`,
}
