/** Elements and numbers as text: the little that the page needs of a framework. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** An element with attributes and children. `false` and `undefined` leave an attribute out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...children)
  return element
}

/** The element with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no #${id}`)
  return element
}

/** Sets a text only where it differs: most do not, most of the time. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

const minus = '\u2212'

/** 1 234 567, grouped with narrow spaces. */
export const grouped = (value: number): string =>
  String(Math.round(value))
    .replace(/\B(?=(\d{3})+$)/g, '\u202f')
    .replace('-', minus)

/** 950, 12.3k, 1.04M. */
export function compact(value: number): string {
  const size = Math.abs(value)
  if (size >= 999.5e3) return `${digits(value / 1e6, 3)}M`
  if (size >= 999.5) return `${digits(value / 1e3, 3)}k`
  return size >= 10 || Number.isInteger(value) ? String(Math.round(value)) : digits(value, 2)
}

/** So many significant digits, and no exponent where it can be helped. */
export function digits(value: number, count: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-4 || size >= 1e7)
    return value
      .toExponential(Math.max(0, count - 1))
      .replace('-', minus)
      .replace('e+', 'e')
  const decimals = Math.max(0, count - 1 - Math.floor(Math.log10(size)))
  return value.toFixed(Math.min(decimals, 8)).replace('-', minus)
}

/** 10k, 1M: a tick's number. */
export const round = (value: number): string => compact(value).replace(/\.0+(?=[kM]?$)/, '')

/** Milliseconds with as many digits as one wants to read. */
export const milliseconds = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toFixed(3)

/** 480 × 640, outermost first. */
export const shapeText = (shape: readonly number[] | null): string =>
  shape === null
    ? ''
    : shape.length === 0
      ? 'scalar'
      : shape.length === 1
        ? `${grouped(shape[0] as number)} neurons`
        : shape.join(' \u00d7 ')
