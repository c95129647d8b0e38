import type { SpatialParameters } from '../src/codes/receptive-field/parameters.ts'
import { spatialReceptiveFields } from '../src/codes/receptive-field/spatial.ts'
import type { Layer } from '../src/stream/layer.ts'
import type { Affine } from '../src/stream/synapse.ts'
import { conv2d, type ConvOptions } from './conv2d.ts'

/**
 * A convolution with receptive fields, one output channel for each row: [..., inChannels, h, w] -> [..., rows, h', w']. The same as
 * `conv2d(spatialReceptiveFields(rows, { size, inChannels }), options)`; its weights train as those of any convolution.
 *
 * @param size of the kernels
 * @param rows from `spatialParameters`
 * @param options `domain` of the fields (10); `aggregate`: input channels are added up (true), or each goes through every field on its
 * own (false): then there are inChannels * rows output channels, the fields of the first input channel first. And those of `conv2d`.
 * @throws RangeError for no rows, or for sizes that make no field
 */
export function spatialReceptiveField2d(
  inChannels: number,
  size: number,
  rows: readonly SpatialParameters[],
  options: Omit<ConvOptions, 'groups'> & { readonly domain?: number; readonly aggregate?: boolean } = {},
): Layer<{}, Affine> {
  const { domain = 10, aggregate = true, ...rest } = options
  const fields = spatialReceptiveFields(rows, { size, domain, inChannels })
  if (aggregate) return conv2d(fields, rest)
  const each = Array.from({ length: inChannels }, () => rows).flat()
  return conv2d(spatialReceptiveFields(each, { size, domain }), { ...rest, groups: inChannels })
}
