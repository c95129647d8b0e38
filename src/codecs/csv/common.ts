/** Text events: a row per event, in the dialects of event-formats.md section 11. */

/** Places in a row's values. */
export const T = 0
export const X = 1
export const Y = 2
export const P = 3

/** Microseconds per unit of time. */
export const MICROSECONDS = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 } as const
export type TimeUnit = keyof typeof MICROSECONDS

/** How the rows of one file are to be read. */
export interface Dialect {
  /** For each column, what it holds (T, X, Y, P), or -1 for a column that is passed over. */
  readonly columns: readonly number[]
  readonly unit: TimeUnit
  /** More columns than these may follow: their names were in the header row. */
  readonly open: boolean
  /** Bytes before the first row that can hold an event: a header row, a row with the size. */
  readonly start: number
  /** Bytes that were looked at. */
  readonly end: number
  /** Pixels, where the file says. */
  readonly width?: number
  readonly height?: number
}

export const NEWLINE = 10
export const isComment = (byte: number | undefined): boolean => byte === 0x23 || byte === 0x25
