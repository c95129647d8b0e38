/**
 * Time of one step of a population, ns per neuron: the kernel alone, as generated. `npx tsx bench/neurons.ts [rounds]`
 * Input as in bench/rivals/c/lif.c, which is compiled and timed in between where `cc` is there: 16 frames of spikes, p = 0.1, weight 2.
 * Minimum and median of the rounds; `x C` is the ratio of the minima. All variants of a size run in turn, so that noise hits all.
 * C has vectors of up to 512 bits and fuses multiply and add; WebAssembly has 128 bits and every operation rounds.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Arena, type Backend } from '../src/kernel/arena.ts'
import type { AnyDefinition } from '../src/kernel/equations/definition.ts'
import { compileModel } from '../src/kernel/equations/model.ts'
import { link } from '../src/kernel/kernel.ts'
import { randomKey, randomUniform } from '../src/random.ts'
import { li } from '../src/neurons/li.ts'
import { lifRefrac } from '../src/neurons/lif-refrac.ts'
import { lif } from '../src/neurons/lif.ts'

const FRAMES = 16
const SIZES = [1e3, 1e4, 1e5, 1e6]
const rounds = Number(process.argv[2] ?? 100)

/** Short, so that in some rounds nothing else gets in between. */
const stepsFor = (count: number) => Math.max(1, Math.round(3e5 / count))

/** Runs that many steps. */
type Runner = (steps: number) => void

function runner(definition: AnyDefinition, backend: Backend, count: number, silent = false): Runner {
  const model = compileModel(definition)
  const arena = new Arena(backend)
  const frames = Array.from({ length: FRAMES }, () => arena.reserve(count))
  const [dt, y] = [arena.reserve(1), arena.reserve(count)]
  const state = model.state.map(() => arena.reserve(count))
  const params = model.params.map(() => arena.reserve(1))
  arena.allocate()
  arena.floats(dt)[0] = 1e-3
  params.forEach((region, k) => (arena.floats(region)[0] = model.defaults[model.params[k] as string] as number))
  const spikes = frames.map((region, k) => {
    const key = randomKey(1, k)
    const values = arena.floats(region)
    for (let n = 0; n < count; n++) values[n] = !silent && randomUniform(key, n) < 0.1 ? 2 : 0
    return region.offset
  })
  if (silent) for (const region of state) arena.floats(region).fill(0.5)
  const { step } = link(arena, model.kernel({ arrays: [], synapticDelay: 0 }))
  const offsets = [...state, ...params].map(({ offset }) => offset)
  let frame = 0
  return (steps) => {
    for (let k = 0; k < steps; k++) step(count, dt.offset, spikes[frame++ % FRAMES] as number, y.offset, 0, 0, ...offsets)
  }
}

function time(run: Runner, steps: number, count: number): number {
  const start = process.hrtime.bigint()
  run(steps)
  return Number(process.hrtime.bigint() - start) / steps / count
}

const folder = mkdtempSync(join(tmpdir(), 'rxspike-bench-'))
const source = fileURLToPath(new URL('rivals/c/lif.c', import.meta.url))

/** The C program, compiled; absent without a compiler. */
function compileC(): string | undefined {
  const program = join(folder, 'lif')
  try {
    if (!existsSync(source)) return undefined
    execFileSync('cc', ['-O3', '-march=native', '-o', program, source], { stdio: 'ignore' })
    return program
  } catch {
    return undefined
  }
}

const program = compileC()
/** As many rounds in one go, a tenth as often: a process takes a while to start. */
const timeC = (count: number): number => {
  const words = [count, stepsFor(count), 10].map(String)
  return (JSON.parse(execFileSync(program as string, words, { encoding: 'utf8' })) as { readonly min: number }).min
}

console.log(`${cpus()[0]?.model}, Node ${process.version}, ${rounds} rounds; ns per neuron, minimum / median`)
for (const count of SIZES) {
  const variants: (readonly [string, () => number])[] = (
    [
      ['lif', lif, 'webassembly', false],
      ['lifRefrac', lifRefrac, 'webassembly', false],
      ['li', li, 'webassembly', false],
      ['lif, silent', lif, 'webassembly', true],
      ['lif, JavaScript', lif, 'javascript', false],
      ['lifRefrac, JavaScript', lifRefrac, 'javascript', false],
      ['li, JavaScript', li, 'javascript', false],
    ] as const
  ).map(([name, definition, backend, silent]) => {
    const run = runner(definition, backend, count, silent)
    // Until the engine has optimised it, and the silent ones are at rest.
    run(Math.max(600, Math.round(2e6 / count)))
    return [name, () => time(run, stepsFor(count), count)] as const
  })
  if (program !== undefined) variants.unshift(['lif, C -O3 -march=native', () => timeC(count)])
  const times = variants.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    variants.forEach(([, measure], k) => {
      if (program === undefined || k > 0 || round % 10 === 0) times[k]?.push(measure())
    })
  }
  const sorted = times.map((each) => each.sort((a, b) => a - b))
  const least = (k: number) => sorted[k]?.[0] ?? NaN
  const c = program === undefined ? NaN : least(0)
  console.log(`\n${count} neurons`)
  variants.forEach(([name], k) => {
    const ratio = Number.isNaN(c) ? '' : `  ${(least(k) / c).toFixed(2)} x C`
    console.log(`  ${name.padEnd(26)} ${least(k).toFixed(3)} / ${(sorted[k]?.[(sorted[k]?.length ?? 0) >> 1] ?? NaN).toFixed(3)}${ratio}`)
  })
}
rmSync(folder, { recursive: true })
