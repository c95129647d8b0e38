// The edge detector of the Norse talk, on a recording, seen in a browser: http://127.0.0.1:8080
import { edgeKernels } from 'rxspike'
import { conv2d, lifRefrac, sequential, toFrames } from 'rxspike/operators'
import { webSocketSink } from 'rxspike/sinks'
import { dvsFile } from 'rxspike/sources'

const edges = sequential({
  noiseFilter: lifRefrac(), // a refractory neuron per pixel
  edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }),
})

dvsFile(process.argv[2] ?? 'hand.aedat4', { speed: 1 })
  .pipe(toFrames({ dt: 1e-3 }), edges)
  .subscribe(webSocketSink({ port: Number(process.env['PORT'] ?? 8080) }))
