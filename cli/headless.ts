/** The edge detector without a page: as fast as it goes. */

import { count, finalize, fromEvent, takeUntil, tap, lastValueFrom, type Observable } from 'rxjs'
import type { EventPacket } from '../src/index.ts'
import { toFrames } from '../operators/index.ts'
import { edgeDetector } from './edges.ts'
import type { Settings } from './arguments.ts'
import { showProgress } from './progress.ts'
import type { Tally } from './tally.ts'

/** Runs to the end of the events, or until Ctrl-C. */
export async function runHeadless(packets: Observable<EventPacket>, settings: Settings, tally: Tally): Promise<void> {
  const network = edgeDetector({ gain: 1, tauMemInv: 100, vTh: 1, rhoReset: 5 }, settings.backend)
  const spikes = network.activity('noiseFilter').subscribe((active) => {
    tally.noiseFilter += active
  })
  const progress = showProgress(tally)
  await lastValueFrom(
    packets.pipe(
      tap((packet) => tally.packet(packet)),
      takeUntil(fromEvent(process, 'SIGINT')),
      toFrames({ dt: settings.dt }),
      network,
      tap(() => tally.frame()),
      count(),
      finalize(() => {
        spikes.unsubscribe()
        progress.stop()
      }),
    ),
  )
}
