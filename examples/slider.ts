// A slider on a web page (http://127.0.0.1:8081) sets the membrane time constant while the network runs: its spikes are on http://127.0.0.1:8080
import { lif, toFrames } from 'rxspike/operators'
import { webSocketSink } from 'rxspike/sinks'
import { controls, movingScene } from 'rxspike/sources'

const { tauMemInv, vTh } = controls({
  port: Number(process.env['SLIDERS_PORT'] ?? 8081),
  sliders: { tauMemInv: { value: 100, min: 10, max: 1000 }, vTh: { value: 1, min: 0.1, max: 5 } },
})

movingScene()
  .pipe(toFrames({ dt: 1e-3 }), lif({ tauMemInv, vTh }))
  .subscribe(webSocketSink({ port: Number(process.env['PORT'] ?? 8080) }))
