// A network that outlives its process: run this twice, and it goes on where it was. Python opens the file with safetensors.torch.load_file.
import { existsSync, writeFileSync } from 'node:fs'
import { EMPTY, of, takeLast } from 'rxjs'
import { readSnapshot, writeSnapshot } from 'rxspike'
import { li, lif, linear, poisson, probe, recurrent, sequential } from 'rxspike/operators'
import { steps } from 'rxspike/sources'

const file = process.argv[2] ?? 'brain.safetensors'
const network = sequential({ input: linear(16, 32), memory: recurrent(lif({ vTh: 0.2 }), linear(32, 32)), out: li({ tauMemInv: 0.5 }) })
const restore = existsSync(file) ? of(await readSnapshot(network, file)) : EMPTY
const brain = probe(network.with({ restore }))

steps(1000, { dt: 1e-3 })
  .pipe(poisson({ shape: [16], rate: 100, seed: 1 }), brain, takeLast(1))
  .subscribe((y) => {
    console.log(y.at(0))
    writeFileSync(file, writeSnapshot(brain.snapshot()))
  })
