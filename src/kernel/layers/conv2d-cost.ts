/** Which way of a convolution is faster for how many active inputs. A guess only costs time: the bits are the same. */

import type { Backend } from '../arena.ts'
import { lanesOf } from './conv2d-dense.ts'
import type { Conv2dGeometry } from './conv2d-geometry.ts'
import { rowVectors, usesRows } from './conv2d-scatter.ts'

/** Nanoseconds of one kind of work, measured by bench/layers.ts. Only their ratios matter. */
interface Costs {
  /** an active input */
  readonly pixel: number
  /** a row of its kernel */
  readonly row: number
  /** four stored taps of the row, or one tap alone */
  readonly vector: number
  readonly tap: number
  /** a tap of one output in the dense convolution */
  readonly dense: number
}

const webassembly: Costs = { pixel: 6, row: 0.6, vector: 0.57, tap: 0.9, dense: 0.08 }
const javascript: Costs = { pixel: 10, row: 1, vector: 0, tap: 1.2, dense: 1 }

/** Whether adding `count` inputs one by one beats the dense convolution. */
export function prefersScatter(geometry: Conv2dGeometry, backend: Backend, count: number): boolean {
  const { inChannels, outChannels, kernel, stride, groups, outHeight, outWidth } = geometry
  const costs = backend === 'webassembly' ? webassembly : javascript
  const outGroup = outChannels / groups
  const met = kernel / stride
  const row = backend === 'webassembly' && usesRows(geometry) ? rowVectors(geometry) * costs.vector : met * costs.tap
  const scatter = count * (costs.pixel + outGroup * met * (costs.row + row))
  const lanes = backend === 'webassembly' ? lanesOf(geometry, Math.min(4, outGroup)) / Math.min(4, outGroup) : 1
  const taps = (inChannels / groups) * kernel * kernel * outChannels * outHeight * outWidth
  return scatter < taps * lanes * costs.dense
}
