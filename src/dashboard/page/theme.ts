/** Colours, as the style sheet has them for light or dark, and the maps from numbers to pixels. Okabe and Ito's, so that colour-blind people tell them apart. */

type Rgb = readonly [red: number, green: number, blue: number]

export interface Theme {
  readonly panel: string
  readonly ink: string
  readonly soft: string
  readonly faint: string
  readonly grid: string
  readonly warn: string
  readonly bad: string
  /** Lines of traces and rates, in order. */
  readonly lines: readonly string[]
  /** 256 pixels, by the byte of a counts message. */
  counts(gain: number, show: 'both' | 'on' | 'off'): Uint32Array
  /** 255 pixels, for -127 to 127: `diverging[value + 127]`. */
  readonly diverging: Uint32Array
  /** Where there is no value: two greys, for a hatching. */
  readonly none: readonly [number, number]
  /** Colour at -1 to 1, for legends. */
  at(value: number): string
  readonly font: string
}

const dark = matchMedia('(prefers-color-scheme: dark)')
let current: Theme | undefined

/** The theme of now. */
export const theme = (): Theme => (current ??= read())

/** Calls back when the system changes between light and dark. */
export function onThemeChange(changed: () => void): void {
  dark.addEventListener('change', () => {
    current = undefined
    changed()
  })
}

function read(): Theme {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const ground = rgb(colour('screen'))
  const stops = (names: readonly string[]) => [ground, ...names.map((name) => rgb(colour(name)))]
  const positive = stops(['positive', 'positive-end'])
  const negative = stops(['negative', 'negative-end'])
  const on = rgb(colour('on'))
  const off = rgb(colour('off'))
  const at = (value: number): Rgb => along(value < 0 ? negative : positive, Math.min(1, Math.abs(value)))
  return {
    panel: colour('panel'),
    ink: colour('ink'),
    soft: colour('soft'),
    faint: colour('faint'),
    grid: colour('grid'),
    warn: colour('warn'),
    bad: colour('bad'),
    lines: Array.from({ length: 8 }, (_, k) => colour(`line-${k}`)),
    none: [pixel(rgb(colour('none'))), pixel(ground)],
    counts: (gain, show) =>
      Uint32Array.from({ length: 256 }, (_, byte) => {
        const ons = show === 'off' ? 0 : byte & 15
        const offs = show === 'on' ? 0 : byte >> 4
        if (ons + offs === 0) return pixel(ground)
        return pixel(mix(ground, mix(off, on, ons / (ons + offs)), 1 - Math.exp(-gain * (ons + offs))))
      }),
    diverging: Uint32Array.from({ length: 255 }, (_, k) => pixel(at((k - 127) / 127))),
    at: (value) => `rgb(${at(value).map(Math.round).join(' ')})`,
    font: '11px ' + getComputedStyle(document.body).fontFamily,
  }
}

function rgb(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** As `ImageData` has it: red in the lowest byte. */
const pixel = ([red, green, blue]: Rgb): number =>
  ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0

const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** Along stops at even distances, 0 to 1. */
function along(stops: readonly Rgb[], place: number): Rgb {
  const scaled = place * (stops.length - 1)
  const k = Math.min(Math.floor(scaled), stops.length - 2)
  return mix(stops[k] as Rgb, stops[k + 1] as Rgb, scaled - k)
}

/** `#rrggbb` as the number that `ImageData` has. */
export const pixelOf = (hex: string): number => pixel(rgb(hex))
