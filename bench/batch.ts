/**
 * Norse's own benchmark: 1000 steps, batch 32, Poisson input (3 % a step), Linear(n, n) without bias, LIF; the whole run, through
 * the public layers, spikes of every step given out. Norse multiplies all steps at once. `npm run bench -- batch [rounds] [n...]`
 */

import { randomKey, randomUniform } from '../src/random.ts'
import { Tensor } from '../src/index.ts'
import { lif, linear, sequential } from '../operators/index.ts'
import { against, digits, machine, rival } from './measure.ts'

const [STEPS, BATCH] = [1000, 32]
const goals: Readonly<Record<number, number>> = { 250: 10, 500: 8, 1000: 6, 2000: 4 }
const rounds = Number(process.argv[2] ?? 3)
const sizes = process.argv.length > 3 ? process.argv.slice(3).map(Number) : Object.keys(goals).map(Number)

console.log(machine())
for (const n of sizes) {
  const network = sequential({ fc: linear(n, n, { bias: false }), spikes: lif({}, { synapticDelay: 0 }) })
  const data = new Float32Array(STEPS * BATCH * n)
  const key = randomKey(1, 0)
  for (let k = 0; k < data.length; k++) data[k] = randomUniform(key, k) < 0.03 ? 1 : 0
  const x = new Tensor([STEPS, BATCH, n], data, { dt: 1e-3 })
  const run = (): number => {
    const begin = performance.now()
    network.sequence(x)
    return performance.now() - begin
  }
  run()
  const { ours, quickest, theirs, ratio } = against(
    () => [run(), run()],
    () => rival('norse_benchmark.py', '--n', n, '--rounds', 3),
    rounds,
  )
  console.log(
    `n = ${n}: ${digits(ours, 0)} ms (quickest ${digits(quickest, 0)}), Norse ${digits(theirs, 0)} ms: ${digits(ratio, 1)} x faster (goal ${goals[n] ?? 'none'})`,
  )
}
