/** A number that can be dragged, typed and stepped with the arrow keys. */

import { el } from './dom.ts'

export interface RangeOptions {
  readonly label: string
  readonly unit?: string
  readonly min: number
  readonly max: number
  readonly value: number
  /** The same way is the same factor. */
  readonly log?: boolean
  /** Whole numbers only. */
  readonly whole?: boolean
  /** A person moved it. At most once for every frame of the display. */
  input(value: number): void
}

export interface Range {
  readonly element: HTMLElement
  value(): number
  /** Shows a value that came from elsewhere. */
  set(value: number): void
  /** As if a person had moved it. */
  give(value: number): void
}

/** Places of the thumb. */
const places = 1000
let made = 0

export function range(options: RangeOptions): Range {
  const { min, max, log = false, whole = false } = options
  const id = `range-${made++}`
  const toPlace = (value: number) => places * (log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min))
  const fromPlace = (place: number) => tidy(log ? min * (max / min) ** (place / places) : min + ((max - min) * place) / places)
  const tidy = (value: number) =>
    Math.min(Math.max(whole ? Math.round(value) : Number(value.toPrecision(log || Math.abs(value) >= (max - min) / 100 ? 3 : 2)), min), max)
  const thumb = el('input', { type: 'range', id, min: 0, max: places, step: 1, 'data-role': 'thumb' })
  const number = el('input', {
    type: 'number',
    min,
    max,
    step: whole ? 1 : 'any',
    'aria-label': `${options.label}, number`,
    'data-role': 'number',
  })
  let current = options.value
  let waiting = false

  function show(value: number): void {
    current = value
    if (document.activeElement !== number) number.value = String(Number(value.toPrecision(6)))
    thumb.value = String(Math.round(toPlace(value)))
    thumb.style.setProperty('--place', String(toPlace(value) / places))
    thumb.setAttribute('aria-valuetext', `${Number(value.toPrecision(6))} ${options.unit ?? ''}`.trim())
  }
  function give(value: number): void {
    if (!Number.isFinite(value)) return
    show(Math.min(Math.max(value, min), max))
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      options.input(current)
    })
  }

  thumb.addEventListener('input', () => give(fromPlace(Number(thumb.value))))
  number.addEventListener('change', () => give(number.value === '' ? current : Number(number.value)))
  number.addEventListener('blur', () => show(current))
  show(current)
  const element = el(
    'div',
    { class: 'range' },
    el('label', { for: id }, options.label),
    el('span', { class: 'value' }, number, el('span', { class: 'unit' }, options.unit ?? '')),
    thumb,
  )
  return { element, value: () => current, set: show, give }
}
