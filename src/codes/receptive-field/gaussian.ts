/** Gaussians of any orientation and elongation on a grid. */

import { ShapeError } from '../../errors.ts'
import { checkTensor } from '../../layers/cell.ts'
import { Tensor } from '../../tensor.ts'
import { checkFinite, expectOptions } from '../check.ts'

/**
 * Covariance of a Gaussian with standard deviations `sigma1` along the direction `angle` and `sigma2` across it: [2, 2], x before y.
 * @param angle radians, from x towards y
 * @throws RangeError for numbers that are not finite
 */
export function covarianceMatrix(sigma1: number, sigma2: number, angle: number): Tensor {
  for (const [name, value] of Object.entries({ sigma1, sigma2, angle })) checkFinite(`covarianceMatrix: ${name}`, value)
  const [along, across] = [sigma1 ** 2, sigma2 ** 2]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const mixed = (along - across) * cos * sin
  return new Tensor([2, 2], Float32Array.of(along * cos ** 2 + across * sin ** 2, mixed, mixed, along * sin ** 2 + across * cos ** 2))
}

/** Where the grid of a kernel lies. */
export interface KernelGrid {
  /** Points along each side. */
  readonly size: number
  /** The grid runs from -domain to domain in both directions. */
  readonly domain?: number
  /** Centre of the Gaussian, in units of the domain (0). */
  readonly x?: number
  readonly y?: number
}

/**
 * A normal density sampled on a grid: exp(-(p - m)' C^-1 (p - m) / 2) / (2 pi sqrt(det C)). [size, size], rows are y.
 * @param options.domain default 8
 * @throws ShapeError unless the covariance is [2, 2], RangeError where it has no inverse or the grid is bad
 */
export function gaussianKernel(covariance: Tensor, options: KernelGrid): Tensor {
  checkTensor('gaussianKernel: covariance', covariance)
  expectOptions('gaussianKernel', options, '{ size }')
  const { size, domain = 8, x: centreX = 0, y: centreY = 0 } = options
  if (covariance.shape.join() !== '2,2') throw new ShapeError('gaussianKernel: covariance', '[2, 2]', covariance.shape)
  checkGrid('gaussianKernel', size, domain)
  checkFinite('gaussianKernel: x', centreX)
  checkFinite('gaussianKernel: y', centreY)
  const [xx, xy, yx, yy] = covariance.data as unknown as readonly [number, number, number, number]
  const determinant = xx * yy - xy * yx
  if (!(determinant > 0)) throw new RangeError(`gaussianKernel: covariance [${covariance.data.join(', ')}] has no inverse`)
  const at = (k: number) => (size === 1 ? -domain : -domain + (2 * domain * k) / (size - 1))
  const peak = 1 / (2 * Math.PI * Math.sqrt(determinant))
  const result = new Float32Array(size * size)
  for (let row = 0; row < size; row++) {
    const y = at(row) - centreY
    for (let column = 0; column < size; column++) {
      const x = at(column) - centreX
      const form = (yy * x * x - (xy + yx) * x * y + xx * y * y) / determinant
      result[row * size + column] = peak * Math.exp(-form / 2)
    }
  }
  return new Tensor([size, size], result)
}

/** @throws RangeError for a grid without points or extent. */
export function checkGrid(at: string, size: number, domain: number): void {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`${at}: size ${String(size)}: a positive whole number is needed`)
  if (!(domain > 0 && domain < Infinity)) throw new RangeError(`${at}: domain ${String(domain)}: a positive number is needed`)
}
