/** The sensor's image: ON and OFF events of the last milliseconds. */

import { type StreamHealth, type StreamInfo, windowRange } from '../control.ts'
import type { CountsFrame, Frame } from '../protocol.ts'
import { el, grouped, say } from './dom.ts'
import { Card, type Page, type Panel } from './panel.ts'
import { range, type Range } from './range.ts'
import { onThemeChange, theme } from './theme.ts'

type Show = 'both' | 'on' | 'off'
const shows: readonly (readonly [Show, string])[] = [
  ['both', 'both'],
  ['on', 'ON'],
  ['off', 'OFF'],
]

export class SensorPanel implements Panel {
  readonly card: Card
  info: StreamInfo
  readonly #canvas: HTMLCanvasElement = el('canvas', { class: 'screen', role: 'img', width: 1, height: 1 })
  readonly #window: Range
  readonly #on: HTMLElement = el('b', { 'data-role': 'on' }, '0')
  readonly #off: HTMLElement = el('b', { 'data-role': 'off' }, '0')
  readonly #total: HTMLElement = el('b', { 'data-role': 'total' }, '0')
  #frame: CountsFrame | undefined
  #dense = new Uint8Array(0)
  #image: ImageData | undefined
  #lut: Uint32Array | undefined
  #show: Show = 'both'
  #stale = true

  constructor(info: StreamInfo, page: Page) {
    this.info = info
    this.card = new Card(info)
    this.#canvas.setAttribute('aria-label', `${info.name}: image of the events`)
    this.#window = range({
      label: 'window',
      unit: 'ms',
      min: windowRange.min,
      max: windowRange.max,
      value: info.window ?? windowRange.default,
      log: true,
      whole: true,
      input: (ms) => page.send({ type: 'window', stream: this.info.id, ms }),
    })
    const choice = el(
      'span',
      { class: 'choice', role: 'group', 'aria-label': 'polarity' },
      ...shows.map(([show, text]) => this.#button(show, text)),
    )
    this.card.body.append(this.#canvas)
    this.card.foot.append(
      el(
        'p',
        { class: 'legend' },
        el('span', { class: 'key on', title: 'ON events in the window: brighter' }, 'ON ', this.#on),
        el('span', { class: 'key off', title: 'OFF events in the window: darker' }, 'OFF ', this.#off),
        el('span', { class: 'key', title: 'events since the start' }, 'total ', this.#total),
      ),
      el('div', { class: 'row' }, this.#window.element, choice),
    )
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event))
    this.#canvas.addEventListener('pointerleave', () => this.card.point(''))
    onThemeChange(() => this.touch())
  }

  update(info: StreamInfo): void {
    this.info = info
    this.card.describe(info)
    if (info.window !== undefined) this.#window.set(info.window)
    this.touch()
  }

  take(frame: Frame): void {
    if (frame.kind !== 'counts') return
    this.#frame = frame
    this.#stale = true
  }

  health({ received }: StreamHealth): void {
    say(this.#total, grouped(received))
    this.#total.dataset['value'] = String(received)
  }

  touch(): void {
    this.#lut = undefined
    this.#stale = true
  }

  /** Twice or half the window. */
  zoom(factor: number): void {
    this.#window.give(Math.round(this.#window.value() * factor))
  }

  draw(): void {
    const frame = this.#frame
    if (!this.#stale || frame === undefined || frame.width * frame.height === 0) return
    this.#stale = false
    const { width, height, index, data, on, off } = frame
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
      this.card.body.style.setProperty('--ratio', String(width / height))
      this.#image = new ImageData(width, height)
      this.#dense = new Uint8Array(width * height)
    }
    this.#lut ??= theme().counts(0.9 / Math.max(1, Math.sqrt(this.#window.value() / windowRange.default)), this.#show)
    const lut = this.#lut
    const pixels = new Uint32Array(this.#image.data.buffer)
    if (index === undefined) {
      this.#dense.set(data)
      for (let k = 0; k < data.length; k++) pixels[k] = lut[data[k] as number] as number
    } else {
      this.#dense.fill(0)
      pixels.fill(lut[0] as number)
      for (let k = 0; k < index.length; k++) {
        const pixel = index[k] as number
        const byte = data[k] as number
        this.#dense[pixel] = byte
        pixels[pixel] = lut[byte] as number
      }
    }
    this.#canvas.getContext('2d')?.putImageData(this.#image, 0, 0)
    say(this.#on, grouped(on))
    say(this.#off, grouped(off))
  }

  #button(show: Show, text: string): HTMLElement {
    const button = el('button', { type: 'button', 'aria-pressed': String(show === this.#show) }, text)
    button.addEventListener('click', () => {
      this.#show = show
      for (const each of button.parentElement?.children ?? []) each.setAttribute('aria-pressed', String(each === button))
      this.touch()
    })
    return button
  }

  #point(event: PointerEvent): void {
    const { width, height } = this.#canvas
    const box = this.#canvas.getBoundingClientRect()
    const x = Math.floor(((event.clientX - box.left) / box.width) * width)
    const y = Math.floor(((event.clientY - box.top) / box.height) * height)
    const byte = this.#dense[y * width + x]
    if (byte === undefined || x < 0 || x >= width) return this.card.point('')
    const count = (value: number) => (value === 15 ? '15+' : String(value))
    this.card.point(`x ${x}  y ${y}  ON ${count(byte & 15)}  OFF ${count(byte >> 4)}`)
  }
}
