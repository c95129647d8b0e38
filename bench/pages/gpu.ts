/** The page of bench/gpu.ts: times steps of one network, on the processor or on a GPU. */

import { Subject } from 'rxjs'
import { conv2d, lif, lifRefrac, sequential } from '../../operators/index.ts'
import { gpu, type GpuBackend } from '../../src/gpu/index.ts'
import { edgeKernels, type Layer, Tensor } from '../../src/index.ts'
import { randomKey, randomUniform } from '../../src/random.ts'

export interface Timing {
  /** milliseconds from the first input to the first output: loading, compiling */
  readonly first: number
  /** milliseconds per step, two under way */
  readonly step: number
  /** milliseconds from an input to its output, one under way */
  readonly turn: number
}

const networks: Readonly<Record<string, () => Layer>> = {
  lif: () => lif(),
  conv: () => conv2d(edgeKernels(9), { padding: 4 }),
  edges: () => sequential({ filter: lifRefrac(), edges: conv2d(edgeKernels(9), { dilation: 3, padding: 12 }) }),
}

function frames(shape: readonly number[]): readonly Tensor[] {
  const size = shape.reduce((product, each) => product * each, 1)
  return [0, 1, 2, 3].map((frame) => {
    const key = randomKey(1, frame)
    return new Tensor(
      shape,
      Float32Array.from({ length: size }, (_, k) => (randomUniform(key, k) < 0.1 ? 2 : 0)),
    )
  })
}

/** Runs `steps` steps with `under` of them under way; milliseconds to the first output, and per step after it. */
function run(layer: Layer, xs: readonly Tensor[], steps: number, under: number): Promise<readonly [first: number, each: number]> {
  return new Promise((resolve, reject) => {
    const source = new Subject<Tensor>()
    const begin = performance.now()
    let first = 0
    let asked = 0
    let came = 0
    const ask = () => source.next(xs[asked++ % xs.length] as Tensor)
    source.pipe(layer).subscribe({
      next: () => {
        if (came++ === 0) first = performance.now()
        if (came < steps) return
        resolve([first - begin, (performance.now() - first) / (steps - 1)])
        setTimeout(() => source.complete())
      },
      error: reject,
    })
    for (let k = 0; k < under; k++) ask()
    // Not within the output's own turn: on the processor that would nest.
    const more = new MessageChannel()
    more.port1.onmessage = () => {
      while (asked < Math.min(steps, came + under)) ask()
      if (came < steps) more.port2.postMessage(0)
    }
    more.port2.postMessage(0)
  })
}

async function time(network: string, shape: readonly number[], backend: GpuBackend | undefined, steps: number): Promise<Timing> {
  const make = networks[network] as () => Layer
  const xs = frames(shape)
  if (backend === undefined) {
    const layer = make()
    const source = new Subject<Tensor>()
    source.pipe(layer).subscribe()
    const begin = performance.now()
    source.next(xs[0] as Tensor)
    const first = performance.now() - begin
    for (let k = 0; k < steps; k++) source.next(xs[k % xs.length] as Tensor)
    const again = performance.now()
    for (let k = 0; k < steps; k++) source.next(xs[k % xs.length] as Tensor)
    const step = (performance.now() - again) / steps
    return { first, step, turn: step }
  }
  const device = gpu({ backend, inFlight: 2 })
  await device.ready
  const [first, step] = await run(make().with({ device }), xs, steps, 2)
  const [, turn] = await run(make().with({ device }), xs, steps, 1)
  return { first, step, turn }
}

Object.assign(globalThis, { time })
