/** Any tensor as a picture, in colours that tell signs apart. */

import type { StreamInfo } from '../control.ts'
import type { Frame, PictureFrame } from '../protocol.ts'
import { digits, el, say } from './dom.ts'
import { Card, type Page, type Panel } from './panel.ts'
import { range, type Range } from './range.ts'
import { onThemeChange, theme } from './theme.ts'

/** How fast the ends of the colours come down to the values again, per picture. They rise at once. */
const relax = 0.985
/** Milliseconds that a value stays visible, where steps are shorter than the eye is fast and where they are not. */
const fades = { short: 60, long: 0, max: 500 } as const

export class ImagePanel implements Panel {
  readonly card: Card
  info: StreamInfo
  readonly #page: Page
  readonly #canvas: HTMLCanvasElement = el('canvas', { class: 'screen', role: 'img', width: 1, height: 1 })
  readonly #low: HTMLElement = el('b', { 'data-role': 'low' }, '0')
  readonly #high: HTMLElement = el('b', { 'data-role': 'high' }, '1')
  readonly #bar: HTMLCanvasElement = el('canvas', { class: 'bar', width: 256, height: 1, 'aria-hidden': 'true' })
  readonly #thinned: HTMLElement = el('span', { class: 'key faint' })
  readonly #fade: Range
  #fadeChosen = false
  #frame: PictureFrame | undefined
  /** What is shown: the latest values, over what is left of those before. */
  #glow = new Float32Array(0)
  #glowTime = 0
  #image: ImageData | undefined
  #end = 0
  #signed = false
  #barFor = ''
  #stale = true

  constructor(info: StreamInfo, page: Page) {
    this.info = info
    this.#page = page
    this.card = new Card(info)
    this.#canvas.setAttribute('aria-label', `${info.name}: values as a picture`)
    this.card.body.append(this.#canvas)
    this.#fade = range({
      label: 'fade',
      unit: 'ms',
      min: 0,
      max: fades.max,
      value: fades.long,
      whole: true,
      input: () => (this.#fadeChosen = true),
    })
    this.card.foot.append(
      el('div', { class: 'row' }, el('p', { class: 'legend scale' }, this.#low, this.#bar, this.#high), this.#fade.element),
      this.#thinned,
    )
    this.#canvas.addEventListener('pointermove', (event) => this.card.point(this.#under(event)?.text ?? ''))
    this.#canvas.addEventListener('pointerleave', () => this.card.point(''))
    this.#canvas.addEventListener('click', (event) => {
      const under = this.#under(event)
      if (under !== undefined) this.#page.pick(under.neuron, this.#size())
    })
    onThemeChange(() => this.touch())
    this.update(info)
  }

  update(info: StreamInfo): void {
    this.info = info
    this.card.describe(info)
    if (!this.#fadeChosen) this.#fade.set(info.dt !== undefined && info.dt < 5e-3 ? fades.short : fades.long)
  }

  take(frame: Frame): void {
    if (frame.kind !== 'picture') return
    this.#frame = frame
    this.#stale = true
  }

  touch(): void {
    this.#barFor = ''
    this.#stale = true
  }

  draw(): void {
    const frame = this.#frame
    if (!this.#stale || frame === undefined || frame.data.length === 0) return
    this.#stale = false
    const { width, height, channels, scale } = frame
    this.#end = Math.max(scale, this.#end * relax) || 1
    const tiles = tiling(frame)
    const fullWidth = tiles.columns * (width + 1) - 1
    const fullHeight = tiles.rows * (height + 1) - 1
    if (this.#image?.width !== fullWidth || this.#image.height !== fullHeight) {
      this.#canvas.width = fullWidth
      this.#canvas.height = fullHeight
      this.card.body.style.setProperty('--ratio', String(fullWidth / fullHeight))
      this.#image = new ImageData(fullWidth, fullHeight)
    }
    this.#mix(frame)
    const lut = theme().diverging
    const [hatch, ground] = theme().none
    const pixels = new Uint32Array(this.#image.data.buffer).fill(tiles.rows * tiles.columns > 1 ? hatch : ground)
    const glow = this.#glow
    const factor = 127 / this.#end
    let from = 0
    for (let channel = 0; channel < channels; channel++) {
      const left = (channel % tiles.columns) * (width + 1)
      const top = Math.floor(channel / tiles.columns) * (height + 1)
      for (let y = 0; y < height; y++) {
        let to = (top + y) * fullWidth + left
        for (let x = 0; x < width; x++, to++, from++) {
          const value = glow[from] as number
          pixels[to] = value === value ? (lut[Math.round(value * factor) + 127] as number) : ((x + y) & 3) < 2 ? hatch : ground
        }
      }
    }
    this.#canvas.getContext('2d')?.putImageData(this.#image, 0, 0)
    this.#scale()
    say(this.#thinned, this.#note(frame))
  }

  /** New values over what is left of the old: the stronger one is seen, so what does not change is shown as it is. */
  #mix({ data, scale, t }: PictureFrame): void {
    const fade = this.#fade.value() * 1000
    const fresh = this.#glow.length !== data.length
    if (fresh) this.#glow = new Float32Array(data.length)
    const passed = t - this.#glowTime
    const left = fresh || fade === 0 || !(passed >= 0) ? 0 : Math.exp(-passed / fade)
    this.#glowTime = t
    const glow = this.#glow
    const unit = scale / 127
    let below = false
    for (let k = 0; k < data.length; k++) {
      const level = data[k] as number
      if (level === -128) {
        glow[k] = NaN
        continue
      }
      if (level < 0) below = true
      const value = level * unit
      const old = (glow[k] as number) * left
      glow[k] = Math.abs(old) > Math.abs(value) ? old : value
    }
    this.#signed ||= below
  }

  #note({ step, channels }: PictureFrame): string {
    const all = (this.info.shape?.length ?? 0) > 2 ? (this.info.shape?.at(-3) ?? 1) : 1
    return [step > 1 ? `every ${step} pixels` : '', channels < all ? `${channels} of ${all} channels` : ''].filter(Boolean).join(', ')
  }

  #scale(): void {
    say(this.#low, this.#signed ? digits(-this.#end, 2) : '0')
    say(this.#high, digits(this.#end, 2))
    const key = `${this.#signed}`
    if (key === this.#barFor) return
    this.#barFor = key
    const context = this.#bar.getContext('2d')
    for (let x = 0; context !== null && x < 256; x++) {
      context.fillStyle = theme().at(this.#signed ? (x - 127.5) / 127.5 : x / 255)
      context.fillRect(x, 0, 1, 1)
    }
  }

  #size(): number {
    return this.info.shape?.reduce((product, size) => product * size, 1) ?? 0
  }

  #under(event: MouseEvent): { readonly text: string; readonly neuron: number } | undefined {
    const frame = this.#frame
    if (frame === undefined) return undefined
    const { width, height, step, channels } = frame
    const box = this.#canvas.getBoundingClientRect()
    const across = Math.floor(((event.clientX - box.left) / box.width) * this.#canvas.width)
    const down = Math.floor(((event.clientY - box.top) / box.height) * this.#canvas.height)
    const x = across % (width + 1)
    const y = down % (height + 1)
    const channel = Math.floor(down / (height + 1)) * tiling(frame).columns + Math.floor(across / (width + 1))
    if (across < 0 || down < 0 || x >= width || y >= height || channel >= channels) return undefined
    const shown = this.#glow[(channel * height + y) * width + x] ?? NaN
    const value = Number.isNaN(shown) ? 'no value' : digits(shown, 3)
    const shape = this.info.shape ?? []
    const rows = shape.at(-2) ?? height * step
    const columns = shape.length < 2 ? width * step : (shape.at(-1) as number)
    const neuron = (channel * rows + y * step) * columns + x * step
    const place = shape.length < 2 ? `neuron ${neuron}` : `${channels > 1 ? `channel ${channel}  ` : ''}x ${x * step}  y ${y * step}`
    return neuron < this.#size() ? { text: `${place}  ${value}`, neuron } : undefined
  }
}

/** Channels side by side, about as wide as high. */
function tiling({ channels, width, height }: PictureFrame): { readonly columns: number; readonly rows: number } {
  const columns = Math.min(channels, Math.max(1, Math.round(Math.sqrt((channels * height * 1.8) / width))))
  return { columns, rows: Math.ceil(channels / columns) }
}
