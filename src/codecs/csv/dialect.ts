/** Finding out which dialect the first rows are in (event-formats.md section 11). */

import { type Dialect, isComment, P, T, type TimeUnit, X, Y } from './common.ts'

/** So many rows with data are looked at, and so many bytes at most. */
export const SNIFF_ROWS = 64
export const SNIFF_BYTES: number = 1 << 16

const names: Readonly<Record<string, number>> = {
  t: T,
  ts: T,
  time: T,
  timestamp: T,
  timestamps: T,
  x: X,
  y: Y,
  p: P,
  pol: P,
  polarity: P,
  on: P,
}

/** Longer cells are no values; on hostile ones, the expressions below would take forever. */
const MOST_CELL = 40
const is = (kind: RegExp, cell = ''): boolean => cell.length <= MOST_CELL && kind.test(cell)

const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i
const value = /^([-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|true|false)$/i
const polarity = /^(-?1|0|\+1|true|false)(\.0*)?$/i
const decimal = /[.e]/i

interface Line {
  readonly text: string
  /** Where the next line starts. */
  readonly next: number
}

/** Lines of the first SNIFF_BYTES bytes; an unfinished one only where no more bytes will come. */
function* lines(bytes: Uint8Array, final: boolean): Iterable<Line> {
  const head = bytes.subarray(0, SNIFF_BYTES)
  const text = new TextDecoder('latin1').decode(head)
  let from = 0
  while (from < text.length) {
    const found = text.indexOf('\n', from)
    if (found < 0 && !(final && head.length === bytes.length)) return
    const to = found < 0 ? text.length : found
    yield { text: text.slice(from, to).trim(), next: to + 1 }
    from = to + 1
  }
}

const cells = (row: string): string[] => row.replace(/[,;]$/, '').split(/\s*[,;]\s*|\s+/)

/**
 * The dialect of the first rows, or undefined while there are too few: SNIFF_ROWS of them, or SNIFF_BYTES, or the end, decide. What a file
 * leaves open is read as `t,x,y,p`. `unit`: what the caller says; else seconds where a time has a point or an exponent, else microseconds.
 */
export function sniffDialect(bytes: Uint8Array, final: boolean, unit: TimeUnit | undefined): Dialect | undefined {
  let start = 0
  let end = 0
  let named: number[] | undefined
  let size: { readonly width: number; readonly height: number } | undefined
  let isProphesee = false
  const rows: string[][] = []
  for (const line of lines(bytes, final)) {
    if (rows.length === SNIFF_ROWS) break
    end = line.next
    if (line.text === '') continue
    if (isComment(line.text.charCodeAt(0))) {
      const [, width, height] = /geometry\s{0,4}[:=]?\s{0,4}(\d{1,5})\s{0,4}[,x]\s{0,4}(\d{1,5})/i.exec(line.text) ?? []
      if (width !== undefined && height !== undefined) {
        size = { width: Number(width), height: Number(height) }
        isProphesee = true
      }
      continue
    }
    const row = cells(line.text)
    const isFirst = start === 0 && rows.length === 0
    if (isFirst && !row.every((cell) => is(value, cell))) {
      start = line.next
      const header = readNames(row)
      named = header.columns
      size = header.size ?? size
    } else if (isFirst && row.length === 2 && row.every((cell) => is(/^\d{1,5}$/, cell))) {
      // "width height", as E2VID and its kin write
      start = line.next
      size = { width: Number(row[0]), height: Number(row[1]) }
    } else rows.push(row)
  }
  if (rows.length < SNIFF_ROWS && bytes.length < SNIFF_BYTES && !final) return undefined
  const columns = named ?? guessColumns(rows, isProphesee)
  const timeColumn = columns.indexOf(T)
  const isSeconds = rows.some((row) => is(number, row[timeColumn]) && is(decimal, row[timeColumn]))
  return { columns, unit: unit ?? (isSeconds ? 's' : 'us'), open: named !== undefined, start, end, ...size }
}

/** `t,x@346,y@260,on`: names with sizes, or names alone. */
function readNames(row: readonly string[]): { columns?: number[]; size?: { width: number; height: number } } {
  const columns: number[] = []
  const sizes: number[] = [0, 0, 0, 0]
  for (const cell of row) {
    const [name = '', size = ''] = cell.replaceAll('"', '').toLowerCase().split('@')
    const column = Object.hasOwn(names, name) ? names[name]! : -1
    columns.push(columns.includes(column) ? -1 : column)
    if (column >= 0 && /^\d{1,5}$/.test(size)) sizes[column] = Number(size)
  }
  const isComplete = [T, X, Y, P].every((column) => columns.includes(column))
  while (columns.at(-1) === -1) columns.pop()
  const width = sizes[X]!
  const height = sizes[Y]!
  return { ...(isComplete && { columns }), ...(width > 0 && height > 0 && { size: { width, height } }) }
}

/** `x,y,p,t` (Prophesee) where only the third of four columns can be a polarity; else `t,x,y,p`. */
function guessColumns(rows: readonly (readonly string[])[], isProphesee: boolean): number[] {
  let third = true
  let fourth = true
  for (const row of rows) {
    if (row.length !== 4) continue
    third &&= is(polarity, row[2])
    fourth &&= is(polarity, row[3])
  }
  return third && (!fourth || isProphesee) ? [X, Y, P, T] : [T, X, Y, P]
}
