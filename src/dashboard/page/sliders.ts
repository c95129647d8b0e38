/** The sliders that the program asked for. */

import type { SliderInfo } from '../control.ts'
import { el } from './dom.ts'
import { range, type Range } from './range.ts'

export class SlidersPanel {
  readonly element: HTMLElement
  readonly #ranges = new Map<string, Range>()
  readonly #list: HTMLElement = el('div', { class: 'list' })

  constructor() {
    this.element = el(
      'section',
      { class: 'panel sliders', 'aria-label': 'Sliders', hidden: true },
      el('header', {}, el('h2', {}, 'Sliders')),
      this.#list,
    )
  }

  begin(sliders: readonly SliderInfo[], moved: (name: string, value: number) => void): void {
    this.#ranges.clear()
    this.element.hidden = sliders.length === 0
    this.#list.replaceChildren(...sliders.map((slider) => this.#row(slider, moved)))
  }

  set(name: string, value: number): void {
    this.#ranges.get(name)?.set(value)
  }

  #row(
    { name, label = name, unit = '', min, max, value, current, log = false }: SliderInfo,
    moved: (name: string, value: number) => void,
  ): HTMLElement {
    const made = range({ label, unit, min, max, value: current, log, input: (value) => moved(name, value) })
    this.#ranges.set(name, made)
    const back = el(
      'button',
      { type: 'button', class: 'back', title: `back to ${value}`, 'aria-label': `${label}: back to ${value}` },
      '\u21ba',
    )
    back.addEventListener('click', () => made.give(value))
    made.element.querySelector('.value')?.append(back)
    made.element.dataset['slider'] = name
    made.element.append(el('span', { class: 'ends', 'aria-hidden': 'true' }, el('span', {}, String(min)), el('span', {}, String(max))))
    return made.element
  }
}
