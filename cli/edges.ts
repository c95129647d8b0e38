/** The edge detector of the Norse talk: a refractory neuron per pixel against noise, then oriented edge kernels. */

import type { Observable } from 'rxjs'
import { cpu, edgeKernels, type Layer, type StateOf, type WeightsOf } from '../src/index.ts'
import { conv2d, lifRefrac, probe, type Probe, scale, sequential } from '../operators/index.ts'

/** What the sliders of the page change while it runs. */
export interface Tuning {
  readonly gain: Observable<number> | number
  readonly tauMemInv: Observable<number> | number
  readonly vTh: Observable<number> | number
  readonly rhoReset: Observable<number> | number
}

type Edges = ReturnType<typeof build>
const build = ({ gain, tauMemInv, vTh, rhoReset }: Tuning) =>
  sequential({
    gain: scale(gain),
    noiseFilter: lifRefrac({ tauMemInv, vTh, rhoReset }),
    edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }),
  })

/** Frames [1, y, x] in, two edge maps [2, y, x] out. */
export function edgeDetector(tuning: Tuning, backend: 'webassembly' | 'javascript' | 'interpreter' | undefined): Probe<StateOf<Edges>, WeightsOf<Edges>> {
  const network: Layer<StateOf<Edges>, WeightsOf<Edges>> = build(tuning)
  return probe(backend === undefined ? network : network.with({ device: cpu({ backend }) }))
}
