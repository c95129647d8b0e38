/** One row of text to four numbers. */

import { type Dialect, MICROSECONDS, P, T, X, Y } from './common.ts'

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d

/** Reads rows of one dialect. Values are apart by blanks, or by one comma or semicolon with or without blanks. */
export class RowReader {
  /** Of the last row that `read` accepted: t in microseconds, x, y, p (0 or 1). */
  readonly values: Float64Array = new Float64Array(4)
  private readonly columns: readonly number[]
  private readonly open: boolean
  /** Decimal places between the unit and a microsecond; negative for nanoseconds. */
  private readonly places: number
  private at = 0

  constructor(dialect: Dialect) {
    this.columns = dialect.columns
    this.open = dialect.open
    this.places = Math.round(Math.log10(MICROSECONDS[dialect.unit]))
  }

  /** Whether `bytes[from..to)` is a row with an event: polarity 0, 1, -1, true or false, and whole coordinates from 0 to 65535. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const { columns, values } = this
    let i = from
    for (let k = 0; k < columns.length; k++) {
      while (i < to && isBlank(bytes[i])) i++
      const column = columns[k]!
      this.at = i
      const value = column < 0 ? this.pass(bytes, to) : column === T ? this.number(bytes, to, this.places) : this.number(bytes, to, 0)
      if (value !== value) return false
      if (column >= 0) values[column] = value
      i = this.at
      const end = i
      while (i < to && isBlank(bytes[i])) i++
      if (i < to && (bytes[i] === 0x2c || bytes[i] === 0x3b)) i++
      else if (i === end && i < to) return false
    }
    if (!this.open && i < to) return false
    const x = values[X]!
    const y = values[Y]!
    const p = values[P]!
    if (p === -1) values[P] = 0
    return Math.abs(values[T]!) < 2 ** 53 && isPixel(x) && isPixel(y) && (p === 0 || p === 1 || p === -1)
  }

  private pass(bytes: Uint8Array, to: number): number {
    while (this.at < to && !isBlank(bytes[this.at]) && bytes[this.at] !== 0x2c && bytes[this.at] !== 0x3b) this.at++
    return 0
  }

  /**
   * A decimal number times 10^places, read from its digits: 1.5e9 seconds with six decimals give the exact microsecond, which their double
   * would not. Where places > 0 the result is whole, the seventh decimal of seconds rounds it. NaN if it is none.
   */
  private number(bytes: Uint8Array, to: number, places: number): number {
    const start = this.at
    let i = start
    const sign = bytes[i]
    if (sign === 0x2d || sign === 0x2b) i++
    let value = 0
    let digits = 0
    let digit = 0
    while (i < to && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
      value = value * 10 + digit
      digits++
      i++
    }
    let decimals = 0
    const most = places > 0 ? places : 9
    if (i < to && bytes[i] === 0x2e) {
      i++
      while (i < to && (digit = bytes[i]! - 48) >= 0 && digit <= 9) {
        if (decimals < most) {
          value = value * 10 + digit
          decimals++
        } else if (decimals === most) {
          if (places > 0 && digit >= 5) value++
          decimals++
        }
        digits++
        i++
      }
      if (decimals > most) decimals = most
    }
    if (digits === 0) return this.word(bytes, start, to)
    if (i < to && (bytes[i] === 0x65 || bytes[i] === 0x45)) return this.exponent(bytes, start, to, places)
    this.at = i
    if (decimals !== places) value = decimals < places ? value * 10 ** (places - decimals) : value / 10 ** (decimals - places)
    return sign === 0x2d ? -value : value
  }

  /** `1.5e-3`: rare, so by way of a string. */
  private exponent(bytes: Uint8Array, start: number, to: number, places: number): number {
    let text = ''
    let i = start
    for (; i < to && i < start + 40 && /[-+.0-9eE]/.test(String.fromCharCode(bytes[i]!)); i++) text += String.fromCharCode(bytes[i]!)
    this.at = i
    const value = Number(text) * 10 ** places
    return places > 0 ? Math.round(value) : value
  }

  /** `true` is 1, `false` is 0, anything else no number. */
  private word(bytes: Uint8Array, start: number, to: number): number {
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(to, start + 5))).toLowerCase()
    const value = text.startsWith('true') ? 1 : text === 'false' ? 0 : Number.NaN
    this.at = start + (value === 1 ? 4 : 5)
    return value
  }
}

const isPixel = (value: number): boolean => value >= 0 && value <= 65535 && value === Math.floor(value)
