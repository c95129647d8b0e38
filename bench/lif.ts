/**
 * One LIF step through the public layer in a stream, safe output included, ns per neuron, against the C loop (-O3; and with
 * -march=native: 512-bit vectors and fused multiply-add, where WebAssembly has 128 bits and rounds every operation) and
 * Norse's LIFCell. Input: spikes, p = 0.1, weight 2, 16 frames in turn. `npm run bench -- lif [rounds]`
 */

import { Subject } from 'rxjs'
import { lif } from '../operators/index.ts'
import { randomKey, randomUniform } from '../src/random.ts'
import { Tensor } from '../src/index.ts'
import { against, cRival, digits, machine, rival, timeEach } from './measure.ts'

const rounds = Number(process.argv[2] ?? 5)

function ours(count: number): () => readonly number[] {
  const frames = Array.from({ length: 16 }, (_, frame) => {
    const key = randomKey(1, frame)
    return new Tensor(
      [count],
      Float32Array.from({ length: count }, (__, k) => (randomUniform(key, k) < 0.1 ? 2 : 0)),
      { dt: 1e-3 },
    )
  })
  const input = new Subject<Tensor>()
  let seen = 0
  input.pipe(lif({}, { synapticDelay: 0 })).subscribe(({ data }) => (seen += data[1] as number))
  const calls = Math.max(1, Math.round(2e5 / count))
  let cold = true
  return () => {
    const warm = cold ? 1500 : 20
    cold = false
    const times = timeEach(
      (k) => {
        for (let call = 0; call < calls; call++) input.next(frames[(k + call) & 15] as Tensor)
      },
      60,
      Math.ceil(warm / calls) + 5,
    )
    return times.map((ms) => (ms * 1e6) / calls / count)
  }
}

console.log(machine())
for (const count of [1e3, 1e4, 1e5, 1e6]) {
  const run = ours(count)
  const steps = Math.max(20, Math.round(2e7 / count))
  const portable = against(run, () => cRival('lif', [], count, steps, 5), rounds)
  const native = against(run, () => cRival('lif', ['-march=native'], count, steps, 5), rounds)
  const norse = rival('norse_models.py', '--model', 'lif', '--n', count, '--steps', Math.max(20, Math.round(1e6 / count)), '--rounds', 5)
  const theirs = norse === undefined ? undefined : (norse.median * 1e3) / count
  const xC = ({ ours: mine, theirs: c }: typeof native) => digits(c === undefined ? undefined : mine / c, 2)
  console.log(
    `${count}: ${digits(native.ours, 2)} ns per neuron (quickest ${digits(Math.min(portable.quickest, native.quickest), 2)}); C -O3 ${digits(portable.theirs, 2)}: ${xC(portable)} x C; C -O3 -march=native ${digits(native.theirs, 2)}: ${xC(native)} x C (goal 2.5 from 1e4 on); Norse ${digits(theirs, 1)}: ${digits(theirs === undefined ? undefined : theirs / native.ours, 1)} x faster${count === 1e3 ? ' (goal 50)' : ''}`,
  )
}
