// What runs, how fast, how late: without touching the pipeline.
import { diagnostics, meter } from 'rxspike'
import { lif, probe, toFrames } from 'rxspike/operators'
import { movingScene } from 'rxspike/sources'

meter({ every: 1 }).subscribe((all) =>
  console.table(
    all.map(({ at, stepsPerSecond, work, latency, spikeRate, backend }) => ({
      at,
      stepsPerSecond,
      p99: work.p99,
      late: latency?.p99,
      spikeRate,
      backend,
    })),
  ),
)
diagnostics.subscribe((d) => console.warn(d.at, d.kind, 'count' in d ? d.total : d.message))

const cells = probe(lif({ vTh: 0.3 }))
let spikes = 0
cells.activity().subscribe((active) => (spikes += active))
movingScene({ duration: 3 })
  .pipe(toFrames({ dt: 1e-3 }), cells)
  .subscribe({ complete: () => console.log(spikes, 'spikes') })
