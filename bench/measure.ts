/** What the benches share: rounds, medians, rivals, and the machine they ran on. */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const rivals = fileURLToPath(new URL('rivals/', import.meta.url))

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number
export const least = (values: readonly number[]): number => Math.min(...values)

/** The Python that has torch and norse: RXSPIKE_PYTHON, or the virtual environment beside the project. */
const python = process.env['RXSPIKE_PYTHON'] ?? fileURLToPath(new URL('../../venv/bin/python', import.meta.url))

export interface RivalTime {
  readonly median: number
  readonly min: number
}

/** Runs a rival's script; undefined where its Python is not there. */
export function rival(script: string, ...options: readonly (string | number)[]): RivalTime | undefined {
  if (!existsSync(python)) return undefined
  const { status, stdout, stderr } = spawnSync(python, [join(rivals, script), ...options.map(String)], { encoding: 'utf8' })
  if (status !== 0) {
    console.error(`${script}: ${stderr.trim().split('\n').at(-1) ?? ''}`)
    return undefined
  }
  return JSON.parse(stdout) as RivalTime
}

/** Compiles (-O3 and `flags`) and runs a C rival; undefined where there is no compiler. */
export function cRival(name: string, flags: readonly string[], ...options: readonly number[]): RivalTime | undefined {
  try {
    const binary = join(mkdtempSync(join(tmpdir(), 'rxspike-')), name)
    execFileSync('cc', ['-O3', ...flags, '-o', binary, join(rivals, 'c', `${name}.c`), '-lm'])
    return JSON.parse(execFileSync(binary, options.map(String), { encoding: 'utf8' })) as RivalTime
  } catch {
    return undefined
  }
}

/** Milliseconds of each of `count` calls, after `warm` calls that do not count. */
export function timeEach(call: (k: number) => void, count: number, warm: number): readonly number[] {
  for (let k = 0; k < warm; k++) call(k)
  return Array.from({ length: count }, (_, k) => {
    const begin = performance.now()
    call(k)
    return performance.now() - begin
  })
}

/** Ours and theirs in turn, `rounds` times: medians over rounds of each round's median, and of the ratio of the two. */
export function against(ours: () => readonly number[], theirs: () => RivalTime | undefined, rounds: number): Comparison {
  const [a, b, ratios]: [number[], number[], number[]] = [[], [], []]
  let quickest = Infinity
  for (let round = 0; round < rounds; round++) {
    const times = ours()
    const other = theirs()
    a.push(median(times))
    quickest = Math.min(quickest, least(times))
    if (other === undefined) continue
    b.push(other.median)
    ratios.push(other.median / median(times))
  }
  return { ours: median(a), quickest, theirs: b.length > 0 ? median(b) : undefined, ratio: ratios.length > 0 ? median(ratios) : undefined }
}

export interface Comparison {
  readonly ours: number
  readonly quickest: number
  readonly theirs: number | undefined
  readonly ratio: number | undefined
}

export const digits = (value: number | undefined, places = 3): string => (value === undefined ? 'not there' : value.toFixed(places))

export function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  return `${cpus().length} x ${model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`
}
