/** Which way of a convolution is faster for how many active inputs. A guess only costs time: the bits are the same. */

import type { Conv2dGeometry } from './conv2d-geometry.ts'
import { rowVectors, usesRows } from './conv2d-scatter.ts'

/** Nanoseconds, measured by bench/layers.ts; only their ratios matter. */
const ROW_VECTOR = 0.35
const ROW_TAP = 0.45
const PIXEL = 5
const DENSE_TAP = 0.041
const DENSE_TAP_STRIDED = 0.1

/** Whether adding `count` inputs one by one beats the dense convolution. */
export function prefersScatter(geometry: Conv2dGeometry, count: number): boolean {
  const { inChannels, outChannels, kernel, stride, groups, outHeight, outWidth } = geometry
  const outGroup = outChannels / groups
  const lines = Math.max(1, kernel / stride)
  const line = usesRows(geometry) ? rowVectors(geometry) * ROW_VECTOR : lines * ROW_TAP + 1
  const scatter = count * (PIXEL + outGroup * lines * line)
  const taps = (inChannels / groups) * kernel * kernel * outChannels * outHeight * outWidth
  return scatter < taps * (stride === 1 ? DENSE_TAP : DENSE_TAP_STRIDED)
}
