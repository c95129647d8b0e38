/**
 * Times of the layer kernels, one step each, without streams: `npx tsx bench/layers.ts [part of a name]`.
 * Every row: 1000 warm-up calls (fewer where a call is long), then the fastest and the median of several rounds.
 */

import { Arena, type Backend } from '../src/kernel/arena.ts'
import { link } from '../src/kernel/kernel.ts'
import { activeScan, compaction } from '../src/kernel/layers/active-scan.ts'
import type { Path } from '../src/layers/affine.ts'
import { type Conv2dOptions, conv2dNode } from '../src/layers/conv2d.ts'
import { edgeKernels } from '../src/layers/edge-kernels.ts'
import { linearNode } from '../src/layers/linear.ts'
import type { Node } from '../src/layers/node.ts'
import { sumPool2dNode } from '../src/layers/sum-pool2d.ts'
import { randomKey, randomUniform } from '../src/random.ts'
import { type Shape, sizeOf } from '../src/tensor.ts'

const only = process.argv[2] ?? ''
const BUDGET = 500
const ROUNDS = 1000

interface Times {
  /** microseconds a call */
  readonly best: number
  readonly median: number
}

function time(call: () => void): Times {
  const started = performance.now()
  for (let k = 0; k < 1000 && (k < 20 || performance.now() - started < 2 * BUDGET); k++) call()
  const before = performance.now()
  for (let k = 0; k < 5; k++) call()
  const calls = Math.max(1, Math.round(BUDGET / ROUNDS / ((performance.now() - before) / 5)))
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    for (let k = 0; k < calls; k++) call()
    return ((performance.now() - start) * 1000) / calls
  }).sort((a, b) => a - b)
  return { best: rounds[0] as number, median: rounds[ROUNDS >> 1] as number }
}

/** Spikes: exactly `active` ones at random places, ascending. */
function spikes(size: number, active: number, seed: number): Int32Array {
  if (active >= size) return Int32Array.from({ length: size }, (_, k) => k)
  const key = randomKey(seed, 0)
  const found = new Set<number>()
  for (let k = 0; found.size < active; k++) found.add(Math.floor(randomUniform(key, k) * size))
  return Int32Array.from(found).sort()
}

/** A writer of frames in turn, so that no branch is learnt by heart. It touches no more of the input than it must. */
function player(input: Float32Array, active: number): () => void {
  const frames = Array.from({ length: active < input.length ? 4 : 1 }, (_, seed) => spikes(input.length, active, seed))
  let shown = new Int32Array()
  let turn = 0
  return () => {
    const next = frames[turn++ % frames.length] as Int32Array
    if (next === shown) return
    for (const k of shown) input[k] = 0
    for (const k of next) input[k] = 1
    shown = next as Int32Array<ArrayBuffer>
  }
}

function bench(
  name: string,
  node: Node,
  shape: Shape,
  active: number,
  per: { readonly unit: string; readonly count: number },
  backend: Backend = 'webassembly',
): void {
  if (!name.includes(only)) return
  const place = { path: node.kind, seed: 1 }
  const arena = new Arena(backend)
  const x = arena.reserve(sizeOf(shape))
  const running = node.build({ ...place, arena, x, shape, time: { dt: 1e-3, t: undefined }, weights: node.initialWeights(place) })
  arena.allocate()
  running.start()
  const play = player(arena.floats(x), active)
  const copy = time(play)
  const { best, median } = time(() => {
    play()
    running.run()
  })
  const net = best - copy.best
  const each = `${((net * 1000) / per.count).toFixed(3)} ns per ${per.unit}`
  console.log(`${name.padEnd(58)} ${net.toFixed(1).padStart(9)} ${(median - copy.median).toFixed(1).padStart(9)} us   ${each}`)
}

function benchScan(size: number): void {
  const name = `active scan of ${size}`
  if (!name.includes(only)) return
  const arena = new Arena('webassembly')
  const [x, list, table] = [arena.reserve(size), arena.reserve(size + 4), arena.reserve(64)]
  arena.allocate()
  arena.memory.u8.set(compaction(), table.offset)
  const kernels = link(arena, activeScan)
  for (const share of [0.001, 0.01, 0.05, 0.2, 1]) {
    arena.floats(x).fill(0)
    for (const k of spikes(size, Math.round(size * share), 0)) arena.floats(x)[k] = 1
    const [few, many] = (['few', 'many'] as const).map(
      (kernel) => time(() => kernels[kernel](x.offset, size, list.offset, table.offset)).best / size,
    )
    console.log(
      `${`${name}, ${share * 100} %`.padEnd(58)} few ${((few as number) * 1000).toFixed(3)}  many ${((many as number) * 1000).toFixed(3)} ns per element`,
    )
  }
}

console.log(`${'layer'.padEnd(58)} ${'fastest'.padStart(9)} ${'median'.padStart(9)}`)

for (const [width, height] of [
  [346, 260],
  [640, 480],
  [1280, 720],
] as const) {
  const edges = { weight: edgeKernels(9), dilation: 3, padding: 12 }
  for (const active of [0, 1e3, 1e4]) {
    const name = `edges ${width}x${height}, ${active} active`
    bench(name, conv2dNode(edges), [1, height, width], active, { unit: 'active pixel', count: active || 1 })
  }
}
bench(
  'edges 640x480, 1000 active, JavaScript',
  conv2dNode({ weight: edgeKernels(9), dilation: 3, padding: 12 }),
  [1, 480, 640],
  1e3,
  { unit: 'active pixel', count: 1e3 },
  'javascript',
)

function benchConv(name: string, options: Conv2dOptions, shape: Shape, share: number, force?: Path): void {
  const node = conv2dNode({ ...options, ...(force && { force }) })
  const [outHeight, outWidth] = node.outputShape(shape, '').slice(-2) as [number, number]
  const { inChannels = 1, outChannels = 1, kernelSize = 1, groups = 1 } = options
  const taps = (outHeight * outWidth * outChannels * inChannels * kernelSize ** 2) / groups
  const active = Math.round(sizeOf(shape) * share)
  const per = force === 'sparse' ? { unit: 'active pixel', count: active } : { unit: 'tap', count: taps }
  bench(`conv ${name}, ${share * 100} %, ${force ?? 'chosen'}`, node, shape, active, per)
}
const seed = { inChannels: 1, outChannels: 3, kernelSize: 5, padding: 2 }
for (const share of [0.05, 0.2, 1])
  for (const force of ['sparse', 'dense', undefined] as const) benchConv('1 -> 3, 5x5, 100x100', seed, [1, 100, 100], share, force)
const deep = { inChannels: 8, outChannels: 16, kernelSize: 3, padding: 1 }
for (const share of [0.05, 0.2, 1])
  for (const force of ['sparse', 'dense', undefined] as const) benchConv('8 -> 16, 3x3, 64x64', deep, [8, 64, 64], share, force)
for (const force of ['sparse', 'dense', undefined] as const)
  benchConv('8 -> 16, 3x3, stride 2, 64x64', { ...deep, stride: 2 }, [8, 64, 64], 0.2, force)
for (const force of ['sparse', 'dense', undefined] as const)
  benchConv('16 -> 32, 3x3, 7x7', { inChannels: 16, outChannels: 32, kernelSize: 3, padding: 1 }, [16, 7, 7], 0.2, force)
for (const force of ['sparse', 'dense'] as const)
  benchConv(
    '1 -> 2, 9x9, dilation 3, 640x480',
    { inChannels: 1, outChannels: 2, kernelSize: 9, dilation: 3, padding: 12 },
    [1, 480, 640],
    0.2,
    force,
  )

function benchLinear(
  inFeatures: number,
  outFeatures: number,
  shares: readonly number[],
  batch: readonly number[] = [],
  force?: Path,
): void {
  for (const share of shares) {
    const active = Math.round(inFeatures * share) * sizeOf(batch)
    const name = `linear ${inFeatures} -> ${outFeatures}${batch.length > 0 ? ` batch ${batch.join(' ')}` : ''}, ${share * 100} %, ${force ?? 'chosen'}`
    const node = linearNode({ inFeatures, outFeatures, ...(force && { force }) })
    bench(name, node, [...batch, inFeatures], active, { unit: 'active input', count: active })
  }
}
benchLinear(30_000, 10, [0.03, 0.2, 1])
benchLinear(256, 256, [0.03, 1])
benchLinear(1000, 1000, [0.03, 1])
benchLinear(784, 100, [0.1, 0.3])
for (const size of [512, 2000])
  for (const force of ['sparse', 'dense'] as const) benchLinear(size, size, [0.1, 0.5, 0.7, 0.9, 1], [], force)
benchLinear(512, 512, [0.03, 1], [32])

bench('sum pool 2, 2x480x640', sumPool2dNode(2), [2, 480, 640], 1e4, { unit: 'output', count: 2 * 240 * 320 })
bench('sum pool 4, 2x480x640', sumPool2dNode(4), [2, 480, 640], 1e4, { unit: 'output', count: 2 * 120 * 160 })
benchScan(1e6)
for (const force of ['sparse', 'dense'] as const) {
  const node = conv2dNode({ ...seed, force })
  bench(
    `conv 1 -> 3, 5x5, 100x100, 20 %, ${force}, JavaScript`,
    node,
    [1, 100, 100],
    2000,
    { unit: 'tap met', count: force === 'dense' ? 750_000 : 2000 * 75 },
    'javascript',
  )
}
