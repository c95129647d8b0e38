/** The errors of rxspike: few, each extending the built-in that fits. A message says what failed, the value, what was allowed and the way out. */

import type { Shape } from './tensor.ts'

/** A tensor does not fit the layer that it reached. */
export class ShapeError extends RangeError {
  override readonly name = 'ShapeError'
  /** Path of the layer, for example `hidden.neuron`. */
  readonly at: string
  /** What would have fitted, in words: `[..., 4]`. */
  readonly expected: string
  readonly actual: Shape

  constructor(at: string, expected: string, actual: Shape, hint = '') {
    super(`${at}: expected a tensor of shape ${expected}, got [${actual.join(', ')}]${hint && `; ${hint}`}`)
    this.at = at
    this.expected = expected
    this.actual = [...actual]
  }
}

/** A device is missing, busy or lost. `remedy` says what the user can do about it. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  readonly device: string
  readonly remedy: string

  constructor(device: string, message: string, remedy: string, options?: ErrorOptions) {
    super(`${device}: ${message}. ${remedy}`, options)
    this.device = device
    this.remedy = remedy
  }
}

/** Bytes that are not what their format says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  /** Format of the bytes, as far as it is known: `AEDAT4`. */
  readonly format: string
  /** Byte offset in the file or stream where reading failed. */
  readonly offset: number

  constructor(message: string, where: { readonly format: string; readonly offset: number; readonly cause?: unknown }) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause })
    this.format = where.format
    this.offset = where.offset
  }
}

/** Equations that do not say what can be computed. Points at the place. */
export class EquationError extends SyntaxError {
  override readonly name = 'EquationError'
  /** Name of the model. */
  readonly model: string
  /** 1-based, in the text of `step`. */
  readonly line: number
  readonly column: number

  constructor(model: string, message: string, where: { readonly text: string; readonly line: number; readonly column: number }) {
    const source = where.text.split('\n')[where.line - 1] ?? ''
    super(
      `${model}: ${message}\n  ${where.line} | ${source}\n  ${' '.repeat(String(where.line).length)} | ${' '.repeat(where.column - 1)}^`,
    )
    this.model = model
    this.line = where.line
    this.column = where.column
  }
}

/** An optional package is not installed. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError'

  constructor(name: string, need: string, cause: unknown) {
    super(`${need} needs the package '${name}', which is not installed. Install it with: npm install ${name}`, { cause })
  }
}
