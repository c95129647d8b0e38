#!/usr/bin/env node
/** The command `rxspike`. What runs is loaded when something is to run: help and mistakes are answered at once. */

import { readFileSync } from 'node:fs'
import { parse, UsageError } from './arguments.ts'
import { help } from './help.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

// Whoever reads may have seen enough (`| head`): that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

try {
  const settings = parse(process.argv.slice(2))
  if (settings === 'help') process.stdout.write(help)
  else if (settings === 'version') process.stdout.write(`${version()}\n`)
  else await (await import('./run.ts')).run(settings)
} catch (error) {
  if (error instanceof UsageError) {
    say(`rxspike: ${error.message}\nSee: rxspike --help`)
    process.exitCode = 2
  } else {
    say(`rxspike: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
