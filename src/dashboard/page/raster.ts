/** Who spiked when: the last two seconds, newest right, and right of it how often each. */

import type { StreamHealth, StreamInfo } from '../control.ts'
import type { Frame, SpikesFrame } from '../protocol.ts'
import { type Area, areaOf, gutter, timeAxis } from './axes.ts'
import { compact, el, grouped, say } from './dom.ts'
import { Card, type Page, type Panel, Plot } from './panel.ts'
import { pixelOf, theme } from './theme.ts'

/** Seconds that are shown. */
const seconds = 2

export class RasterPanel implements Panel {
  readonly card: Card
  info: StreamInfo
  readonly #page: Page
  readonly #plot: Plot
  readonly #dots: HTMLCanvasElement = document.createElement('canvas')
  readonly #rate: HTMLElement = el('b', { 'data-role': 'rate' }, '0')
  readonly #each: HTMLElement = el('b', {}, '0')
  readonly #rows: HTMLElement = el('span', { class: 'key faint' })
  #frames: SpikesFrame[] = []
  #image: ImageData | undefined
  #stale = true

  constructor(info: StreamInfo, page: Page) {
    this.info = info
    this.#page = page
    this.card = new Card(info)
    this.#plot = new Plot(`${info.name}: spikes of the last ${seconds} s`, () => this.touch())
    this.card.body.append(this.#plot.canvas)
    this.card.foot.append(
      el(
        'p',
        { class: 'legend' },
        el('span', { class: 'key', title: 'spikes of the whole population per second' }, this.#rate, ' spikes/s'),
        el('span', { class: 'key', title: 'spikes per neuron per second' }, this.#each, ' Hz each'),
        this.#rows,
      ),
    )
    const { canvas } = this.#plot
    canvas.addEventListener('pointermove', (event) => {
      const row = this.#rowAt(event.offsetY)
      this.card.point(row === undefined ? '' : `neuron ${this.info.rows?.[row]}`)
    })
    canvas.addEventListener('pointerleave', () => this.card.point(''))
    canvas.addEventListener('click', (event) => {
      const neuron = this.info.rows?.[this.#rowAt(event.offsetY) ?? -1]
      if (neuron !== undefined) page.pick(neuron, this.#size())
    })
    this.update(info)
  }

  update(info: StreamInfo): void {
    if (info.rows?.length !== this.info.rows?.length) this.#frames = []
    this.info = info
    this.card.describe(info)
    const rows = info.rows?.length ?? 0
    say(this.#rows, rows > 0 && rows < this.#size() ? `${rows} of ${grouped(this.#size())} neurons` : '')
    this.touch()
  }

  take(frame: Frame): void {
    if (frame.kind !== 'spikes') return
    // A recording that begins anew.
    if (frame.t < (this.#frames.at(-1)?.t ?? frame.t)) this.#frames = []
    this.#frames.push(frame)
    const from = frame.t - seconds * 1e6
    const first = this.#frames.findIndex(({ t }) => t >= from)
    if (first > 0) this.#frames.splice(0, first)
    this.#stale = true
  }

  health({ rate }: StreamHealth): void {
    if (rate === undefined) return
    say(this.#rate, (this.info.sampled === true ? '\u2248 ' : '') + compact(rate))
    say(this.#each, compact(rate / Math.max(1, this.#size())))
  }

  touch(): void {
    this.#stale = true
  }

  draw(): void {
    if (!this.#stale) return
    this.#stale = false
    const context = this.#plot.begin()
    if (context === undefined) return
    const area = areaOf(this.#plot.width, this.#plot.height)
    timeAxis(context, area, seconds, 4)
    const rows = this.info.rows ?? []
    if (rows.length === 0) return
    const counts = this.#spikes(context, area, rows.length)
    this.#labels(context, area, rows)
    this.#margin(context, area, counts)
  }

  /** The dots, and how many each row has. */
  #spikes(context: CanvasRenderingContext2D, area: Area, rows: number): Uint32Array {
    const { ratio } = this.#plot
    const width = Math.round(area.width * ratio)
    const height = Math.round(area.height * ratio)
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height)
      this.#dots.width = width
      this.#dots.height = height
    }
    const pixels = new Uint32Array(this.#image.data.buffer).fill(0)
    const counts = new Uint32Array(rows)
    const colours = Uint32Array.from(this.info.rows ?? [], (neuron) => pixelOf(this.#page.colourOf(neuron, this.#size()) ?? theme().ink))
    const now = this.#frames.at(-1)?.t ?? 0
    const perPixel = (seconds * 1e6) / width
    const high = Math.max(1, Math.floor((height / rows) * 0.85))
    const wide = Math.max(1, Math.round(ratio))
    for (const { t, row, age } of this.#frames) {
      for (let k = 0; k < row.length; k++) {
        const which = row[k] as number
        const x = width - wide - Math.floor((now - t + (age[k] as number)) / perPixel)
        if (which >= rows || x < 0) continue
        counts[which] = (counts[which] as number) + 1
        const top = Math.floor((which * height) / rows)
        for (let y = top; y < top + high; y++) for (let dx = 0; dx < wide; dx++) pixels[y * width + x + dx] = colours[which] as number
      }
    }
    this.#dots.getContext('2d')?.putImageData(this.#image, 0, 0)
    context.drawImage(this.#dots, area.x, area.y, area.width, area.height)
    return counts
  }

  /** True numbers of the neurons, few enough to be read, and marks at those that are traced. */
  #labels(context: CanvasRenderingContext2D, area: Area, rows: readonly number[]): void {
    const { soft, font } = theme()
    const pitch = area.height / rows.length
    const every = Math.max(1, Math.ceil(24 / pitch))
    context.font = font
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    context.fillStyle = soft
    for (let row = 0; row < rows.length; row += every) {
      const y = area.y + (row + 0.5) * pitch
      if (y < area.y + area.height - 5 || rows.length === 1) context.fillText(String(rows[row]), area.x - 10, Math.max(y, area.y + 5))
    }
    rows.forEach((neuron, row) => {
      const colour = this.#page.colourOf(neuron, this.#size())
      if (colour === undefined) return
      const y = area.y + (row + 0.5) * pitch
      context.fillStyle = colour
      context.beginPath()
      context.moveTo(area.x - 7, y - 3.5)
      context.lineTo(area.x - 1.5, y)
      context.lineTo(area.x - 7, y + 3.5)
      context.fill()
    })
  }

  /** Rate of each row over the time that is shown. */
  #margin(context: CanvasRenderingContext2D, area: Area, counts: Uint32Array): void {
    const { faint, soft, font } = theme()
    const left = area.x + area.width + 8
    const room = gutter.right - 10
    const most = Math.max(1, ...counts)
    const first = this.#frames[0]
    const shown = first === undefined ? seconds : Math.min(seconds, Math.max(0.1, ((this.#frames.at(-1)?.t ?? 0) - first.from) / 1e6))
    const pitch = area.height / counts.length
    context.fillStyle = faint
    counts.forEach((count, row) => {
      if (count > 0) context.fillRect(left, area.y + row * pitch, (room * count) / most, Math.max(0.75, pitch * 0.85))
    })
    context.fillStyle = soft
    context.font = font
    context.textAlign = 'right'
    context.textBaseline = 'alphabetic'
    context.fillText(`${compact(most / shown)} Hz`, left + room, area.y + area.height + 13)
  }

  #rowAt(y: number): number | undefined {
    const rows = this.info.rows?.length ?? 0
    const area = areaOf(this.#plot.width, this.#plot.height)
    const row = Math.floor(((y - area.y) / area.height) * rows)
    return row >= 0 && row < rows ? row : undefined
  }

  #size(): number {
    return this.info.shape?.reduce((product, size) => product * size, 1) ?? 0
  }
}
