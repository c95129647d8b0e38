/** What one operator did within one reporting period, in bounded memory. */

import { mix } from '../random.ts'

/** Percentiles over one period, milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

export interface Measurement {
  /** Which operator: its name, with `#2` where another of this name runs already. */
  readonly at: string
  readonly stepsPerSecond: number
  /** milliseconds of work per step; 0 where there was no step */
  readonly work: Percentiles
  /** milliseconds from the time in the data to now; only where the time base is the wall clock */
  readonly latency?: Percentiles
  /** spikes per neuron per second of the data's time */
  readonly spikeRate?: number
  /** where the arithmetic runs: `wasm` */
  readonly backend: string
}

/** Data within this of the wall clock is taken to be on it, milliseconds. */
const nearNow = 60_000

export class Window {
  readonly #work = new Reservoir()
  readonly #latency = new Reservoir()
  #steps = 0
  #spikes = 0
  #neuronSeconds = 0

  add(startMs: number, endMs: number, dataTime?: number, spikes?: number, neurons?: number, dt?: number): void {
    this.#steps++
    this.#work.add(endMs - startMs)
    if (dataTime !== undefined) {
      const late = performance.timeOrigin + endMs - dataTime / 1000
      if (Math.abs(late) < nearNow) this.#latency.add(late)
    }
    if (spikes !== undefined && neurons !== undefined && dt !== undefined) {
      this.#spikes += spikes
      this.#neuronSeconds += neurons * dt
    }
  }

  measure(at: string, backend: string, seconds: number): Measurement {
    return {
      at,
      stepsPerSecond: seconds > 0 ? this.#steps / seconds : 0,
      work: this.#work.percentiles(),
      ...(this.#latency.count > 0 && { latency: this.#latency.percentiles() }),
      ...(this.#neuronSeconds > 0 && { spikeRate: this.#spikes / this.#neuronSeconds }),
      backend,
    }
  }
}

/** An even sample of all values, of a bounded size (algorithm R, Vitter 1985). */
class Reservoir {
  readonly #kept: number[] = []
  count = 0

  add(value: number): void {
    if (this.#kept.length < 1024) this.#kept.push(value)
    else {
      const place = (mix(this.count) >>> 0) % (this.count + 1)
      if (place < 1024) this.#kept[place] = value
    }
    this.count++
  }

  percentiles(): Percentiles {
    const sorted = Float64Array.from(this.#kept).sort()
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
    return { p50: at(0.5), p99: at(0.99) }
  }
}
