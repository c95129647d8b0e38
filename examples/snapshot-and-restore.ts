// Keys: s saves what the brain remembers, r goes back to it, 0 clears it.
import { filter, fromEvent, map, share, Subject, withLatestFrom } from 'rxjs'
import { argmax, type SnapshotOf } from 'rxspike'
import { crop, flatten, li, lif, linear, probe, recurrent, sequential, toFrames } from 'rxspike/operators'
import { movingScene } from 'rxspike/sources'

const keys = fromEvent(process.stdin.setRawMode(true), 'data').pipe(map(String), share())
const key = (name: string) => keys.pipe(filter((pressed) => pressed === name))
key('\x03').subscribe(() => process.exit()) // Ctrl-C

const network = sequential({ flat: flatten(), input: linear(1024, 64), memory: recurrent(lif(), linear(64, 64)), out: li() })
const saved = new Subject<SnapshotOf<typeof network>>()
const restore = key('r').pipe(withLatestFrom(saved, (_, snapshot) => snapshot))
const brain = probe(network.with({ reset: key('0'), restore }))

key('s')
  .pipe(map(() => brain.snapshot()))
  .subscribe(saved)
brain.watch('memory', 'neuron', 'v').subscribe((v) => console.log(v.at(0)))
movingScene({ duration: 5 })
  .pipe(crop({ x: 157, y: 114, width: 32, height: 32 }), toFrames({ dt: 1e-3 }), brain, map(argmax))
  .subscribe({ complete: () => process.exit() })
