/** Bytes that wait until enough of them are there. Grows by what has arrived, never by what a length field promises. */

export class ByteQueue {
  /** Offset in the file of the first byte held. */
  offset = 0
  private buffer = new Uint8Array(0)
  private start = 0
  private end = 0

  get length(): number {
    return this.end - this.start
  }

  /** What is held; valid until the next `push`. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.end)
  }

  /** Copies. */
  push(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.buffer.length) this.makeRoom(chunk.length)
    this.buffer.set(chunk, this.end)
    this.end += chunk.length
  }

  drop(count: number): void {
    this.start += count
    this.offset += count
    if (this.start === this.end) this.start = this.end = 0
  }

  /** Amortised: moves only when at least as much has been dropped as is held, else doubles. */
  private makeRoom(count: number): void {
    const held = this.bytes
    const needed = held.length + count
    if (needed <= this.buffer.length / 2) this.buffer.copyWithin(0, this.start, this.end)
    else {
      this.buffer = new Uint8Array(Math.max(needed * 2, 1024))
      this.buffer.set(held)
    }
    this.start = 0
    this.end = held.length
  }
}
