/** What the text header of a Prophesee RAW file says (event-formats.md section 4): which of four word formats, and the sensor. */

import { wholeNumber } from './text-header.ts'

export type RawFormat = 'evt2' | 'evt2.1' | 'evt3' | 'evt4'

export interface RawHeader {
  /** Undefined where neither `format`, nor `evt`, nor a known system id says it. */
  readonly format: RawFormat | undefined
  /** Pixels; absent where the header does not let one tell. */
  readonly width?: number
  readonly height?: number
  /** Microseconds to add to every time (Faery's `t0`). */
  readonly t0: number
  /** EVT2.1 of the first EVK2: the halves of each 64-bit word are exchanged. */
  readonly legacyWords: boolean
}

interface Sensor {
  readonly format: RawFormat
  readonly width: number
  readonly height: number
}

const vga2 = { format: 'evt2', width: 640, height: 480 } as const
const hd2 = { format: 'evt2', width: 1280, height: 720 } as const
const vga3 = { format: 'evt3', width: 640, height: 480 } as const
const hd3 = { format: 'evt3', width: 1280, height: 720 } as const

/** By `system_ID`, which files write in decimal. */
const systems: ReadonlyMap<number, Sensor> = new Map<number, Sensor>([
  ...[0x15, 0x17, 0x19, 0x1c, 0x1d, 0x21, 0x22, 0x23, 0x29].map((id) => [id, vga2] as const),
  ...[0x1a, 0x1f, 0x27].map((id) => [id, hd2] as const),
  [0x28, vga3],
  ...[0x1e, 0x2e, 0x30, 0x31, 0x32].map((id) => [id, hd3] as const),
  [0x37, { format: 'evt2.1', width: 1280, height: 720 }],
])

const names: Readonly<Record<string, RawFormat>> = {
  EVT2: 'evt2',
  'EVT2.0': 'evt2',
  '2.0': 'evt2',
  EVT21: 'evt2.1',
  'EVT2.1': 'evt2.1',
  '2.1': 'evt2.1',
  EVT3: 'evt3',
  'EVT3.0': 'evt3',
  '3.0': 'evt3',
  EVT4: 'evt4',
  'EVT4.0': 'evt4',
  '4.0': 'evt4',
}

/** Reads the values that a TextHeader gathered. `format` decides before `evt` before the system id; the size alike. */
export function readRawHeader(values: ReadonlyMap<string, string>): RawHeader {
  const [formatName = '', ...pairs] = (values.get('format') ?? '').split(';').map((part) => part.trim())
  const options = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const))
  const id = wholeNumber(values.get('system_id'))
  const system = id === undefined ? undefined : systems.get(id)
  const format = names[formatName.toUpperCase()] ?? names[values.get('evt') ?? ''] ?? system?.format
  const size = readSize(values, options) ?? system ?? sizeOfPlugin(values.get('plugin_name') ?? '')
  return {
    format,
    ...(size && { width: size.width, height: size.height }),
    t0: wholeNumber(values.get('t0')) ?? 0,
    legacyWords: format === 'evt2.1' && (options.get('endianness') === 'legacy' || (id === 0x37 && !options.has('endianness'))),
  }
}

function readSize(
  values: ReadonlyMap<string, string>,
  options: ReadonlyMap<string, string>,
): { width: number; height: number } | undefined {
  const [, geometryWidth, geometryHeight] = /^(\d{1,5})x(\d{1,5})$/.exec(values.get('geometry') ?? '') ?? []
  const width = wholeNumber(geometryWidth ?? options.get('width') ?? values.get('width'))
  const height = wholeNumber(geometryHeight ?? options.get('height') ?? values.get('height'))
  return width && height ? { width, height } : undefined
}

function sizeOfPlugin(name: string): { width: number; height: number } | undefined {
  if (/gen3/i.test(name)) return vga2
  if (/gen4|imx636/i.test(name)) return hd2
  return undefined
}
