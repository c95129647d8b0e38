/**
 * safetensors: an unsigned 64-bit little-endian length, a JSON header of that length { name: { dtype, shape, data_offsets } }, the data.
 * Format: https://github.com/huggingface/safetensors (README, "Format").
 */

import { type Shape, sizeOf, Tensor } from '../tensor.ts'
import { bytesOf, isNumberType, NUMBER_TYPES, type NumberType, readNumbers, writeNumbers } from './numbers.ts'
import { abridged, quoted, refuse, type Spot, type TensorFile, utf8 } from './tensor-file.ts'

const LENGTH_BYTES = 8
/** The format's own limit. */
const MOST_HEADER_BYTES = 100_000_000
const METADATA = '__metadata__'
const format = 'safetensors'

interface Entry {
  readonly name: string
  readonly type: NumberType
  readonly shape: Shape
  readonly from: number
  readonly to: number
}

/**
 * All tensors, as float32 (see `readNumbers`). The tensors must fill the data without overlaps and holes, as the format demands: so what is read is
 * never more than the file.
 * @throws DecodeError
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const header: Spot = { format, at: 'safetensors: header', offset: LENGTH_BYTES }
  const length = headerLength(bytes)
  const text = utf8(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), header)
  const parsed = parseObject(text, header)
  const start = LENGTH_BYTES + length
  const entries = Object.entries(parsed).flatMap(([name, value]) => (name === METADATA ? [] : [entryOf(name, value, header)]))
  checkLayout(entries, bytes.length - start, start)
  const tensors = entries.map(({ name, type, shape, from, to }) => {
    const spot = { format, at: `safetensors: ${quoted(name)}`, offset: start + from }
    return [name, new Tensor(shape, readNumbers(type, bytes.subarray(start + from, start + to), true, spot))] as const
  })
  return { tensors: new Map(tensors), metadata: metadataOf(parsed[METADATA], header) }
}

function headerLength(bytes: Uint8Array): number {
  const spot: Spot = { format, at: 'safetensors', offset: 0 }
  if (bytes.length < LENGTH_BYTES) refuse(spot, `expected the 8 bytes of the header's length, found ${bytes.length} bytes`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > MOST_HEADER_BYTES) refuse(spot, `expected a header of at most ${MOST_HEADER_BYTES} bytes, found a length of ${length}`)
  const rest = bytes.length - LENGTH_BYTES
  if (length > rest) refuse(spot, `expected a header of ${length} bytes, found ${rest} bytes and the end: the file is cut`)
  return Number(length)
}

function parseObject(text: string, spot: Spot): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    return refuse(spot, `expected JSON, found ${abridged(text)}`, cause)
  }
  if (!isObject(parsed)) return refuse(spot, `expected a JSON object of tensors by name, found ${abridged(text)}`)
  const twice = repeatedKey(text)
  if (twice !== undefined) refuse(spot, `expected every name once, found ${quoted(twice)} twice`)
  return parsed
}

/** A key that the outermost object has twice: JSON.parse keeps the later one without a word. `text` is valid JSON. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>()
  let depth = 0
  let string = ''
  for (let k = 0; k < text.length; k++) {
    const character = text[k]
    if (character === '"') {
      const from = k
      for (k++; text[k] !== '"'; k++) if (text[k] === '\\') k++
      if (depth === 1) string = text.slice(from, k + 1)
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    else if (character === ':' && depth === 1) {
      const key = JSON.parse(string) as string
      if (seen.has(key)) return key
      seen.add(key)
    }
  }
  return undefined
}

function entryOf(name: string, value: unknown, header: Spot): Entry {
  const spot = { ...header, at: `${header.at}: ${quoted(name)}` }
  if (!isObject(value)) return refuse(spot, `expected { dtype, shape, data_offsets }, found ${show(value)}`)
  const { dtype: type, shape, data_offsets: offsets } = value
  if (!isNumberType(type)) return refuse(spot, `expected a dtype of ${NUMBER_TYPES.join(', ')}, found ${show(type)}`)
  if (!isSizes(shape)) return refuse(spot, `expected a shape of sizes from 0, found ${show(shape)}`)
  if (!isSizes(offsets) || offsets.length !== 2) return refuse(spot, `expected data_offsets [begin, end], found ${show(offsets)}`)
  const [from, to] = offsets as readonly [number, number]
  const size = sizeOf(shape) * bytesOf(type)
  if (to - from !== size)
    refuse(spot, `expected ${size} bytes for ${type} of shape [${shape.join(', ')}], found data_offsets [${from}, ${to}]`)
  return { name, type, shape, from, to }
}

/** One after another from the beginning to the end of the data. */
function checkLayout(entries: readonly Entry[], length: number, start: number): void {
  let end = 0
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const spot: Spot = { format, at: `safetensors: ${quoted(name)}`, offset: start + from }
    if (to > length) refuse(spot, `expected data_offsets within the ${length} bytes of data, found [${from}, ${to}]`)
    if (from !== end) refuse(spot, `expected data that begins at ${end}, where the tensor before it ends, found ${from}`)
    end = to
  }
  if (end !== length)
    refuse({ format, at: 'safetensors', offset: start + end }, `expected the end, found ${length - end} bytes of no tensor`)
}

function metadataOf(value: unknown, header: Spot): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string'))
    return refuse({ ...header, at: `${header.at}: ${METADATA}` }, `expected text by name, found ${show(value)}`)
  return value as Readonly<Record<string, string>>
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)

const show = (value: unknown) => abridged(JSON.stringify(value) ?? 'nothing')

/**
 * A file of float32 tensors. Data begins at a multiple of 8 bytes, as the format's own writer has it.
 * @throws TypeError for a tensor named `__metadata__`
 */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  if (tensors.has(METADATA)) throw new TypeError(`safetensors: ${METADATA} cannot name a tensor: the format means something else by it`)
  let end = 0
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const from = end
    end += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [from, end] }] as const
  })
  const words = Object.keys(metadata).length > 0 ? [[METADATA, metadata] as const] : []
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...words, ...entries])))
  const start = LENGTH_BYTES + Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(start + end).fill(0x20, LENGTH_BYTES, start)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true)
  bytes.set(json, LENGTH_BYTES)
  let at = start
  for (const { data } of tensors.values()) {
    bytes.set(writeNumbers(data), at)
    at += data.byteLength
  }
  return bytes
}
