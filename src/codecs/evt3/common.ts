/** EVT 3.0 words: 16 bits, little endian, the kind in the four highest (event-formats.md section 7). */

export const ADDR_Y = 0x0
/** One event. */
export const ADDR_X = 0x2
export const VECT_BASE_X = 0x3
/** Up to 12 events of one row, one polarity and one time; then the base moves on by 12. */
export const VECT_12 = 0x4
export const VECT_8 = 0x5
/** Bits 11..0 of the time, microseconds. */
export const TIME_LOW = 0x6
export const CONTINUED_4 = 0x7
/** Bits 23..12 of the time. */
export const TIME_HIGH = 0x8
export const EXT_TRIGGER = 0xa
export const OTHERS = 0xe
export const CONTINUED_12 = 0xf

/** The 24-bit time wraps every 16.777216 s: the high part then falls by at least half its range. Smaller falls are no wrap. */
export const LOOP_US: number = 2 ** 24
export const LOOP_FALL = 2048
