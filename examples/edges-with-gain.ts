// The same; any key but Ctrl-C switches the gain. A gain is a number or a stream of numbers.
import { filter, fromEvent, map, scan, share, startWith } from 'rxjs'
import { edgeKernels } from 'rxspike'
import { conv2d, lifRefrac, scale, sequential, toFrames } from 'rxspike/operators'
import { webSocketSink } from 'rxspike/sinks'
import { dvsFile } from 'rxspike/sources'

const keys = fromEvent(process.stdin.setRawMode(true), 'data').pipe(map(String), share())
keys.pipe(filter((key) => key === '\x03')).subscribe(() => process.exit()) // Ctrl-C

const gain = keys.pipe(
  scan((high) => !high, false),
  startWith(false),
  map((high) => (high ? 10 : 1)),
)

dvsFile(process.argv[2] ?? 'hand.aedat4', { speed: 1 })
  .pipe(
    toFrames({ dt: 1e-3 }),
    sequential({
      gain: scale(gain),
      noiseFilter: lifRefrac(),
      edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }),
    }),
  )
  .subscribe(webSocketSink({ port: Number(process.env['PORT'] ?? 8080) }))
