/** The size of the sensor: from the file, else from the caller, else assumed. */

import type { DecoderOptions, GeometryOrigin } from './codec.ts'

export interface Geometry {
  readonly width: number
  readonly height: number
  readonly origin: GeometryOrigin
}

/**
 * Assumed where neither the file nor the caller says: 1280x720, the largest sensor in common use. Fixed, not guessed from the first
 * events, so that every packet and every frame of every file has one shape. Events outside it are dropped and counted.
 */
export const assumedGeometry: Geometry = { width: 1280, height: 720, origin: 'assumed' }

const fits = (size: number): boolean => Number.isInteger(size) && size >= 1 && size <= 65535

/** RangeError unless both or neither are given, as whole pixels from 1 to 65535. For the caller of a public function, named by `at`. */
export function checkGeometryOptions(at: string, options: DecoderOptions): void {
  const { width, height } = options
  if (width === undefined && height === undefined) return
  if (width === undefined || height === undefined || !fits(width) || !fits(height))
    throw new RangeError(`${at}: width and height must both be whole pixels from 1 to 65535, got ${String(width)} and ${String(height)}`)
}

/** The file's size if it is one (sizes come from hostile bytes too), else the caller's, else the assumed one. */
export function chooseGeometry(fromFile: { readonly width?: number; readonly height?: number }, options: DecoderOptions): Geometry {
  const { width = 0, height = 0 } = fromFile
  if (fits(width) && fits(height)) return { width, height, origin: 'file' }
  if (options.width !== undefined && options.height !== undefined) return { width: options.width, height: options.height, origin: 'option' }
  return assumedGeometry
}
