/** The command line: words to settings. */

import { parseArgs } from 'node:util'

export interface Settings {
  /** undefined: the built-in moving scene */
  readonly file: string | undefined
  readonly headless: boolean
  readonly json: boolean
  readonly port: number
  readonly host: string
  /** 1: real time; Infinity: as fast as it goes */
  readonly speed: number
  /** seconds a frame */
  readonly dt: number
  /** seconds of event time after which to stop */
  readonly duration: number | undefined
  readonly loop: boolean
  readonly width: number | undefined
  readonly height: number | undefined
  /** events per second of the built-in scene */
  readonly rate: number | undefined
  readonly seed: number
  readonly backend: 'webassembly' | 'javascript' | 'interpreter' | undefined
}

/** Words that mean nothing here: told on stderr, exit 2. */
export class UsageError extends Error {}

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  headless: { type: 'boolean' },
  json: { type: 'boolean' },
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  speed: { type: 'string' },
  dt: { type: 'string' },
  duration: { type: 'string' },
  loop: { type: 'boolean' },
  width: { type: 'string' },
  height: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  backend: { type: 'string' },
} as const

/** @throws UsageError naming the word, the value and what is allowed */
export function parse(words: readonly string[]): Settings | 'help' | 'version' {
  const { values, positionals } = read(words)
  if (values.help === true) return 'help'
  if (values.version === true) return 'version'
  if (positionals.length > 1) throw new UsageError(`one recording at a time, got ${positionals.length}: ${positionals.join(' ')}`)
  const file = positionals[0]
  const headless = values.headless ?? false
  const json = values.json ?? false
  if (json && !headless) throw new UsageError('--json prints what a run came to, so it needs --headless')
  const duration = positive('duration', values.duration)
  if (headless && file === undefined && duration === undefined) {
    throw new UsageError('the built-in scene never ends: with --headless say how long, for example --duration 5, or name a recording')
  }
  if (headless && values.loop === true) throw new UsageError('--loop never ends: it goes with the dashboard, not with --headless')
  if (values.host?.trim() === '') throw new UsageError("--host: an address of this machine is needed, '127.0.0.1' or '0.0.0.0'")
  const width = whole('width', values.width, 1, 65536)
  const height = whole('height', values.height, 1, 65536)
  if ((width === undefined) !== (height === undefined)) throw new UsageError('--width and --height go together')
  return {
    file,
    headless,
    json,
    port: whole('port', values.port, 0, 65535) ?? 8080,
    host: values.host ?? '127.0.0.1',
    speed: values.speed === 'max' ? Infinity : (positive('speed', values.speed) ?? (headless ? Infinity : 1)),
    dt: positive('dt', values.dt) ?? 1e-3,
    duration,
    loop: values.loop ?? false,
    width,
    height,
    rate: positive('rate', values.rate),
    seed: whole('seed', values.seed, 0, Number.MAX_SAFE_INTEGER) ?? 1,
    backend: oneOf('backend', values.backend, ['webassembly', 'javascript', 'interpreter']),
  }
}

function read(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0] as string)
  }
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value === Infinity) throw new UsageError(`--${name} ${text}: a positive number is needed`)
  return value
}

function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name} ${text}: a whole number from ${least} to ${most} is needed`)
  return value
}

function oneOf<const T extends string>(name: string, text: string | undefined, allowed: readonly T[]): T | undefined {
  if (text === undefined) return undefined
  const found = allowed.find((each) => each === text)
  if (found === undefined) throw new UsageError(`--${name} ${text}: ${allowed.join(', ')} are allowed`)
  return found
}
