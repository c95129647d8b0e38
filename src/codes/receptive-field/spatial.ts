/** Receptive fields of the visual cortex, after Lindeberg's scale-space theory: Gaussians and their directional derivatives. */

import { Tensor } from '../../tensor.ts'
import { checkFinite, expectOptions } from '../check.ts'
import { checkGrid, covarianceMatrix, gaussianKernel, type KernelGrid } from './gaussian.ts'
import type { SpatialParameters } from './parameters.ts'

/** A field: any of these, and how it is sampled. */
export type SpatialField = Pick<SpatialParameters, 'scale' | 'angle' | 'ratio'> & Partial<SpatialParameters> & KernelGrid

/**
 * One spatial receptive field, [size, size], rows are y: a Gaussian of covariance `scale` times that with the standard deviations
 * `ratio` along `angle` and 1 / `ratio` across it, normalised to the sum 1, then derived `dx` times along the angle and `dy` times
 * across it (by central differences of neighbouring points, times `scale`, taking turns).
 * Lindeberg, Computational theory of visual receptive fields (2013); numbers as in Norse (`spatial_receptive_field`).
 * @param field angle in radians; domain 10: the grid runs from -10 to 10; x, y, dx, dy are 0 by default
 * @throws RangeError for sizes that make no field
 */
export function spatialReceptiveField(field: SpatialField): Tensor {
  const { scale, angle, ratio, size, domain = 10, x = 0, y = 0, dx = 0, dy = 0 } = field
  const at = 'spatialReceptiveField'
  for (const [name, value] of Object.entries({ scale, ratio })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${at}: ${name} ${String(value)}: a positive number is needed`)
  }
  for (const [name, value] of Object.entries({ angle, x, y })) checkFinite(`${at}: ${name}`, value)
  for (const [name, value] of Object.entries({ dx, dy })) {
    if (!Number.isInteger(value) || value < 0) throw new RangeError(`${at}: ${name} ${String(value)}: a whole number from 0 is needed`)
  }
  checkGrid(at, size, domain)
  if (dx + dy > 0 && size < 2) throw new RangeError(`${at}: size ${size}: a derivative needs two points or more`)
  const covariance = covarianceMatrix(ratio, 1 / ratio, angle).map((value) => value * scale)
  const kernel = Float64Array.from(gaussianKernel(covariance, { size, domain, x, y }).data)
  const sum = kernel.reduce((all, value) => all + value, 0)
  if (!(sum > 0)) throw new RangeError(`${at}: the field has no weight on the grid: its centre is far outside, or its scale too small`)
  let values = kernel.map((value) => value / sum)
  for (let [along, across] = [dx, dy]; along > 0 || across > 0; along--, across--) {
    if (along > 0) values = directional(values, size, angle, scale)
    if (across > 0) values = directional(values, size, angle + Math.PI / 2, scale)
  }
  return new Tensor([size, size], Float32Array.from(values))
}

export interface FieldsOptions {
  /** Points along each side. */
  readonly size: number
  /** The grid runs from -domain to domain (10). */
  readonly domain?: number
  /** Every field is repeated over so many input channels (1). */
  readonly inChannels?: number
}

/**
 * Weights of a convolution whose output channels are receptive fields: [rows, inChannels, size, size].
 *
 * @example
 * const rows = spatialParameters({ scales: [1, 2], angles: [0, Math.PI / 4], ratios: [1, 2], derivatives: 1 })
 * frames.pipe(conv2d(spatialReceptiveFields(rows, { size: 9 }), { padding: 4 }))
 * @throws RangeError for no rows, or for sizes that make no field
 */
export function spatialReceptiveFields(rows: readonly SpatialParameters[], options: FieldsOptions): Tensor {
  expectOptions('spatialReceptiveFields', options, '{ size }')
  const { size, domain = 10, inChannels = 1 } = options
  const at = 'spatialReceptiveFields'
  if (!Array.isArray(rows)) throw new TypeError(`${at}: expected rows, as spatialParameters gives them, got ${String(rows)}`)
  if (rows.length === 0) throw new RangeError(`${at}: no rows were given: one for each field is needed`)
  if (!Number.isInteger(inChannels) || inChannels < 1)
    throw new RangeError(`${at}: inChannels ${String(inChannels)}: a positive whole number is needed`)
  checkGrid(at, size, domain)
  const area = size * size
  const result = new Float32Array(rows.length * inChannels * area)
  rows.forEach((row, k) => {
    const { data } = spatialReceptiveField({ ...row, size, domain })
    for (let channel = 0; channel < inChannels; channel++) result.set(data, (k * inChannels + channel) * area)
  })
  return new Tensor([rows.length, inChannels, size, size], result)
}

/** (cos d/dx + sin d/dy) times `scale`, which keeps the magnitudes of derivatives comparable between scales. */
function directional(values: Float64Array, size: number, angle: number, scale: number): Float64Array<ArrayBuffer> {
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
  return Float64Array.from(values, (_, k) => {
    const [row, column] = [Math.floor(k / size), k % size]
    return cos * difference(values, row * size, 1, column, size) + sin * difference(values, column, size, row, size)
  })
}

/** Central difference at position `k` of a line, one-sided at its ends. */
function difference(values: Float64Array, start: number, stride: number, k: number, length: number): number {
  const [before, after] = [Math.max(0, k - 1), Math.min(length - 1, k + 1)]
  return ((values[start + after * stride] as number) - (values[start + before * stride] as number)) / (after - before)
}
