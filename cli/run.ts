/** One run of the command: from the settings to what it came to. */

import { basename } from 'node:path'
import { type Observable, repeat } from 'rxjs'
import { cpu, type Diagnostic, diagnostics, type EventPacket } from '../src/index.ts'
import { dvsFile, movingScene } from '../sources/index.ts'
import { type Settings, UsageError } from './arguments.ts'
import { lasting } from './lasting.ts'
import { describe, Tally } from './tally.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

/** The events of a recording, or of the built-in scene. */
function eventsOf({ file, speed, width, height, rate, seed, duration, loop }: Settings): Observable<EventPacket> {
  const size = width !== undefined && height !== undefined ? { width, height } : {}
  const scene = () => movingScene({ speed, seed, ...size, ...(rate !== undefined && { rate }) })
  const events = file === undefined ? scene() : dvsFile(file, { speed, ...size })
  const bounded = duration === undefined ? events : events.pipe(lasting(duration))
  return loop ? bounded.pipe(repeat()) : bounded
}

/** What the library says against options is said against the command line. */
function checked<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? new UsageError(error.message) : error
  }
}

/** Says what happened besides the values: the first time, and each time that its count has doubled. */
function tell(told: Map<string, number>, diagnostic: Diagnostic): void {
  if (!('count' in diagnostic)) return say(`${diagnostic.at}: ${diagnostic.message}`)
  const { kind, at, total } = diagnostic
  const last = told.get(`${kind} ${at}`)
  if (last !== undefined && total < 2 * last) return
  told.set(`${kind} ${at}`, total)
  say(`${at}: ${kind} ${total}${last === undefined ? '' : ' so far'}`)
}

/** Runs to the end, or until Ctrl-C. @throws UsageError for options that the library refuses, and what ended the events */
export async function run(settings: Settings): Promise<void> {
  const tally = new Tally(settings.file === undefined ? 'moving scene' : basename(settings.file), settings.dt)
  const told = new Map<string, number>()
  const watching = diagnostics.subscribe((diagnostic) => {
    if (diagnostic.kind === 'dropped') tally.dropped += diagnostic.count
    tell(told, diagnostic)
  })
  const events = checked(() => eventsOf(settings))
  const go = settings.headless ? (await import('./headless.ts')).runHeadless : (await import('./live.ts')).runLive
  await go(events, settings, tally)
  watching.unsubscribe()
  const { backend } = await cpu(settings.backend === undefined ? {} : { backend: settings.backend }).ready
  const summary = tally.summary(backend)
  if (settings.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else say(describe(summary))
}
