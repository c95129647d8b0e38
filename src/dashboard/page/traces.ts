/** Membranes of a few neurons: the last two seconds, the threshold, and above them when they spiked. */

import { maxTraces, type StreamInfo } from '../control.ts'
import type { Frame, TracesFrame } from '../protocol.ts'
import { apart, type Area, areaOf, level, ticks, tickText, timeAxis } from './axes.ts'
import { el } from './dom.ts'
import { Card, type Page, type Panel, Plot } from './panel.ts'
import { theme } from './theme.ts'

/** Seconds that are shown. */
const seconds = 2
/** Height of a neuron's row of spikes, pixels. */
const lane = 6

export class TracesPanel implements Panel {
  readonly card: Card
  info: StreamInfo
  readonly #page: Page
  readonly #plot: Plot
  readonly #chips: HTMLElement = el('span', { class: 'chips' })
  #frames: TracesFrame[] = []
  #low = 0
  #high = 0
  #stale = true

  constructor(info: StreamInfo, page: Page) {
    this.info = info
    this.#page = page
    this.card = new Card(info)
    this.#plot = new Plot(`${info.name}: values of the last ${seconds} s`, () => this.touch())
    const add = el('input', {
      type: 'number',
      min: 0,
      step: 1,
      placeholder: '+ neuron',
      'aria-label': 'add a neuron by its number',
      'data-role': 'add',
    })
    add.addEventListener('change', () => {
      if (add.value !== '') this.toggle(Math.round(Number(add.value)), true)
      add.value = ''
    })
    this.card.body.append(this.#plot.canvas)
    this.card.foot.append(el('p', { class: 'legend' }, this.#chips, add))
    this.update(info)
  }

  get size(): number {
    return this.info.shape?.reduce((product, size) => product * size, 1) ?? 0
  }

  colourOf(neuron: number): string | undefined {
    const place = this.info.neurons?.indexOf(neuron) ?? -1
    return place < 0 ? undefined : theme().lines[place % maxTraces]
  }

  /** Draws a neuron, or no longer. The oldest goes where there are too many. */
  toggle(neuron: number, keep = false): void {
    const { neurons = [] } = this.info
    if (!(neuron >= 0 && neuron < this.size)) return
    if (keep && neurons.includes(neuron)) return
    const next = neurons.includes(neuron) ? neurons.filter((each) => each !== neuron) : [...neurons, neuron].slice(-maxTraces)
    this.#page.send({ type: 'neurons', stream: this.info.id, neurons: next })
  }

  update(info: StreamInfo): void {
    this.info = info
    this.card.describe(info)
    this.#chips.replaceChildren(...(info.neurons ?? []).map((neuron) => this.#chip(neuron)))
    this.touch()
  }

  take(frame: Frame): void {
    if (frame.kind !== 'traces') return
    if (frame.t < (this.#frames.at(-1)?.t ?? frame.t)) this.#frames = []
    this.#frames.push(frame)
    const from = frame.t - seconds * 1e6
    const first = this.#frames.findIndex(({ t }) => t >= from)
    if (first > 0) this.#frames.splice(0, first)
    this.#stale = true
  }

  touch(): void {
    this.#stale = true
  }

  draw(): void {
    if (!this.#stale) return
    this.#stale = false
    const context = this.#plot.begin()
    if (context === undefined) return
    const { neurons = [], threshold } = this.info
    const lanes = threshold === undefined ? 0 : neurons.length * lane
    const area = areaOf(this.#plot.width, this.#plot.height, 6 + lanes)
    timeAxis(context, { ...area, y: 4, height: area.height + area.y - 4 }, seconds, 4)
    this.#range()
    const toY = (value: number) => area.y + area.height * (1 - (value - this.#low) / (this.#high - this.#low))
    const marks = ticks(this.#low, this.#high, Math.max(2, area.height / 36))
    for (const mark of marks) level(context, area, toY(mark), tickText(mark, (marks[1] ?? 1) - (marks[0] ?? 0)))
    if (threshold !== undefined) this.#threshold(context, area, toY(threshold))
    const ends = neurons.flatMap((neuron, k) => {
      const y = this.#line(context, area, neuron, k, toY)
      return y === undefined ? [] : [{ y, text: `n ${neuron}`, colour: theme().lines[k % maxTraces] as string }]
    })
    apart(context, area, ends)
  }

  /** A value's range that grows at once and shrinks slowly. */
  #range(): void {
    let low = Math.min(0, this.info.threshold ?? 0)
    let high = this.info.threshold ?? 0
    for (const { value } of this.#frames) {
      for (let k = 0; k < value.length; k++) {
        const each = value[k] as number
        if (each < low) low = each
        if (each > high) high = each
      }
    }
    const room = (high - low || 1) * 0.06
    // Room above the threshold for its name.
    const top = Math.max(high + room, (this.info.threshold ?? -Infinity) + 3 * room)
    this.#low = Math.min(low - room, this.#low * 0.98 + (low - room) * 0.02)
    this.#high = Math.max(top, this.#high * 0.98 + top * 0.02)
  }

  #threshold(context: CanvasRenderingContext2D, area: Area, y: number): void {
    const { soft, font } = theme()
    context.strokeStyle = soft
    context.setLineDash([5, 4])
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(area.x, Math.round(y) + 0.5)
    context.lineTo(area.x + area.width, Math.round(y) + 0.5)
    context.stroke()
    context.setLineDash([])
    context.font = font
    context.fillStyle = soft
    context.textAlign = 'left'
    context.textBaseline = 'bottom'
    context.fillText('threshold', area.x + 4, y - 1)
  }

  /** Draws one neuron, at most four points for every pixel across, and its spikes above. Gives the height of its end. */
  #line(context: CanvasRenderingContext2D, area: Area, neuron: number, place: number, toY: (value: number) => number): number | undefined {
    const now = this.#frames.at(-1)?.t ?? 0
    const threshold = this.info.threshold
    const scale = area.width / (seconds * 1e6)
    context.strokeStyle = context.fillStyle = theme().lines[place % maxTraces] as string
    context.lineWidth = 1.4
    context.lineJoin = 'round'
    context.beginPath()
    let column = -1
    let low = 0
    let high = 0
    let last: number | undefined
    for (const { t, index, age, value } of this.#frames) {
      const row = index.indexOf(neuron)
      if (row < 0) continue
      for (let k = 0; k < age.length; k++) {
        const x = area.width - (now - t + (age[k] as number)) * scale
        const each = value[row * age.length + k] as number
        if (x < 0 || Number.isNaN(each)) continue
        if (threshold !== undefined && last !== undefined && spiked(last, each, threshold))
          context.fillRect(area.x + x - 0.5, 5 + place * lane, 1.5, lane - 2)
        const pixel = Math.floor(x)
        if (pixel !== column) {
          if (column >= 0) {
            context.lineTo(area.x + column, toY(low))
            context.lineTo(area.x + column, toY(high))
            context.lineTo(area.x + column, toY(last as number))
          } else context.moveTo(area.x + x, toY(each))
          column = pixel
          low = high = each
        } else {
          low = Math.min(low, each)
          high = Math.max(high, each)
        }
        last = each
      }
    }
    if (last !== undefined) context.lineTo(area.x + area.width, toY(last))
    context.stroke()
    return last === undefined ? undefined : toY(last)
  }

  #chip(neuron: number): HTMLElement {
    const chip = el('button', { type: 'button', class: 'chip', title: `no longer draw neuron ${neuron}` }, `${neuron} \u00d7`)
    chip.style.setProperty('--mark', this.colourOf(neuron) ?? '')
    chip.addEventListener('click', () => this.toggle(neuron))
    return chip
  }
}

/** A membrane spiked where it rose over the threshold, or fell in one step by more than half of it: a reset, which no leak does. */
const spiked = (before: number, after: number, threshold: number): boolean =>
  (before < threshold && after >= threshold) || (before < threshold && before - after > Math.abs(threshold) / 2)
