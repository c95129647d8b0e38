/** A network for the tests of snapshots; and, as a program, one process that lives with it: `node --import tsx brain.ts (live | go-on) FILE`. */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { interval, map, of } from 'rxjs'
import { li, lif, linear, probe, recurrent, sequential } from '../../operators/index.ts'
import { defineNeuron, type Layer, learnable, readSnapshot, type Tensor, tensor, writeSnapshot } from '../../src/index.ts'
import type { Tree } from '../../src/layers/node.ts'
import { bitsOf } from './files.ts'

const noisy = defineNeuron({
  name: 'noisy',
  params: { tauMemInv: 100, sigma: 0.2 },
  state: { v: 0 },
  step: `
    v = v + dt*tauMemInv*(x - v) + sigma*normal()
    z = v`,
  output: 'z',
})

export const brain = (): Layer<Tree, Tree> =>
  sequential({
    input: linear(3, 5),
    noise: noisy({ tauMemInv: learnable(90) }),
    memory: recurrent(lif({ vTh: 0.1 }), linear(5, 5), { delay: 2 }),
    half: (x: Tensor) => x.map((value) => value / 2),
    out: li(),
  })

export const stepOf = (k: number): Tensor => tensor([k % 3, (k * 7) % 5, -((k * 11) % 4)])

/** The snapshot is taken after this many steps, and the network goes on for as many. */
export const HALF = 25

export const printed = (y: Tensor): string => bitsOf(y).bits.join(' ')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , what, file = ''] = process.argv
  if (what === 'live') {
    const live = probe(brain())
    const save = (_: unknown, k: number) => {
      if (k !== HALF - 1) return
      writeFileSync(file, writeSnapshot(live.snapshot(), { layer: live }))
      console.log('saved')
    }
    interval(1).pipe(map(stepOf), live, map(save)).subscribe()
  } else {
    const restore = of(await readSnapshot(brain(), file))
    interval(1)
      .pipe(
        map((k) => stepOf(HALF + k)),
        brain().with({ restore }),
      )
      .subscribe((y) => console.log(printed(y)))
  }
}
