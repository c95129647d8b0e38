/** The little of FlatBuffers that AEDAT4 needs, every offset verified against the bytes (event-formats.md section 1.2). */

/** Reads size-prefixed FlatBuffers. Positions count from the prefix; a negative position means absent or outside the bytes. */
export class FlatBuffer {
  readonly view: DataView
  private readonly end: number

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = bytes.byteLength
  }

  /** The root table, or -1 unless it and its vtable lie within the bytes. */
  root(): number {
    const table = this.follow(4)
    if (table < 0) return -1
    const vtable = table - this.view.getInt32(table, true)
    return this.holds(vtable, 4) && this.holds(vtable, Math.max(this.view.getUint16(vtable, true), 4)) ? table : -1
  }

  /** Where the value of slot `k` (0, 1, ...) of a table lies, or -1 where the table does not store it. `size` bytes must fit there. */
  slot(table: number, k: number, size: number): number {
    if (!this.holds(table, 4)) return -1
    const vtable = table - this.view.getInt32(table, true)
    if (!this.holds(vtable, 4)) return -1
    const vtableBytes = this.view.getUint16(vtable, true)
    const entry = 4 + 2 * k
    if (entry + 2 > vtableBytes || !this.holds(vtable + entry, 2)) return -1
    const offset = this.view.getUint16(vtable + entry, true)
    return offset !== 0 && this.holds(table + offset, size) ? table + offset : -1
  }

  /** Where the offset stored at `position` leads, or -1. */
  follow(position: number): number {
    if (!this.holds(position, 4)) return -1
    const target = position + this.view.getUint32(position, true)
    return this.holds(target, 4) ? target : -1
  }

  /** Elements of the vector that the offset in slot `k` leads to: stated, and how many of them fit into the bytes. */
  vector(
    table: number,
    k: number,
    elementBytes: number,
  ): { readonly start: number; readonly stated: number; readonly fitting: number } | undefined {
    const position = this.follow(this.slot(table, k, 4))
    if (position < 0) return undefined
    const stated = this.view.getUint32(position, true)
    const start = position + 4
    return { start, stated, fitting: Math.min(stated, Math.floor((this.end - start) / elementBytes)) }
  }

  /** i64 as a number: exact up to 2^53. */
  int64(position: number): number {
    return this.view.getInt32(position + 4, true) * 4294967296 + this.view.getUint32(position, true)
  }

  private holds(position: number, size: number): boolean {
    return position >= 0 && position + size <= this.end
  }
}
