/**
 * The seed's network, 100 steps of Conv2d(1, 3, 5, pad 2) -> LIF -> Flatten -> Linear(30000, 10) -> Sigmoid on ones[100, 1, 1, 100, 100],
 * against Norse in PyTorch, two threads. `npm run bench -- seed [rounds]`
 */

import { conv2d, flatten, lif, linear, sequential } from '../operators/index.ts'
import { ones, type Tensor } from '../src/index.ts'
import { against, digits, machine, rival, timeEach } from './measure.ts'

const rounds = Number(process.argv[2] ?? 5)
const sigmoid = (x: Tensor) => x.map((value) => 1 / (1 + Math.exp(-value)))
const network = sequential({
  conv: conv2d(1, 3, 5, { padding: 2 }),
  spikes: lif({}, { synapticDelay: 0 }),
  flat: flatten(),
  fc: linear(30_000, 10),
  sigmoid,
})
const input = ones(100, 1, 1, 100, 100)

console.log(machine())
let warm = 5
const { ours, quickest, theirs, ratio } = against(
  () => {
    const times = timeEach(() => network.sequence(input), 10, warm)
    warm = 1
    return times
  },
  () => rival('norse_seed.py', '--rounds', 5),
  rounds,
)
console.log(
  `${digits(ours, 2)} ms per 100 steps (quickest ${digits(quickest, 2)}), Norse ${digits(theirs, 2)} ms: ${digits(ratio, 1)} x (goal 3.5)`,
)
