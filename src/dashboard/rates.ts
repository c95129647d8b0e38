/** Events and spikes per second, the last minute of them. */

/** Seconds that are remembered. */
const remembered = 60

export class Rates {
  /** Seconds between two values. */
  readonly every = 0.5
  readonly #series = new Map<number, { total: number; readonly values: number[] }>()
  #measured = performance.now()

  /** Takes the totals of all streams, and gives what they grew by since the last call, per second of the wall clock. */
  measure(totals: readonly { readonly id: number; readonly total: number }[]): readonly { readonly id: number; readonly value: number }[] {
    const now = performance.now()
    const seconds = Math.max(1e-3, (now - this.#measured) / 1000)
    this.#measured = now
    return totals.map(({ id, total }) => {
      let series = this.#series.get(id)
      if (series === undefined) this.#series.set(id, (series = { total: 0, values: [] }))
      // A stream that begins anew counts from 0.
      const value = (total < series.total ? total : total - series.total) / seconds
      series.total = total
      series.values.push(value)
      if (series.values.length > remembered / this.every) series.values.shift()
      return { id, value }
    })
  }

  latest(id: number): number | undefined {
    return this.#series.get(id)?.values.at(-1)
  }

  /** By stream, oldest first. */
  history(): readonly { readonly id: number; readonly values: readonly number[] }[] {
    return [...this.#series].map(([id, { values }]) => ({ id, values }))
  }
}
