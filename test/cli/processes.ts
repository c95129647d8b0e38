/** Real processes: the built command, and programs that import the built package. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { run } from '../package/packed.ts'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
export const command: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Brings dist up to date; a few milliseconds where it is. */
export const built = async (): Promise<void> => void (await run(process.execPath, ['scripts/setup.mjs'], root))

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export class Running implements AsyncDisposable {
  readonly child: ChildProcess
  readonly #ended: Promise<Ended>
  #stdout = ''
  #stderr = ''
  #over = false

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#ended = once(child, 'close').then(([code, signal]) => {
      this.#over = true
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout: this.#stdout, stderr: this.#stderr }
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** What became of it. Rejects, with what it said, where it goes on for longer than this. */
  async ended(seconds = 30): Promise<Ended> {
    return withinSeconds(seconds, this.#ended, () => `it goes on: ${this.#said()}`)
  }

  /** What matches in its output, once it does. Rejects where it ends before, or takes longer. */
  async says(pattern: RegExp, seconds = 30): Promise<RegExpExecArray> {
    const until = performance.now() + seconds * 1000
    for (;;) {
      const found = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr)
      if (found !== null) return found
      if (this.#over || performance.now() > until)
        throw new Error(`${this.#over ? 'it ended' : 'it goes on'} without ${String(pattern)}: ${this.#said()}`)
      await sleep(20)
    }
  }

  /** Where its page is, by what it says. */
  async address(): Promise<string> {
    return (await this.says(/http:\/\/[\d.]+:\d+/))[0]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.child.kill('SIGKILL')
    await this.#ended
  }

  #said(): string {
    return `stdout ${this.#stdout.slice(-2000)}\nstderr ${this.#stderr.slice(-2000)}`
  }
}

/** Starts Node. No terminal; `NODE_OPTIONS` and what vitest sets are not passed on. */
export function node(args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Running {
  return new Running(
    spawn(process.execPath, args, { cwd: options.cwd ?? root, env: { ...plain(), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
}

/** Starts Node on a pseudo-terminal, with util-linux's `script`. What is written to `stdin` of the child is typed. Without colours. */
export function nodeOnTerminal(args: readonly string[], options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }): Running {
  const line = [process.execPath, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return new Running(
    spawn('script', ['-qec', `exec ${line}`, '/dev/null'], {
      cwd: options.cwd,
      env: { ...plain(), NO_COLOR: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  )
}

function plain(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|vitest|vite_|node_env|node_options|init_cwd|force_color)/i.test(name)),
  )
}

/** The command, to its end. */
export async function rxspike(args: readonly string[], seconds?: number): Promise<Ended> {
  await using running = node([command, ...args])
  return await running.ended(seconds)
}

/** A port that nobody listens on, and that nobody is likely to be given soon. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Whether one can listen there. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = new Promise<boolean>((resolve) => server.once('listening', () => resolve(true)).once('error', () => resolve(false)))
  server.listen(port, '127.0.0.1')
  const free = await listening
  await new Promise((resolve) => server.close(resolve))
  return free
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function withinSeconds<T>(seconds: number, work: Promise<T>, complain: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${seconds} s ${complain()}`)), seconds * 1000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
