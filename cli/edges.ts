/** The edge detector of the Norse talk: a refractory neuron per pixel against noise, then oriented edge kernels. */

import type { Observable } from 'rxjs'
import { cpu, edgeKernels, type StateOf, type WeightsOf } from '../src/index.ts'
import { conv2d, lifRefrac, probe, type Probe, scale, sequential } from '../operators/index.ts'

/** What the sliders of the page change while it runs. */
export interface Tuning {
  readonly gain: Observable<number> | number
  readonly tauMemInv: Observable<number> | number
  readonly vTh: Observable<number> | number
  readonly rhoReset: Observable<number> | number
}

type Neuron = ReturnType<typeof lifRefrac>
type Synapse = ReturnType<typeof conv2d>
export type Edges = Probe<
  { readonly gain: {}; readonly noiseFilter: StateOf<Neuron>; readonly edges: {} },
  { readonly gain: {}; readonly noiseFilter: WeightsOf<Neuron>; readonly edges: WeightsOf<Synapse> }
>

/** Frames [1, y, x] in, two edge maps [2, y, x] out. */
export function edgeDetector(
  { gain, tauMemInv, vTh, rhoReset }: Tuning,
  backend: 'webassembly' | 'javascript' | 'interpreter' | undefined,
): Edges {
  const network = sequential({
    gain: scale(gain),
    noiseFilter: lifRefrac({ tauMemInv, vTh, rhoReset }),
    edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }),
  })
  return probe(backend === undefined ? network : network.with({ device: cpu({ backend }) }))
}
