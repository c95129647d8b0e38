// Go or stay: a readout learns from reward alone at which of two patterns to spike. Its noise explores; the reward is a stream.
import { filter, map, Subject } from 'rxjs'
import { defineNeuron, tensor, threeFactor, uniform } from 'rxspike'
import { linear, plastic } from 'rxspike/operators'
import { steps } from 'rxspike/sources'

const patterns = [tensor([1, 1, 1, 0, 0, 0, 1, 0]), tensor([0, 0, 0, 1, 1, 1, 1, 0])] as const
const silence = tensor([0, 0, 0, 0, 0, 0, 0, 0])
/** Whether this step shows the pattern to go at. */
const go = (step: number) => ((Math.imul(step, 0x9e3779b1) >>> 20) & 1) === 1

const noisy = defineNeuron({
  name: 'noisy',
  params: { noise: 0.5 },
  state: { v: 0 },
  step: 'v = x + noise*normal(); z = spike(v - 0.5)',
  output: 'z',
})
const reward = new Subject<number>()
const readout = plastic(
  linear(8, 1, { weight: uniform(0, 0.25), bias: false }),
  noisy(),
  threeFactor({ eta: 0.02, tauEligibilityInv: 500, modulator: reward }),
).with({ seed: Number(process.argv[2] ?? 1) })

let [right, expected] = [0, 0]
steps(4000, { dt: 1e-3 })
  .pipe(
    map(({ step }) => (step % 2 === 1 ? silence : patterns[go(step) ? 1 : 0])), // in the silence the reward comes
    readout,
    map((z, step) => ({ step, went: z.at(0) === 1 })),
    filter(({ step }) => step % 2 === 0),
  )
  .subscribe(({ step, went }) => {
    const surprise = (go(step) ? 1 : -1) - expected
    if (went) reward.next(surprise)
    if (went) expected += 0.05 * surprise
    if (went === go(step)) right += 1
    if (step % 400 === 398) {
      console.log(`${right / 2} %`)
      right = 0
    }
  })
