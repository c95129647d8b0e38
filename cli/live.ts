/** The edge detector with its page. */

import {
  defer,
  fromEvent,
  filter,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  merge,
  NEVER,
  Observable,
  share,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs'
import type { EventPacket, Sink } from '../src/index.ts'
import { toFrames } from '../operators/index.ts'
import { dashboard } from '../sinks/index.ts'
import { edgeDetector } from './edges.ts'
import type { Settings } from './arguments.ts'
import type { Tally } from './tally.ts'

/** Membranes are looked at 30 times a second: between two looks nothing is copied. */
const LOOK_MS = 33
/** The address is told when the first events have come, so that a wrong file is the only line; at the latest after this. */
const TELL_MS = 500

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Feeds a panel: ends with its stream, fails with it. */
const show = <T>(values: Observable<T>, sink: Sink<T>): Observable<never> =>
  new Observable((out) => {
    sink.done.then(
      () => out.complete(),
      (error: unknown) => out.error(error),
    )
    return values.subscribe(sink)
  })

/** Serves until Ctrl-C; the page keeps its last pictures when the events end. */
export async function runLive(packets: Observable<EventPacket>, settings: Settings, tally: Tally): Promise<void> {
  const board = dashboard({
    port: settings.port,
    host: settings.host,
    title: 'rxspike: edges',
    dt: settings.dt,
    sliders: {
      gain: { value: 2, min: 0, max: 20, label: 'input gain' },
      tauMemInv: { value: 100, min: 10, max: 1000, label: 'membrane rate', unit: '1/s', log: true },
      vTh: { value: 1, min: 0.05, max: 5, label: 'threshold' },
      rhoReset: { value: 5, min: 0, max: 100, label: 'refractory steps' },
    },
  })
  try {
    const address = await board.address
    const network = edgeDetector(board.sliders, settings.backend)
    const shown = packets.pipe(
      tap((packet) => tally.packet(packet)),
      share(),
    )
    const edges = shown.pipe(
      toFrames({ dt: settings.dt }),
      network,
      tap(() => tally.frame()),
      tap({ complete: () => say('The events ended; the page stays until Ctrl-C.') }),
    )
    const membranes = interval(LOOK_MS).pipe(switchMap(() => network.watch('noiseFilter', 'v').pipe(take(1))))
    const running = merge(
      merge(shown, timer(TELL_MS)).pipe(
        take(1),
        tap(() => say(`The edge detector runs on ${address} (Ctrl-C ends it)`)),
      ),
      network.activity('noiseFilter').pipe(tap((active) => (tally.noiseFilter += active))),
      show(shown, board.events('camera')),
      show(membranes, board.image('noise filter: v')),
      defer(() => watchRow(shown, network, board)),
      show(edges, board.image('edges')),
      NEVER,
    )
    // Until Ctrl-C, or until the events or the network fail: then that is what the command says.
    await lastValueFrom(running.pipe(ignoreElements(), takeUntil(fromEvent(process, 'SIGINT'))), { defaultValue: undefined })
  } finally {
    await board[Symbol.asyncDispose]()
  }
}

type Board = Pick<ReturnType<typeof dashboard>, 'raster' | 'traces'> & { readonly sliders: { readonly vTh: Observable<number> } }
type Network = ReturnType<typeof edgeDetector>

/** The neurons of the middle row: when they spike, and the membranes of those that are chosen, in parts of the threshold. */
function watchRow(packets: Observable<EventPacket>, network: Network, board: Board): Observable<never> {
  return packets.pipe(
    filter(({ width, height }) => width * height > 0),
    take(1),
    switchMap(({ width, height }) => {
      const row = Array.from({ length: width }, (_, x) => Math.floor(height / 2) * width + x)
      const neurons = [0.2, 0.4, 0.6, 0.8].map((part) => Math.floor(part * width))
      const membranes = network.pick(row, 'noiseFilter', 'v').pipe(
        withLatestFrom(board.sliders.vTh),
        map(([v, vTh]) => v.map((value) => value / vTh)),
      )
      return merge(
        show(network.pick(row, 'noiseFilter'), board.raster('middle row')),
        show(membranes, board.traces('membranes / threshold', { neurons, threshold: 1 })),
      )
    }),
  )
}
