import type { IzhikevichParam } from './izhikevich.ts'

/** The arguments of `izhikevich` for one firing pattern: `izhikevich(...izhikevichPresets.tonicBursting)`. */
export type IzhikevichPreset = readonly [
  params: Readonly<Partial<Record<IzhikevichParam, number>>>,
  options: { readonly initialState: { readonly v: number; readonly u: number } },
]

/** What a preset may say besides a, b, c, d: where it begins (u at b v), how fast it runs. */
const preset = (a: number, b: number, c: number, d: number, v: number, more: { tauInv?: number; mn?: number; bias?: number } = {}) =>
  [{ a, b, c, d, ...more }, { initialState: { v, u: b * v } }] as const

/** Another parabola, for the two patterns whose b is negative and that fire at low rates. */
const low = { mn: 4.1, bias: 108 }

/**
 * Izhikevich's twenty firing patterns, each the arguments of `izhikevich`. What brings a pattern out is its input: see the paper.
 * `accommodation` has the paper's numbers but fires on slow ramps as well: its figure takes another equation, `du/dt = tauInv a b (v + 65)`.
 * Izhikevich, IEEE Trans. Neural Networks 15 (2004), figure 1. `dap`: depolarizing after-potential; `exc`: excitable.
 * Numbers as in Norse (its functional `izhikevich`, where the names have underscores and `accommodation` one m).
 */
export const izhikevichPresets: Readonly<
  Record<
    | 'tonicSpiking'
    | 'phasicSpiking'
    | 'tonicBursting'
    | 'phasicBursting'
    | 'mixedMode'
    | 'spikeFrequencyAdaptation'
    | 'class1Exc'
    | 'class2Exc'
    | 'spikeLatency'
    | 'subthresholdOscillation'
    | 'resonator'
    | 'integrator'
    | 'reboundSpike'
    | 'reboundBurst'
    | 'thresholdVariability'
    | 'bistability'
    | 'dap'
    | 'accommodation'
    | 'inhibitionInducedSpiking'
    | 'inhibitionInducedBursting',
    IzhikevichPreset
  >
> = {
  tonicSpiking: preset(0.02, 0.2, -65, 6, -70),
  phasicSpiking: preset(0.02, 0.25, -65, 6, -64),
  tonicBursting: preset(0.02, 0.2, -50, 2, -70),
  phasicBursting: preset(0.02, 0.25, -55, 0.05, -64, { tauInv: 200 }),
  mixedMode: preset(0.02, 0.2, -55, 4, -70),
  spikeFrequencyAdaptation: preset(0.01, 0.2, -65, 8, -70),
  class1Exc: preset(0.02, -0.1, -55, 6, -60, low),
  class2Exc: preset(0.2, 0.26, -65, 0, -64),
  spikeLatency: preset(0.02, 0.2, -65, 6, -70),
  subthresholdOscillation: preset(0.05, 0.26, -60, 0, -62),
  resonator: preset(0.1, 0.26, -60, -1, -62),
  integrator: preset(0.02, -0.1, -55, 6, -60, low),
  reboundSpike: preset(0.03, 0.25, -60, 4, -64, { tauInv: 200 }),
  reboundBurst: preset(0.03, 0.25, -52, 0, -64, { tauInv: 200 }),
  thresholdVariability: preset(0.03, 0.25, -60, 4, -64),
  bistability: preset(0.1, 0.26, -60, 0, -61),
  dap: preset(1, 0.2, -60, -21, -70, { tauInv: 100 }),
  // Begins away from b v.
  accommodation: [{ a: 0.02, b: 1, c: -55, d: 4, tauInv: 500 }, { initialState: { v: -65, u: -16 } }],
  inhibitionInducedSpiking: preset(-0.02, -1, -60, 8, -63.8),
  inhibitionInducedBursting: preset(-0.026, -1, -45, -2, -63.8),
}
