/** Prophesee DAT: a text header, two bytes of kind and size, then records of 8 bytes (event-formats.md section 9). */

/** Change detection, old name "2D". */
export const KIND_2D = 0x00
/** Change detection. */
export const KIND_CD = 0x0c
export const KIND_TRIGGER = 0x0e
export const RECORD_BYTES = 8

/** Whether two bytes after '%' lines can be kind and size of a DAT file. */
export const isDatKind = (kind: number, size: number): boolean =>
  (kind === KIND_2D || kind === KIND_CD || kind === KIND_TRIGGER) && size === RECORD_BYTES
