/** What a decoder found wrong and survived. */

/** One place in the bytes. */
export interface Damage {
  /** Byte offset in the file or stream. */
  readonly offset: number
  readonly expected: string
  readonly found: string
  /** Bytes passed over. */
  readonly lost: number
}

/** Kept in full; past this many only the counts go on, so that hostile bytes cannot fill the memory. */
const KEPT = 256

/** Counts everything, keeps the first 256 places. */
export class DamageLog {
  /** The first places, in file order. */
  readonly places: Damage[] = []
  /** Places where decoding found something wrong and went on. */
  resynchronized = 0
  /** Events (or records, where a cut tail holds one) that are known to be lost, those outside the sensor included. */
  dropped = 0
  /** Bytes passed over. */
  lost = 0

  /** Something wrong here; decoding goes on after `lost` bytes. A function is asked only while places are kept: words take time. */
  resynchronize(place: Damage | ((lost: number) => Damage), lost = 0): void {
    this.resynchronized++
    if (typeof place !== 'function') this.keep(place)
    else if (this.places.length < KEPT) this.keep(place(lost))
    else this.lost += lost
  }

  /** The bytes end inside a record or packet. */
  truncate(place: Damage): void {
    this.dropped++
    this.keep(place)
  }

  private keep(place: Damage): void {
    this.lost += place.lost
    if (this.places.length < KEPT) this.places.push(place)
  }
}

/** Bytes as a reader of an error message wants them: hexadecimal, and as text where it is text. */
export function describeBytes(bytes: Uint8Array, most = 16): string {
  if (bytes.length === 0) return 'nothing'
  const head = bytes.subarray(0, most)
  const hex = Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const text = Array.from(head, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  return `${hex}${bytes.length > most ? ' ...' : ''} ("${text}")`
}
