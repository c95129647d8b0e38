/**
 * One step of each neuron model through the public layer in a stream, safe output included, against the same cell of Norse (two
 * threads): how many times faster. Input: spikes, p = 0.1, weight 2 (Izhikevich 20), 16 frames in turn.
 * `npm run bench -- models [rounds] [model...]`
 */

import { type OperatorFunction, Subject } from 'rxjs'
import { Tensor } from '../src/index.ts'
import { adex, izhikevich, li, lif, lifRefrac, lsnn } from '../operators/index.ts'
import { randomKey, randomUniform } from '../src/random.ts'
import { against, digits, machine, rival, timeEach } from './measure.ts'

const inTheSameStep = { synapticDelay: 0 } as const
interface Contender {
  readonly layer: OperatorFunction<Tensor, Tensor>
  readonly weight: number
  /** times Norse, at each size */
  readonly goals: readonly number[]
}

const models: Readonly<Record<string, Contender>> = {
  li: { layer: li({}, inTheSameStep), weight: 2, goals: [30, 6, 2, 2] },
  lif: { layer: lif({}, inTheSameStep), weight: 2, goals: [60, 15, 5, 4] },
  lifRefrac: { layer: lifRefrac({}, inTheSameStep), weight: 2, goals: [80, 15, 5, 5] },
  adex: { layer: adex({}, inTheSameStep), weight: 2, goals: [25, 6, 2, 2] },
  izhikevich: { layer: izhikevich(), weight: 20, goals: [60, 18, 5, 4] },
  lsnn: { layer: lsnn(), weight: 2, goals: [50, 10, 4, 4] },
}
const sizes = [1e3, 1e4, 1e5, 1e6]
const rounds = Number(process.argv[2] ?? 3)
const chosen = process.argv.length > 3 ? process.argv.slice(3) : Object.keys(models)

function ours({ layer, weight }: Contender, count: number): () => readonly number[] {
  const frames = Array.from({ length: 16 }, (_, frame) => {
    const key = randomKey(1, frame)
    const data = Float32Array.from({ length: count }, (__, k) => (randomUniform(key, k) < 0.1 ? weight : 0))
    return new Tensor([count], data, { dt: 1e-3 })
  })
  const input = new Subject<Tensor>()
  let seen = 0
  input.pipe(layer).subscribe(({ data }) => (seen += data[1] as number))
  const calls = Math.max(1, Math.round(2e5 / count))
  const several = (k: number) => {
    for (let call = 0; call < calls; call++) input.next(frames[(k + call) & 15] as Tensor)
  }
  timeEach(several, 1, Math.ceil(1500 / calls))
  return () => timeEach(several, 40, 5).map((ms) => (ms * 1e3) / calls)
}

console.log(machine())
for (const name of chosen) {
  const model = models[name]
  if (model === undefined) throw new RangeError(`no model ${name}; there are: ${Object.keys(models).join(', ')}`)
  for (const [k, count] of sizes.entries()) {
    const run = ours(model, count)
    const steps = Math.max(10, Math.round(5e5 / count))
    const theirs = () => rival('norse_models.py', '--model', name, '--n', count, '--steps', steps, '--rounds', 5)
    const result = against(run, theirs, rounds)
    const quickest = `quickest ${digits((result.quickest * 1e3) / count, 2)} ns per neuron`
    console.log(
      `${name} ${count}: ${digits(result.ours, 1)} us (${quickest}), Norse ${digits(result.theirs, 1)} us: ${digits(result.ratio, 1)} x faster (goal ${model.goals[k]})`,
    )
  }
}
