/** Numbers of other types as float32. */

import { refuse, type Spot } from './tensor-file.ts'

/** Named as safetensors names them. */
export type NumberType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U64' | 'U32' | 'U16' | 'U8' | 'BOOL'

type Read = (view: DataView, offset: number, littleEndian: boolean) => number
type Reader =
  /** `bits`: those of the float32, so that NaN payloads survive. */
  { readonly bytes: number; readonly bits: Read } | { readonly bytes: number; readonly value: Read }

const readers: Readonly<Record<NumberType, Reader>> = {
  F64: { bytes: 8, value: (view, offset, little) => view.getFloat64(offset, little) },
  F32: { bytes: 4, bits: (view, offset, little) => view.getUint32(offset, little) },
  F16: { bytes: 2, bits: (view, offset, little) => bitsOfHalf(view.getUint16(offset, little)) },
  BF16: { bytes: 2, bits: (view, offset, little) => view.getUint16(offset, little) << 16 },
  I64: { bytes: 8, value: (view, offset, little) => Number(view.getBigInt64(offset, little)) },
  I32: { bytes: 4, value: (view, offset, little) => view.getInt32(offset, little) },
  I16: { bytes: 2, value: (view, offset, little) => view.getInt16(offset, little) },
  I8: { bytes: 1, value: (view, offset) => view.getInt8(offset) },
  U64: { bytes: 8, value: (view, offset, little) => Number(view.getBigUint64(offset, little)) },
  U32: { bytes: 4, value: (view, offset, little) => view.getUint32(offset, little) },
  U16: { bytes: 2, value: (view, offset, little) => view.getUint16(offset, little) },
  U8: { bytes: 1, value: (view, offset) => view.getUint8(offset) },
  BOOL: { bytes: 1, value: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1) },
}

export const NUMBER_TYPES: readonly string[] = Object.keys(readers)

export const isNumberType = (name: unknown): name is NumberType => typeof name === 'string' && Object.hasOwn(readers, name)

export const bytesOf = (type: NumberType): number => readers[type].bytes

/** The float32 of an IEEE 754 half: 1 sign, 5 exponent, 10 fraction bits. Exact. */
function bitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // subnormal: fraction * 2^-24; its highest bit becomes the implicit one
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * Float32 values of `bytes`, which hold a whole number of elements. float64 and integers beyond 2^24 are rounded to the nearest float32;
 * everything else is exact, NaN payloads included.
 * @throws DecodeError for a finite float64 that float32 has no finite value for
 */
export function readNumbers(type: NumberType, bytes: Uint8Array, littleEndian: boolean, spot: Spot): Float32Array<ArrayBuffer> {
  const reader = readers[type]
  const size = reader.bytes
  const result = new Float32Array(bytes.length / size)
  if (type === 'F32' && littleEndian === hostIsLittle) {
    new Uint8Array(result.buffer).set(bytes)
    return result
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if ('bits' in reader) {
    const bits = new Uint32Array(result.buffer)
    for (let k = 0; k < bits.length; k++) bits[k] = reader.bits(view, k * size, littleEndian)
    return result
  }
  for (let k = 0; k < result.length; k++) {
    const value = reader.value(view, k * size, littleEndian)
    result[k] = value
    if (Number.isFinite(value) && !Number.isFinite(result[k]))
      refuse({ ...spot, offset: spot.offset + k * size }, `element ${k} is ${value}: expected a value that float32 can hold, below 3.4e38`)
  }
  return result
}

/** The bytes of float32 values, little-endian. */
export function writeNumbers(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (hostIsLittle) return bytes
  const swapped = new Uint8Array(bytes.length)
  for (let k = 0; k < bytes.length; k++) swapped[k] = bytes[k ^ 3] as number
  return swapped
}
