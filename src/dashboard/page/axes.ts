/** Axes that all time plots share, so that what happened at once stands one above the other. */

import { digits, round } from './dom.ts'
import { theme } from './theme.ts'

/** Room left and right of the curves, and below for the time. */
export const gutter = { left: 46, right: 62, bottom: 18, top: 4 } as const

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const areaOf = (width: number, height: number, top: number = gutter.top): Area => ({
  x: gutter.left,
  y: top,
  width: Math.max(1, width - gutter.left - gutter.right),
  height: Math.max(1, height - top - gutter.bottom),
})

/** Vertical lines and times, from `seconds` ago to now. */
export function timeAxis(context: CanvasRenderingContext2D, area: Area, seconds: number, parts: number): void {
  const { grid, soft, font } = theme()
  context.font = font
  context.fillStyle = soft
  context.strokeStyle = grid
  context.lineWidth = 1
  context.textBaseline = 'alphabetic'
  context.beginPath()
  for (let k = 0; k <= parts; k++) {
    const x = Math.round(area.x + (area.width * k) / parts) + (k === parts ? -0.5 : 0.5)
    context.moveTo(x, area.y)
    context.lineTo(x, area.y + area.height)
    const ago = seconds - (seconds * k) / parts
    context.textAlign = k === parts ? 'right' : k === 0 ? 'left' : 'center'
    context.fillText(ago === 0 ? 'now' : `\u2212${ago} s`, x, area.y + area.height + 13)
  }
  context.stroke()
}

/** A horizontal line with its number left of it. */
export function level(context: CanvasRenderingContext2D, area: Area, y: number, text: string): void {
  const { grid, soft, font } = theme()
  context.strokeStyle = grid
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(area.x, Math.round(y) + 0.5)
  context.lineTo(area.x + area.width, Math.round(y) + 0.5)
  context.stroke()
  context.font = font
  context.fillStyle = soft
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.fillText(text, area.x - 6, Math.min(Math.max(y, area.y + 5), area.y + area.height - 4))
}

/** Texts right of the curves' ends, kept apart. */
export function apart(
  context: CanvasRenderingContext2D,
  area: Area,
  ends: readonly { readonly y: number; readonly text: string; readonly colour: string }[],
): void {
  const placed = ends.map((end) => ({ ...end })).sort((a, b) => a.y - b.y)
  const pitch = 12
  let free = area.y + 4
  for (const end of placed) free = (end.y = Math.max(end.y, free)) + pitch
  let limit = area.y + area.height - 2
  for (const end of placed.toReversed()) limit = (end.y = Math.min(end.y, limit)) - pitch
  context.font = theme().font
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (const { text, colour, y } of placed) {
    context.fillStyle = colour
    context.fillText(text, area.x + area.width + 8, y)
  }
}

/** Round numbers within a range, about `count` of them. */
export function ticks(low: number, high: number, count: number): readonly number[] {
  const raw = (high - low) / Math.max(1, count)
  if (!(raw > 0) || !Number.isFinite(raw)) return []
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power
  const result: number[] = []
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9; k++) result.push(k * step)
  return result
}

/** A tick's number, as short as its neighbours allow. */
export const tickText = (value: number, step: number): string =>
  Math.abs(value) >= 1000
    ? round(value)
    : Math.abs(step) < 1e-4
      ? digits(value, 2)
      : value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace('-', '\u2212')
