/** What all panels have in common: a name, a shape, and a word on how old it is. */

import type { PageMessage, StreamHealth, StreamInfo } from '../control.ts'
import type { Frame } from '../protocol.ts'
import { el, say, shapeText } from './dom.ts'

/** Milliseconds without news after which a stream is called stale. */
const staleAfter = 1_000

export interface Panel {
  readonly card: Card
  info: StreamInfo
  update(info: StreamInfo): void
  take(frame: Frame): void
  health?(health: StreamHealth): void
  /** Called once for every frame of the display, while not paused. */
  draw(): void
  /** Draw anew: colours or sizes have changed. */
  touch(): void
}

/** What a panel may ask of the page. */
export interface Page {
  send(message: PageMessage): void
  /** A neuron was pointed at, in a stream of this many. */
  pick(neuron: number, neurons: number): void
  /** The colour with which a neuron of a stream of this many is drawn as a trace. */
  colourOf(neuron: number, neurons: number): string | undefined
}

/** The frame of a panel. */
export class Card {
  readonly element: HTMLElement
  readonly body: HTMLElement = el('div', { class: 'body' })
  readonly foot: HTMLElement = el('div', { class: 'foot' })
  /** Right of the name: the shape, or what is under the pointer. */
  readonly #note: HTMLElement = el('span', { class: 'note' })
  readonly #state: HTMLElement = el('span', { class: 'lamp', 'data-role': 'state' })
  #shape = ''
  #pointed = ''
  #news = 0
  #ended = false

  constructor(info: StreamInfo) {
    this.element = el(
      'section',
      { class: `panel ${info.kind}`, 'data-stream': info.name, 'data-kind': info.kind, 'data-state': 'waiting', 'aria-label': info.name },
      el('header', {}, el('h2', {}, info.name), this.#note, this.#state),
      this.body,
      this.foot,
    )
    this.describe(info)
  }

  describe({ shape, ended }: StreamInfo): void {
    this.#shape = shapeText(shape)
    this.#ended = ended === true
    this.#say()
  }

  /** Something arrived. */
  news(): void {
    this.#news = performance.now()
  }

  /** Text for what is under the pointer; empty where nothing is. */
  point(text: string): void {
    this.#pointed = text
    this.#say()
  }

  /** Brings the word on its age up to date. */
  age(now: number, paused: boolean): void {
    const age = now - this.#news
    const [state, text] = this.#ended
      ? ['ended', 'ended']
      : this.#news === 0
        ? ['waiting', 'waiting for data']
        : age > staleAfter
          ? ['stale', `stale ${age < 10_000 ? (age / 1000).toFixed(1) : Math.round(age / 1000)} s`]
          : paused
            ? ['paused', 'paused']
            : ['live', 'live']
    if (this.element.dataset['state'] !== state) this.element.dataset['state'] = state
    say(this.#state, text)
  }

  #say(): void {
    say(this.#note, this.#pointed || this.#shape)
  }
}

/** A canvas with as many pixels as the screen has under it, and a context that counts in those of the style sheet. */
export class Plot {
  readonly canvas: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D
  width = 0
  height = 0
  ratio = 1

  constructor(label: string, resized: () => void) {
    this.canvas = el('canvas', { class: 'plot', role: 'img', 'aria-label': label })
    this.context = this.canvas.getContext('2d') as CanvasRenderingContext2D
    new ResizeObserver(() => {
      this.#fit()
      resized()
    }).observe(this.canvas)
  }

  /** Clears, and gives the context. Undefined while the canvas has no size. */
  begin(): CanvasRenderingContext2D | undefined {
    if (this.width === 0 || this.height === 0) return undefined
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    this.context.clearRect(0, 0, this.width, this.height)
    return this.context
  }

  #fit(): void {
    this.ratio = Math.min(devicePixelRatio, 3)
    this.width = this.canvas.clientWidth
    this.height = this.canvas.clientHeight
    this.canvas.width = Math.round(this.width * this.ratio)
    this.canvas.height = Math.round(this.height * this.ratio)
  }
}
