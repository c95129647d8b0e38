/** State and weights that outlive their process. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { from, of } from 'rxjs'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { lif, li, linear, probe, sequential } from '../../operators/index.ts'
import { readSnapshot, readWeights, type Snapshot, type Tensor, writeSnapshot } from '../../src/index.ts'
import { readTensors, writeTensors } from '../../src/weights/formats.ts'
import { node } from '../cli/processes.ts'
import type { Tree } from '../../src/layers/node.ts'
import { brain, HALF, printed, stepOf } from './brain.ts'
import { bitsOf } from './files.ts'

vi.setConfig({ testTimeout: 60_000 }) // some tests start processes, beside whatever else runs here

const steps = Array.from({ length: 2 * HALF }, (_, k) => stepOf(k))
const run = (layer: ReturnType<typeof brain>, inputs: readonly Tensor[]): readonly string[] => {
  const outputs: string[] = []
  from(inputs)
    .pipe(layer)
    .subscribe((y) => outputs.push(printed(y)))
  return outputs
}
const uninterrupted = run(brain(), steps)

const halfway = () => {
  const probed = probe(brain())
  from(steps.slice(0, HALF)).pipe(probed).subscribe()
  return probed.snapshot()
}

const bits = (tree: object): object =>
  Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, 'data' in value ? bitsOf(value as Tensor) : bits(value as object)]))

describe.each(['safetensors', 'npz'] as const)('a snapshot in %s', (format) => {
  test('comes back with every bit and every empty part, with and without a known shape', async () => {
    const snapshot = halfway()
    const file = writeSnapshot(snapshot, { format })
    for (const layer of [brain(), brain().with({ inputShape: [3] })]) expect(bits(await readSnapshot(layer, file))).toEqual(bits(snapshot))
  })

  test('has names that Python users know what to do with', async () => {
    const { tensors } = await readTensors(writeSnapshot(halfway(), { format }))
    expect([...tensors.keys()].sort()).toEqual([
      'state.memory.neuron.i',
      'state.memory.neuron.v',
      'state.memory.past',
      'state.noise.$draws',
      'state.noise.v',
      'state.out.i',
      'state.out.v',
      'weights.input.bias',
      'weights.input.weight',
      'weights.memory.synapse.bias',
      'weights.memory.synapse.weight',
      'weights.noise.tauMemInv',
    ])
  })

  test('continues as if nothing had been', async () => {
    const restore = of(await readSnapshot(brain(), writeSnapshot(halfway(), { format })))
    expect(run(brain().with({ restore }), steps.slice(HALF))).toEqual(uninterrupted.slice(HALF))
    // the test can fail: without the snapshot it is another run
    expect(run(brain(), steps.slice(HALF))).not.toEqual(uninterrupted.slice(HALF))
  })

  test('is the state of a pure step, too', async () => {
    const { state } = await readSnapshot(brain(), writeSnapshot(halfway(), { format }))
    expect(printed(brain().step(steps[HALF] as Tensor, state)[0])).toBe(uninterrupted[HALF])
  })

  test('continues when Python has written it again, without what we say about it', async () => {
    const { tensors } = await readTensors(writeSnapshot(halfway(), { format }))
    const again = writeTensors({ tensors: new Map([...tensors].reverse()), metadata: {} }, format)
    const restore = of(await readSnapshot(brain(), again))
    expect(run(brain().with({ restore }), steps.slice(HALF))).toEqual(uninterrupted.slice(HALF))
    const slashes = writeTensors(
      { tensors: new Map([...tensors].map(([name, value]) => [name.replaceAll('.', '/'), value])), metadata: {} },
      format,
    )
    expect(bits(await readSnapshot(brain().with({ inputShape: [3] }), slashes))).toEqual(bits(halfway()))
    expect(bits((await readSnapshot(brain(), slashes)).weights)).toEqual(bits(halfway().weights))
  })
})

describe('what does not fit is said', () => {
  const file = (layer = 'lif' as 'lif' | 'li') => {
    const probed = probe(layer === 'lif' ? lif() : li())
    from([stepOf(0)])
      .pipe(probed)
      .subscribe()
    return writeSnapshot(probed.snapshot(), { layer: probed })
  }

  test('another kind of layer', async () => {
    await expect(readSnapshot(li(), file())).rejects.toThrow(/^readSnapshot\(\d+ bytes\): this is a snapshot of lif, not of li$/)
  })

  test('another state, where the shape is known', async () => {
    await expect(readSnapshot(lif().with({ inputShape: [4] }), file())).rejects.toThrow(
      /does not fit a snapshot of lif; of another shape: state\.v is \[3\] in the file, \[4\] in the layer, state\.i is/,
    )
  })

  test('another state, when it is restored', async () => {
    const snapshot = await readSnapshot(lif(), file())
    const errors: unknown[] = []
    from([stepOf(0).reshape(1, 3)])
      .pipe(lif().with({ restore: of(snapshot) }))
      .subscribe({ error: (error) => errors.push(error) })
    expect(String(errors[0])).toMatch(/restore\.v: expected a tensor of shape \[1, 3\], got \[3\]/)
  })

  test('other weights', async () => {
    const bytes = writeSnapshot(halfway())
    await expect(readSnapshot(sequential({ input: linear(3, 4) }), bytes)).rejects.toThrow(
      /left over: weights\.noise\.tauMemInv \[\], .*; of another shape: weights\.input\.weight is \[5, 3\] in the file, \[4, 3\] in the layer/,
    )
  })

  test('weights in the place of a snapshot, and a snapshot in the place of weights', async () => {
    const layer = linear(3, 4)
    const weights = writeTensors({ tensors: new Map(Object.entries(layer.weights)), metadata: {} }, 'npz')
    await expect(readSnapshot(layer, weights)).rejects.toThrow(
      /missing in the file: weights\.weight \[4, 3\], .*; left over: weight \[4, 3\]/,
    )
    await expect(readWeights(lif(), file())).rejects.toThrow(/this is a snapshot, state and weights: readSnapshot\(layer, file\) reads it/)
  })

  test('a later version, and words that are none', async () => {
    const { tensors } = await readTensors(file())
    for (const rxspike of ['{"snapshot":2}', 'null', '7', '{'])
      await expect(readSnapshot(lif(), writeTensors({ tensors, metadata: { rxspike } }, 'npz'))).rejects.toThrow(
        `expected a snapshot of version 1, found '${rxspike}'`,
      )
  })

  test.each([
    [['state.v', 'state.v.w'], /state\.v is a tensor and a group of tensors/],
    [['state.v.w', 'state.v'], /state\.v is a tensor and a group of tensors/],
    [[`state${'.a'.repeat(100_000)}`], /names of at most 100 parts are allowed, found one of 100000/],
  ])('names that make no tree: %#', async (names, message) => {
    const tensors = new Map(names.map((name) => [name, stepOf(0)]))
    await expect(readSnapshot(lif(), writeTensors({ tensors, metadata: {} }, 'safetensors'))).rejects.toThrow(message)
  })

  test('what is no snapshot', () => {
    expect(() => writeSnapshot({ state: 1, weights: {} })).toThrow(/^writeSnapshot: state: expected tensors by name, got 1$/)
    expect(() => writeSnapshot({ state: { 'a.b': stepOf(0) }, weights: {} })).toThrow(/'a\.b' cannot name a tensor in a file/)
    expect(() => writeSnapshot(halfway(), { format: 'json' as 'npz' })).toThrow(/format json: safetensors and npz are known/)
  })
})

describe('a snapshot that was cloned', () => {
  test('goes to a worker and back, and continues', async () => {
    const worker = new Worker("require('node:worker_threads').parentPort.on('message', function (x) { this.postMessage(x) })", {
      eval: true,
    })
    try {
      worker.postMessage(halfway())
      const [back] = (await once(worker, 'message')) as [Snapshot<never, never>]
      expect(run(brain().with({ restore: of(back) }), steps.slice(HALF))).toEqual(uninterrupted.slice(HALF))
      expect(printed(brain().step(steps[HALF] as Tensor, back.state)[0])).toBe(uninterrupted[HALF])
      const trained = probe(brain().with({ weights: back.weights }))
      from(steps).pipe(trained).subscribe()
      expect(bits(trained.snapshot().weights)).toEqual(bits(halfway().weights))
      expect(writeSnapshot(back)).toEqual(writeSnapshot(halfway()))
    } finally {
      await worker.terminate()
    }
  })

  test('may not be changed into something else', () => {
    const { state, weights } = structuredClone(halfway())
    const { weight, ...others } = weights['input'] as { readonly weight: Tensor; readonly bias: Tensor }
    const input = { ...others, weight: { ...weight, data: new Float32Array(14) } as Tensor }
    expect(() => brain().with({ weights: { input } as Tree }).weights).toThrow(
      /input\.weight: expected a tensor of shape with 14 elements, got \[5, 3\]/,
    )
    const fromJson = JSON.parse(JSON.stringify(state)) as typeof state
    expect(() => brain().step(stepOf(0), fromJson)).toThrow(
      /noise\.v: expected a Tensor, or \{ shape, data: Float32Array \} as structuredClone leaves one, got \[object Object\]/,
    )
  })
})

describe('across processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rxspike-snapshot-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('a running network is saved, its process killed, and another goes on with the same bits', async () => {
    const file = join(folder, 'brain.safetensors')
    const program = new URL('brain.ts', import.meta.url).pathname
    {
      await using first = node(['--import', 'tsx', program, 'live', file])
      await first.says(/saved\n/)
      first.child.kill('SIGKILL')
      expect((await first.ended()).signal).toBe('SIGKILL')
    }
    await using second = node(['--import', 'tsx', program, 'go-on', file])
    await second.says(new RegExp(`(.*\n){${HALF}}`))
    expect(second.stdout.split('\n').slice(0, HALF)).toEqual(uninterrupted.slice(HALF))
  })
})
