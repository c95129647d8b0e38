/** Event Stream, version 2 (event-formats.md section 10). */

/** The twelve bytes that every file begins with. */
export const SIGNATURE = 'Event Stream'
/** Signature, version (major, minor, patch), kind; then width and height for every kind but generic. */
export const HEADER_BYTES = 20

export const KIND_DVS = 1
export const KIND_ATIS = 2
export const KIND_NAMES: Readonly<Record<number, string>> = { 0: 'generic', 1: 'DVS', 2: 'ATIS', 3: 'asynchronous (AMD)', 4: 'colour' }

/** Time differences beyond these take overflow bytes. */
export const DVS_STEP = 127
export const ATIS_STEP = 63
