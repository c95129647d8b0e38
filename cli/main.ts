#!/usr/bin/env node
/** The command `rxspike`. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { cpu, diagnostics, type EventPacket } from '../src/index.ts'
import { dvsFile, movingScene } from '../sources/index.ts'
import { type Observable, repeat, takeWhile } from 'rxjs'
import { parse, type Settings, UsageError } from './arguments.ts'
import { help } from './help.ts'
import { describe, Tally } from './tally.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

/** The events of a recording, or of the built-in scene. */
function eventsOf({ file, speed, width, height, rate, seed, duration, loop }: Settings): Observable<EventPacket> {
  const size = width !== undefined && height !== undefined ? { width, height } : {}
  const events = file === undefined ? movingScene({ speed, seed, ...size, ...(rate !== undefined && { rate }) }) : dvsFile(file, { speed, ...size })
  let first: number | undefined
  const until = (packet: EventPacket) => {
    first ??= packet.t[0]
    const last = packet.t.at(-1)
    return first === undefined || last === undefined || duration === undefined || last - first < duration * 1e6
  }
  const bounded = duration === undefined ? events : events.pipe(takeWhile(until))
  return loop ? bounded.pipe(repeat()) : bounded
}

async function run(settings: Settings): Promise<void> {
  const tally = new Tally(settings.file === undefined ? 'moving scene' : basename(settings.file), settings.dt)
  const watching = diagnostics.subscribe((diagnostic) => {
    if ('count' in diagnostic) tally.dropped += diagnostic.kind === 'dropped' ? diagnostic.count : 0
    say('count' in diagnostic ? `${diagnostic.at}: ${diagnostic.kind} ${diagnostic.count}` : `${diagnostic.at}: ${diagnostic.message}`)
  })
  const events = eventsOf(settings)
  const go = settings.headless ? (await import('./headless.ts')).runHeadless : (await import('./live.ts')).runLive
  await go(events, settings, tally)
  watching.unsubscribe()
  const { backend } = await cpu(settings.backend === undefined ? {} : { backend: settings.backend }).ready
  const summary = tally.summary(backend)
  if (settings.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else say(describe(summary))
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

try {
  const settings = parse(process.argv.slice(2))
  if (settings === 'help') process.stdout.write(help)
  else if (settings === 'version') process.stdout.write(`${version()}\n`)
  else await run(settings)
} catch (error) {
  if (error instanceof UsageError) {
    say(`rxspike: ${error.message}\nSee: rxspike --help`)
    process.exitCode = 2
  } else {
    say(`rxspike: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
