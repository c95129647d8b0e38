/** Sums of windows. */

import type { Node } from './node.ts'
import { pool2dNode } from './pool2d.ts'

/**
 * Sums over windows of kernelSize x kernelSize of the last two axes, every `stride` elements: see `pool2dNode`.
 * @throws RangeError at the call unless both sizes are positive integers
 */
export const sumPool2dNode = (kernelSize: number, stride: number = kernelSize, padding = 0): Node =>
  pool2dNode('sumPool2d', kernelSize, { stride, padding })
