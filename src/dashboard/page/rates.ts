/** Events and spikes per second over the last minute, on a logarithmic axis. */

import type { StreamInfo } from '../control.ts'
import { apart, type Area, areaOf, level, timeAxis } from './axes.ts'
import { compact, el, round } from './dom.ts'
import { Plot } from './panel.ts'
import { theme } from './theme.ts'

/** Seconds that are shown. */
const seconds = 60
/** Dashes tell lines apart where colours do not. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]]

export class RatesPanel {
  readonly element: HTMLElement
  readonly #plot: Plot
  readonly #legend: HTMLElement = el('p', { class: 'legend' })
  readonly #series = new Map<number, { readonly name: string; readonly unit: string; readonly values: number[] }>()
  #every = 0.5
  #stale = true

  constructor() {
    this.#plot = new Plot('events and spikes per second, last minute', () => this.touch())
    this.element = el(
      'section',
      { class: 'panel rates', 'aria-label': 'Rates', hidden: true },
      el('header', {}, el('h2', {}, 'Rates'), el('span', { class: 'note' }, 'per second, last minute')),
      el('div', { class: 'body' }, this.#plot.canvas),
      el('div', { class: 'foot' }, this.#legend),
    )
  }

  begin(every: number): void {
    this.#every = every
    this.#series.clear()
    this.#legend.replaceChildren()
    this.element.hidden = true
  }

  /** A stream that has a rate. */
  add({ id, name, kind }: StreamInfo): void {
    if (this.#series.has(id) || (kind !== 'events' && kind !== 'raster')) return
    const place = this.#series.size
    this.#series.set(id, { name, unit: kind === 'events' ? 'events/s' : 'spikes/s', values: [] })
    const key = el(
      'span',
      { class: `key dash dash-${place % dashes.length}` },
      name,
      el('span', { class: 'faint' }, kind === 'events' ? 'events' : 'spikes'),
    )
    key.style.setProperty('--mark', theme().lines[place % 8] as string)
    this.#legend.append(key)
    this.element.hidden = false
    this.touch()
  }

  push(id: number, ...values: readonly number[]): void {
    const series = this.#series.get(id)
    if (series === undefined) return
    series.values.push(...values)
    series.values.splice(0, series.values.length - (seconds / this.#every + 1))
    this.#stale = true
  }

  touch(): void {
    this.#stale = true
    let place = 0
    for (const key of this.#legend.children)
      if (key instanceof HTMLElement) key.style.setProperty('--mark', theme().lines[place++ % 8] as string)
  }

  draw(): void {
    if (!this.#stale) return
    this.#stale = false
    const context = this.#plot.begin()
    if (context === undefined) return
    const area = areaOf(this.#plot.width, this.#plot.height)
    timeAxis(context, area, seconds, 4)
    const all = [...this.#series.values()].flatMap(({ values }) => values.filter((value) => value > 0))
    const high = Math.ceil(Math.log10(Math.max(10, ...all)) + 0.05)
    const low = Math.max(0, Math.min(high - 2, Math.floor(Math.log10(Math.min(...all, 1e9)))))
    // Under the lowest decade there is room for zero.
    const toY = (value: number) =>
      area.y + area.height * (1 - (value > 0 ? Math.max(0.04, 0.08 + (0.92 * (Math.log10(value) - low)) / (high - low)) : 0))
    level(context, area, toY(0), '0')
    const every = Math.max(1, Math.ceil((14 * (high - low)) / area.height))
    for (let decade = high; decade >= low; decade -= every) {
      const y = toY(10 ** decade)
      level(context, area, y, area.y + area.height - y < 14 ? '' : round(10 ** decade))
    }
    const ends = [...this.#series.values()].flatMap(({ values }, place) => {
      const last = this.#line(context, area, values, place, toY)
      return last === undefined ? [] : [{ y: toY(last), text: compact(last), colour: theme().lines[place % 8] as string }]
    })
    context.setLineDash([])
    apart(context, area, ends)
  }

  #line(
    context: CanvasRenderingContext2D,
    area: Area,
    values: readonly number[],
    place: number,
    toY: (value: number) => number,
  ): number | undefined {
    const last = values.at(-1)
    if (last === undefined) return undefined
    context.strokeStyle = theme().lines[place % 8] as string
    context.lineWidth = 1.6
    context.lineJoin = 'round'
    context.setLineDash([...(dashes[place % dashes.length] as readonly number[])])
    context.beginPath()
    values.forEach((value, k) => {
      const x = area.x + area.width * (1 - ((values.length - 1 - k) * this.#every) / seconds)
      if (k === 0) context.moveTo(x, toY(value))
      else context.lineTo(x, toY(value))
    })
    context.stroke()
    return last
  }
}
