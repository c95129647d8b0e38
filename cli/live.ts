/** The edge detector with its page. */

import { EMPTY, filter, fromEvent, ignoreElements, interval, lastValueFrom, merge, NEVER, type Observable, share, switchMap, take, takeUntil, tap } from 'rxjs'
import type { EventPacket, Tensor } from '../src/index.ts'
import { toFrames } from '../operators/index.ts'
import { dashboard } from '../sinks/index.ts'
import { edgeDetector } from './edges.ts'
import type { Settings } from './arguments.ts'
import type { Tally } from './tally.ts'

/** Pictures are looked at 30 times a second: between two looks nothing is copied. */
const LOOK_MS = 33
/** Above this many pixels, copying all membranes every step would cost more than the network. */
const MANY_PIXELS = 120_000

const sampled = (values: Observable<Tensor>) => interval(LOOK_MS).pipe(switchMap(() => values.pipe(take(1))))

/** Serves until Ctrl-C; the page keeps its last pictures when the events end. */
export async function runLive(packets: Observable<EventPacket>, settings: Settings, tally: Tally): Promise<void> {
  const stop = fromEvent(process, 'SIGINT').pipe(take(1), share())
  const board = dashboard({
    port: settings.port,
    host: settings.host,
    title: 'rxspike: edges',
    dt: settings.dt,
    sliders: {
      gain: { value: 1, min: 0, max: 20, label: 'input gain' },
      tauMemInv: { value: 100, min: 10, max: 1000, label: 'membrane rate', unit: '1/s', log: true },
      vTh: { value: 1, min: 0.05, max: 5, label: 'threshold' },
      rhoReset: { value: 5, min: 0, max: 100, label: 'refractory steps' },
    },
  })
  try {
    process.stderr.write(`The edge detector runs on ${await board.address} (Ctrl-C ends it)\n`)
    const network = edgeDetector(board.sliders, settings.backend)
    const shown = packets.pipe(
      tap((packet) => tally.packet(packet)),
      takeUntil(stop),
      share(),
    )
    const failed = shown.pipe(ignoreElements())
    shown.subscribe(board.events('camera'))
    network.activity('noiseFilter').pipe(takeUntil(stop)).subscribe((active) => {
      tally.noiseFilter += active
    })
    sampled(network.output('noiseFilter')).pipe(takeUntil(stop)).subscribe(board.image('noise filter'))
    watchNeurons(shown, network, board, stop)
    const frames = shown.pipe(toFrames({ dt: settings.dt }), share())
    const edges = frames.pipe(
      network,
      tap(() => tally.frame()),
      tap({ complete: () => process.stderr.write('The events ended; the page stays until Ctrl-C.\n') }),
      share(),
    )
    edges.subscribe(board.image('edges'))
    // Runs until Ctrl-C, or until the events or the network fail: then that is what the command says.
    await lastValueFrom(merge(edges.pipe(ignoreElements()), failed, NEVER).pipe(takeUntil(stop)), { defaultValue: undefined })
  } finally {
    await board[Symbol.asyncDispose]()
  }
}

type Board = Pick<ReturnType<typeof dashboard>, 'raster' | 'traces'>
type Network = ReturnType<typeof edgeDetector>

/** The raster: the neurons of the middle row. The membranes: some of that row, or any where the sensor is small enough to watch all. */
function watchNeurons(packets: Observable<EventPacket>, network: Network, board: Board, stop: Observable<unknown>): void {
  packets
    .pipe(
      filter(({ width, height }) => width * height > 0),
      take(1),
      switchMap(({ width, height }) => {
        const row = Math.floor(height / 2) * width
        const chosen = [0.2, 0.4, 0.6, 0.8].map((part) => Math.floor(part * width))
        network
          .pick(
            Array.from({ length: width }, (_, x) => row + x),
            'noiseFilter',
          )
          .pipe(takeUntil(stop))
          .subscribe(board.raster('middle row'))
        const membranes = width * height > MANY_PIXELS ? network.pick(chosen.map((x) => row + x), 'noiseFilter', 'v') : network.watch('noiseFilter', 'v')
        const neurons = width * height > MANY_PIXELS ? chosen.map((_, k) => k) : chosen.map((x) => row + x)
        membranes.pipe(takeUntil(stop)).subscribe(board.traces('membranes', { neurons, threshold: 1 }))
        return EMPTY
      }),
    )
    .subscribe()
}
