/** Numbers that a person sets: checked, held, and handed on as streams. */

import { Observable, type Subscriber } from 'rxjs'
import { report } from '../diagnostics.ts'
import type { SliderInfo, SliderOptions } from './control.ts'

interface Slider {
  readonly options: SliderOptions
  value: number
  readonly subscribers: Set<Subscriber<number>>
}

/** The state of a page's sliders: it outlives its subscribers, so a new one begins with the current value. */
export class Sliders<S extends Readonly<Record<string, SliderOptions>>> {
  /** The values: the current one at once, then every change. Complete when the page is closed. */
  readonly values: { readonly [K in keyof S]: Observable<number> }
  readonly #at: string
  readonly #all: ReadonlyMap<string, Slider>
  readonly #changed = new Set<(name: string, value: number) => void>()
  #over: { readonly error?: unknown } | undefined

  /**
   * @param use called for every subscription to a slider; what it gives back is called at its end
   * @throws RangeError or TypeError for a slider that cannot be
   */
  constructor(at: string, sliders: S, use: () => () => void = () => () => undefined) {
    this.#at = at
    this.#all = new Map(
      Object.entries(sliders).map(([name, options]) => [
        name,
        { options: check(at, name, options), value: options.value, subscribers: new Set() },
      ]),
    )
    this.values = Object.fromEntries([...this.#all].map(([name, slider]) => [name, this.#observe(slider, use)])) as {
      [K in keyof S]: Observable<number>
    }
  }

  describe(): readonly SliderInfo[] {
    return [...this.#all].map(([name, { options, value }]) => ({ name, ...options, current: value }))
  }

  /** Sets a slider, within its range. Gives what it is now, or undefined where there is no such slider. */
  set(name: string, wanted: number): number | undefined {
    const slider = this.#all.get(name)
    if (slider === undefined || Number.isNaN(wanted)) return undefined
    const { min, max } = slider.options
    const value = Math.min(Math.max(wanted, min), max)
    if (value !== wanted)
      report({ kind: 'clamped', at: `${this.#at}.${name}`, message: `${name}: ${wanted} is outside ${min} to ${max}: ${value} is used` })
    if (value === slider.value) return value
    slider.value = value
    for (const tell of this.#changed) tell(name, value)
    for (const subscriber of [...slider.subscribers]) subscriber.next(value)
    return value
  }

  /** Calls back after every change. */
  watch(changed: (name: string, value: number) => void): () => void {
    this.#changed.add(changed)
    return () => this.#changed.delete(changed)
  }

  /** The page is closed, or could not be opened. */
  end(over: { readonly error?: unknown } = {}): void {
    this.#over ??= over
    for (const { subscribers } of this.#all.values()) for (const subscriber of [...subscribers]) finish(subscriber, over)
  }

  #observe(slider: Slider, use: () => () => void): Observable<number> {
    return new Observable((subscriber) => {
      if (this.#over !== undefined && 'error' in this.#over) return finish(subscriber, this.#over)
      subscriber.next(slider.value)
      if (subscriber.closed) return undefined
      if (this.#over !== undefined) return finish(subscriber, this.#over)
      slider.subscribers.add(subscriber)
      const release = use()
      return () => {
        slider.subscribers.delete(subscriber)
        release()
      }
    })
  }
}

function finish(subscriber: Subscriber<number>, over: { readonly error?: unknown }): void {
  if ('error' in over) subscriber.error(over.error)
  else subscriber.complete()
}

function check(at: string, name: string, options: SliderOptions): SliderOptions {
  const { value, min, max, log } = options
  const where = `${at}: slider '${name}'`
  for (const [key, number] of Object.entries({ value, min, max })) {
    if (!Number.isFinite(number)) throw new TypeError(`${where}: ${key} is ${String(number)}: a finite number is needed`)
  }
  if (!(min < max)) throw new RangeError(`${where}: min ${min} must be below max ${max}`)
  if (value < min || value > max) throw new RangeError(`${where}: value ${value} is outside ${min} to ${max}`)
  if (log === true && min <= 0) throw new RangeError(`${where}: min is ${min}: a logarithmic slider needs a min above 0`)
  return options
}
