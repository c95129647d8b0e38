/**
 * npy: `\x93NUMPY`, a version, the length of a header, the header (a Python dictionary with `descr`, `fortran_order` and `shape`), the data.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */

import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { bytesOf, type NumberType, readNumbers, writeNumbers } from './numbers.ts'
import { abridged, refuse, type Spot, utf8 } from './tensor-file.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const
/** Magic and version. */
const PREFIX_BYTES = 8
/** Header and all before it fill a multiple of this. */
const ALIGNMENT = 64
/** A header that describes numbers has about a hundred bytes. */
const MOST_HEADER_BYTES = 65_535

/** `f4` -> F32. */
const types: Readonly<Record<string, NumberType>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  i4: 'I32',
  i2: 'I16',
  i1: 'I8',
  u8: 'U64',
  u4: 'U32',
  u2: 'U16',
  u1: 'U8',
  b1: 'BOOL',
}

/** Versions 1 to 3, C and Fortran order, either byte order. @throws DecodeError */
export function readNpy(bytes: Uint8Array, spot: Spot): Tensor {
  const { text, end } = header(bytes, spot)
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1]
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  if (descr === undefined || fortran === undefined || sizes === undefined)
    return refuse(spot, `expected a header with descr (one type), fortran_order and shape, found ${abridged(text.trim())}`)
  const [, order, name = ''] = /^([<>|=])(\w+)$/.exec(descr) ?? []
  const type = types[name]
  if (type === undefined)
    return refuse(
      spot,
      `expected numbers of type ${Object.keys(types).join(', ')}, found ${descr}${name === 'O' ? ' (Python objects)' : ''}`,
    )
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  const need = sizeOf(shape) * bytesOf(type)
  const data = bytes.subarray(end)
  if (!shape.every(Number.isSafeInteger) || data.length !== need)
    refuse(spot, `expected ${need} bytes for ${descr} of shape [${shape.join(', ')}], found ${data.length}`)
  const values = readNumbers(type, data, order !== '>', { ...spot, offset: spot.offset + end })
  return new Tensor(shape, fortran === 'True' ? rowMajor(values, shape) : values)
}

function header(bytes: Uint8Array, spot: Spot): { readonly text: string; readonly end: number } {
  const [major = 0, minor = 0] = bytes.subarray(MAGIC.length)
  const wide = major > 1
  const start = PREFIX_BYTES + (wide ? 4 : 2)
  if (bytes.length < start || MAGIC.some((byte, k) => bytes[k] !== byte))
    return refuse(spot, `expected \\x93NUMPY, a version and a length, found ${bytes.length} bytes of something else`)
  if (major < 1 || major > 3 || minor !== 0) refuse(spot, `expected npy version 1.0, 2.0 or 3.0, found ${major}.${minor}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = wide ? view.getUint32(PREFIX_BYTES, true) : view.getUint16(PREFIX_BYTES, true)
  const most = Math.min(bytes.length - start, MOST_HEADER_BYTES)
  if (length > most) refuse(spot, `expected a header of at most ${most} bytes, found a length of ${length}`)
  const text = bytes.subarray(start, start + length)
  return { text: major === 3 ? utf8(text, spot) : new TextDecoder('latin1').decode(text), end: start + length }
}

/** Values with the first index running fastest, as they are with the last one running fastest. */
function rowMajor(values: Float32Array<ArrayBuffer>, shape: Shape): Float32Array {
  const from = new Uint32Array(values.buffer)
  const result = new Float32Array(values.length)
  const to = new Uint32Array(result.buffer)
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)))
  const indices = shape.map(() => 0)
  let source = 0
  for (let k = 0; k < to.length; k++) {
    to[k] = from[source] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [index, stride, size] = [(indices[axis] as number) + 1, strides[axis] as number, shape[axis] as number]
      source += stride
      indices[axis] = index
      if (index < size) break
      indices[axis] = 0
      source -= stride * size
    }
  }
  return result
}

/** Version 1.0, C order, little-endian. */
export function writeNpy({ shape, data }: Tensor): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`
  const start = PREFIX_BYTES + 2
  const end = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT
  const bytes = new Uint8Array(end + data.byteLength)
  bytes.set(MAGIC)
  bytes[MAGIC.length] = 1
  new DataView(bytes.buffer).setUint16(PREFIX_BYTES, end - start, true)
  bytes.set(new TextEncoder().encode(`${text.padEnd(end - start - 1)}\n`), start)
  bytes.set(writeNumbers(data), end)
  return bytes
}
