/** What the stream costs around a layer: RxJS, checks, the meter unsubscribed. A layer of one neuron does next to nothing. */

import { Subject } from 'rxjs'
import { lif } from '../operators/index.ts'
import { insideOf } from '../src/layers/cell.ts'
import { Machine } from '../src/layers/machine.ts'
import { Tensor } from '../src/index.ts'
import { digits, least, machine, median, timeEach } from './measure.ts'

const STEPS = 2000
const x = new Tensor([1], Float32Array.of(1), { t: 0, dt: 1e-3 })

const input = new Subject<Tensor>()
let seen = 0
input.pipe(lif()).subscribe(({ data }) => (seen += data[0] as number))
const bare = new Machine(insideOf(lif()) as NonNullable<ReturnType<typeof insideOf>>, [1], { live: true })

const perStep = (step: () => void) =>
  timeEach(
    () => {
      for (let k = 0; k < STEPS; k++) step()
    },
    100,
    20,
  ).map((ms) => (ms * 1e6) / STEPS)

console.log(machine())
const whole: number[] = []
const around: number[] = []
for (let round = 0; round < 5; round++) {
  const streamed = perStep(() => input.next(x))
  const direct = perStep(() => bare.advance(x.data, x))
  whole.push(median(streamed))
  around.push(median(streamed) - median(direct))
}
console.log(
  `a step of one neuron in a stream, output included: ${digits(median(whole), 0)} ns; of these the stream and the safe output: ${digits(median(around), 0)} ns (quickest ${digits(least(around), 0)}; goal 1000)`,
)
