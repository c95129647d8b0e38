/** What a stream does whose network runs on a GPU. Each returns what the test expects to read. */

import { concat, from, lastValueFrom, NEVER, of, Subject, take, tap, throwError, toArray } from 'rxjs'
import { avgPool2d, li, lif, linear, probe, recurrent, sequential } from '../../../operators/index.ts'
import { diagnostics, meter, Tensor, tensor, valve, type Measurement } from '../../../src/index.ts'
import { gpu, type GpuBackend } from '../../../src/gpu/index.ts'
import type { Diagnostic } from '../../../src/diagnostics.ts'
import { all, inputs, onGpu } from './compare.ts'
import { contexts, live } from './live.ts'
import { noisyModels } from './same.ts'

type Fact = (backend: GpuBackend) => Promise<unknown>

const steps = (count: number): readonly Tensor[] => inputs(count, [3]).map((x, k) => new Tensor(x.shape, x.data, { t: k }))
const times = (ys: readonly Tensor[]) => ys.map((y) => y.t)
const later = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const message = (error: unknown) => String(error)

/** What a stream gave until its end: times of the outputs, and how it ended. */
function follow(
  stream: ReturnType<typeof from<readonly Tensor[]>>,
): Promise<{ readonly times: (number | undefined)[]; readonly end: string }> {
  return new Promise((resolve) => {
    const seen: (number | undefined)[] = []
    stream.subscribe({
      next: (y) => seen.push((y as Tensor).t),
      error: (error) => resolve({ times: seen, end: message(error) }),
      complete: () => resolve({ times: seen, end: 'complete' }),
    })
  })
}

async function bounded(backend: GpuBackend, overflow: 'error' | 'dropping' | 'sliding'): Promise<object> {
  const heard: Diagnostic[] = []
  const listening = diagnostics.subscribe((each) => heard.push(each))
  const result = await follow(from(steps(10)).pipe(li().with({ device: gpu({ backend, inFlight: 2, overflow }) })))
  await later(300)
  listening.unsubscribe()
  const dropped = heard.flatMap((each) => (each.kind === 'dropped' ? [each.count] : []))
  return { ...result, dropped: dropped.reduce((sum, each) => sum + each, 0) }
}

export const facts: Readonly<Record<string, Fact>> = {
  ready: (backend) => gpu({ backend }).ready,
  best: () => gpu().ready,

  order: async (backend) => {
    let synchronous = 0
    const done = all(
      from(steps(30)).pipe(
        onGpu(lif(), backend),
        tap(() => synchronous++),
      ),
    )
    const atOnce = synchronous
    return { atOnce, times: times(await done) }
  },

  error: (backend) => bounded(backend, 'error'),
  dropping: (backend) => bounded(backend, 'dropping'),
  sliding: (backend) => bounded(backend, 'sliding'),

  valve: async (backend) => {
    const room = valve()
    const source = new Subject<Tensor>()
    const out = all(source.pipe(li().with({ device: gpu({ backend, inFlight: 1, overflow: room }) })))
    const states: boolean[] = [room.open]
    const [a, b, c] = steps(3) as [Tensor, Tensor, Tensor]
    source.next(a)
    states.push(room.open) // one waits, as long as the kernels compile
    source.next(b)
    source.next(c)
    source.complete()
    const ys = await out
    return { states: [...states, room.open], times: times(ys) }
  },

  shapes: (backend) => follow(from([...steps(4), tensor([1, 2]), ...steps(2)]).pipe(onGpu(sequential({ n: lif() }), backend))),
  firstShape: (backend) => follow(of(tensor([1, 2])).pipe(onGpu(sequential({ fc: linear(3, 2) }), backend))),
  nothing: (backend) => follow(of(tensor([])).pipe(onGpu(lif(), backend))),
  noTensor: (backend) => follow(of('spikes' as unknown as Tensor).pipe(onGpu(lif(), backend))),
  sourceError: (backend) =>
    follow(
      concat(
        steps(2),
        throwError(() => new Error('lost')),
      ).pipe(onGpu(lif(), backend)),
    ),
  parameterError: async (backend) => {
    const vTh = new Subject<number>()
    const source = new Subject<Tensor>()
    const end = follow(source.pipe(onGpu(lif({ vTh }), backend)))
    for (const x of steps(3)) source.next(x)
    await later(50)
    vTh.next('high' as never)
    return end
  },

  unsubscribe: async (backend) => {
    const before = live()
    let came = 0
    await new Promise<void>((resolve) => {
      const running = concat(steps(5), NEVER)
        .pipe(onGpu(recurrent(lif(), linear(3, 3)), backend))
        .subscribe(() => {
          if (++came < 2) return
          running.unsubscribe()
          resolve()
        })
    })
    await later(100)
    return { came, left: live() - before }
  },
  unsubscribeEarly: async (backend) => {
    const before = live()
    const running = concat(steps(1), NEVER).pipe(onGpu(lif(), backend)).subscribe()
    running.unsubscribe()
    await later(300)
    return live() - before
  },

  memory: async (backend) => {
    const before = live()
    const lif3 = probe(sequential({ fc: linear(3, 4), cells: recurrent(lif({ vTh: 0.1 }), linear(4, 4)), out: li() }))
    const watching = lif3.watch('cells', 'neuron').subscribe()
    const reset = new Subject<void>()
    const resetRows = new Subject<Tensor>()
    const counts: number[] = []
    const source = from(inputs(240, [2, 3])).pipe(
      tap((_) => {
        if (counts.length % 7 === 3) reset.next()
        if (counts.length % 5 === 2) resetRows.next(tensor([0, 1]))
      }),
    )
    const running = lif3.with({ device: gpu({ backend, inFlight: 1, overflow: valve() }), reset, resetRows })
    await lastValueFrom(
      source.pipe(
        running,
        tap(() => counts.push(live())),
      ),
    )
    watching.unsubscribe()
    await later(50)
    // Read-backs under way come and go: the least of many steps shows what stays.
    const least = (part: readonly number[]) => Math.min(...part) - before
    return { grew: least(counts.slice(160)) - least(counts.slice(20, 160)), held: least(counts) > 0, left: live() - before }
  },

  step: async (backend) => {
    const layer = lif().with({ device: gpu({ backend }) })
    const tries = [() => layer.step(tensor([1])), () => layer.sequence(tensor([[1]]))]
    return tries.map((call) => {
      try {
        call()
        return 'no error'
      } catch (error) {
        return message(error)
      }
    })
  },

  unsupported: async (backend) => {
    const device = gpu({ backend })
    const plus = (x: Tensor) => x.map((value) => value + 1)
    const tries = [
      () => sequential({ deep: sequential({ plus }) }).with({ device }),
      () => sequential({ a: recurrent(lif(), sequential({ pool: avgPool2d(2) })) }).with({ device }),
      () => sequential({ a: lif().with({ device }) }),
      ...noisyModels.slice(0, 1).map(
        ([, model]) =>
          () =>
            sequential({ noise: model() }).with({ device }),
      ),
    ]
    return tries.map((call) => {
      try {
        call()
        return 'no error'
      } catch (error) {
        return message(error)
      }
    })
  },

  probing: async (backend) => {
    const network = probe(
      sequential({
        fc: linear(
          tensor([
            [1, 0, 0],
            [0, 1, 0],
          ]),
        ),
        out: li(),
      }),
    )
    const seen: Record<string, unknown[]> = { picked: [], active: [], layer: [], wrong: [], order: [] }
    const note = (name: string) => (value: unknown) => void seen[name]?.push(value instanceof Tensor ? [...value] : value)
    const subscriptions = [
      network.pick([1], 'fc').subscribe(note('picked')),
      network.activity('fc').subscribe(note('active')),
      network.output('fc').subscribe((y) => void seen['layer']?.push([y.t, ...y])),
      network.watch('out', 'v').subscribe(() => void seen['order']?.push('watched')),
      (network.watch as (path: string) => ReturnType<typeof network.activity>)('nowhere').subscribe({
        error: (e) => void seen['wrong']?.push(message(e)),
      }),
    ]
    const xs = [tensor([1, 2, 3]), tensor([0, 4, 0])].map((x, k) => new Tensor(x.shape, x.data, { t: k }))
    await lastValueFrom(
      from(xs).pipe(
        onGpu(network, backend),
        tap(() => void seen['order']?.push('emitted')),
      ),
    )
    for (const each of subscriptions) each.unsubscribe()
    let snapshot = 'no error'
    try {
      network.snapshot()
    } catch (error) {
      snapshot = message(error)
    }
    return { ...seen, snapshot }
  },

  metered: async (backend) => {
    const source = new Subject<Tensor>()
    const reports: (readonly Measurement[])[] = []
    const measuring = meter({ every: 0.05 }).subscribe((report) => reports.push(report))
    const running = source.pipe(onGpu(lif(), backend)).subscribe()
    for (const x of steps(4)) source.next(x)
    await later(400)
    running.unsubscribe()
    measuring.unsubscribe()
    return reports.flat().find(({ at, stepsPerSecond }) => at === 'lif' && stepsPerSecond > 0)?.backend
  },

  lost: async (backend) => {
    const source = new Subject<Tensor>()
    let first = () => {}
    const came = new Promise<void>((resolve) => (first = resolve))
    const end = follow(
      source.pipe(
        onGpu(lif(), backend),
        tap(() => first()),
      ) as never,
    )
    source.next(tensor([1]))
    await came
    for (const context of contexts.all) context.lose()
    await later(100)
    source.next(tensor([1]))
    const { end: error } = await end
    const again = await lastValueFrom(from(steps(5)).pipe(onGpu(lif(), backend), take(5), toArray()))
    return { error, again: again.length }
  },
}
