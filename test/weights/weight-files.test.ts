/** Weights from files of PyTorch and NumPy, and back. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { from, of, Subject } from 'rxjs'
import { afterAll, describe, expect, test } from 'vitest'
import { conv2d, flatten, lif, linear, probe, recurrent, sequential } from '../../operators/index.ts'
import { DecodeError, learnable, ones, readWeights, sameBits, type Tensor, tensor, writeWeights, zeros } from '../../src/index.ts'
import { readTensors, writeTensors } from '../../src/weights/formats.ts'
import { bitsOf, fixture } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'rxspike-weights-'))
afterAll(() => rmSync(folder, { recursive: true }))

const network = () => sequential({ conv: conv2d(1, 2, 3), spikes: lif(), flat: flatten(), fc: linear(72, 4) })
const torch = JSON.parse(new TextDecoder().decode(fixture('network.json'))) as {
  readonly input: number[][][][]
  readonly spikes: readonly number[]
  readonly logits: readonly (readonly number[])[]
}
const pythons = ['network.safetensors', 'network.npz', 'network-deflated.npz']

describe('a state_dict that Python saved', () => {
  test.each(pythons)("%s: the network gives PyTorch's spikes and outputs, every bit", async (name) => {
    const layer = network().with({ weights: await readWeights(network(), fixture(name)) })
    const [y] = layer.sequence(tensor(torch.input))
    expect(y.toArray()).toEqual(torch.logits.map((row) => row.map(Math.fround)))
    const [spikes] = sequential({
      conv: conv2d(layer.weights.conv.weight, { bias: layer.weights.conv.bias as Tensor }),
      spikes: lif(),
    }).sequence(tensor(torch.input))
    expect(torch.spikes).toEqual(torch.spikes.map((_, k) => spikes.data.subarray(k * 72, (k + 1) * 72).reduce((a, b) => a + b, 0)))
  })

  test('comes between two steps of a network that runs', async () => {
    const weights = new Subject<Awaited<ReturnType<typeof read>>>()
    const read = () => readWeights(network(), fixture('network.npz'))
    const running = probe(network().with({ weights }))
    const input = new Subject<Tensor>()
    input.pipe(running).subscribe()
    input.next(zeros(1, 8, 8))
    expect(sameBits(running.snapshot().weights.fc.weight, (await read()).fc.weight)).toBe(false)
    weights.next(await read())
    input.next(zeros(1, 8, 8))
    expect(sameBits(running.snapshot().weights.fc.weight, (await read()).fc.weight)).toBe(true)
  })

  test('may be of torch.nn.Sequential: names that are numbers', async () => {
    const { weights } = sequential(linear(3, 4), lif(), linear(4, 2))
    const file = writeWeights(weights)
    expect([...(await readTensors(file)).tensors.keys()].sort()).toEqual(['0.bias', '0.weight', '2.bias', '2.weight'])
    expect(await readWeights(sequential(linear(3, 4), lif(), linear(4, 2)), file)).toEqual(weights)
  })
})

describe.each(['safetensors', 'npz'] as const)('weights in %s', (format) => {
  const deep = () =>
    sequential({
      fc1: linear(3, 2),
      inside: sequential({ cells: recurrent(lif({ tauMemInv: learnable(50) }), linear(2, 2)), last: linear(2, 1, { bias: false }) }),
      'with/slash': linear(1, 1),
    })

  test('come back as the tree they were', async () => {
    const { weights } = deep()
    const read = await readWeights(deep().with({ seed: 1 }), writeWeights(weights, { format }))
    expect(read).toEqual(weights)
    expect(bitsOf(read.inside.cells.neuron.tauMemInv as Tensor)).toEqual({ shape: [], bits: [0x42480000] })
    expect(read.inside.cells.neuron).toHaveProperty('tauMemInv')
  })

  test('of a layer without any are a file without any', async () => {
    expect(await readWeights(flatten(), writeWeights(flatten().weights, { format }))).toEqual({})
  })

  test('of one layer have names without a dot', async () => {
    const file = writeWeights(linear(2, 1).weights, { format })
    expect([...(await readTensors(file)).tensors.keys()].sort()).toEqual(['bias', 'weight'])
    expect(await readWeights(linear(2, 1), file)).toEqual(linear(2, 1).weights)
  })
})

describe('what does not fit is one error', () => {
  const file = () =>
    writeTensors(
      { tensors: new Map(Object.entries({ 'fc.weight': ones(4, 3), 'fc.scale': ones(4), running: ones(1) })), metadata: {} },
      'npz',
    )

  test('that lists what is missing, left over and of another shape', async () => {
    const layer = sequential({ fc: linear(4, 3), spikes: lif({ vTh: learnable(1) }) })
    await expect(readWeights(layer, file())).rejects.toThrow(
      /^readWeights\(\d+ bytes\): the file does not fit sequential; missing in the file: fc\.bias \[3\], spikes\.vTh \[\]; left over: fc\.scale \[4\], running \[1\]; of another shape: fc\.weight is \[4, 3\] in the file, \[3, 4\] in the layer$/,
    )
    await expect(readWeights(layer, file())).rejects.toBeInstanceOf(TypeError)
  })

  test('of bounded length', async () => {
    const tensors = new Map(Array.from({ length: 1000 }, (_, k) => [`layer${k}.weight`, ones(1)]))
    const error = await readWeights(flatten(), writeTensors({ tensors, metadata: {} }, 'safetensors')).catch(String)
    expect(error).toMatch(/layer11\.weight \[1\] and 988 more$/)
  })

  test('with dots and with slashes is one name too many', async () => {
    const layer = sequential({ fc: linear(1, 1, { bias: false }) })
    const tensors = new Map([
      ['fc/weight', ones(1, 1)],
      ['fc.weight', zeros(1, 1)],
    ])
    await expect(readWeights(layer, writeTensors({ tensors, metadata: {} }, 'npz'))).rejects.toThrow(/left over: fc\/weight \[1, 1\]$/)
  })

  test('when written: what is no tree of tensors', () => {
    expect(() => writeWeights({ a: { b: 3 } })).toThrow(/^writeWeights: a\.b: expected tensors by name, got 3$/)
    expect(() => writeWeights({ a: null })).toThrow(/^writeWeights: a: expected tensors by name, got null$/)
    expect(() => writeWeights(undefined)).toThrow(/^writeWeights: expected tensors by name, got undefined$/)
    expect(() => writeWeights({ '': ones(1) })).toThrow(/^writeWeights: '' cannot name a tensor in a file/)
    expect(() => writeWeights({ __metadata__: ones(1) })).toThrow(/__metadata__ cannot name a tensor/)
    expect(() => writeWeights({ a: ones(1) }, { format: 'toString' as 'npz' })).toThrow(
      /^writeWeights: format toString: safetensors and npz are known$/,
    )
    expect(() => writeWeights({ a: { shape: [3], data: new Float32Array(2) } })).toThrow(
      /writeWeights: a: expected a tensor of shape with 2 elements, got \[3\]/,
    )
  })
})

describe('a file may be', () => {
  const layer = linear(2, 3)
  const bytes = writeWeights(layer.weights)

  test.each(['a path', 'a file URL', 'a Blob', 'bytes', 'a Buffer', 'a data URL', 'an address'])('%s', async (what) => {
    const path = join(folder, 'weights.bin')
    writeFileSync(path, bytes)
    const server = createServer((_, response) => response.end(bytes)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const files: Record<string, string | URL | Blob | Uint8Array> = {
      'a path': path,
      'a file URL': pathToFileURL(path),
      'a Blob': new Blob([bytes]),
      bytes,
      'a Buffer': Buffer.from(bytes),
      'a data URL': `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`,
      'an address': `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights`,
    }
    try {
      expect(await readWeights(layer, files[what] as string)).toEqual(layer.weights)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('one of more than a piece', async () => {
    const large = linear(1000, 700)
    writeFileSync(join(folder, 'large.npz'), writeWeights(large.weights, { format: 'npz' }))
    const read = await readWeights(large, join(folder, 'large.npz'))
    expect(sameBits(read.weight, large.weights.weight)).toBe(true)
  })

  test.each<[string, unknown, RegExp]>([
    ['missing', join(tmpdir(), 'none.safetensors'), /^Error: readWeights\('.*none\.safetensors'\): there is no such file$/],
    ['a directory', tmpdir(), /readWeights\('.*'\): this is a directory/],
    ['something else', new Blob(['hello world']), /^DecodeError: readWeights\(Blob of 11 bytes\): expected safetensors or npz, found/],
    ['a number', 7, /^TypeError: readWeights: expected a path, a URL, a Blob or a Uint8Array, got number$/],
    ['null', null, /got null$/],
  ])('%s: an error that says so', async (_, file, message) => {
    expect(await readWeights(layer, file as string).catch(String)).toMatch(message)
  })

  test('damaged: an error that names the file, the format and the place', async () => {
    const error: unknown = await readWeights(layer, new File([bytes.slice(0, -1)], 'net.safetensors')).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DecodeError)
    expect(error).toMatchObject({
      format: 'safetensors',
      message: expect.stringMatching(/^readWeights\('net\.safetensors'\): safetensors: 'bias': /),
    })
  })
})

test('weights restart a network in every way that weights can be given', async () => {
  const trained = linear(2, 3, { seed: 5 })
  const read = await readWeights(linear(2, 3), writeWeights(trained.weights))
  const [expected] = trained.step(ones(2))
  for (const layer of [linear(2, 3, { weights: read }), linear(2, 3).with({ weights: read }), linear(2, 3).with({ weights: of(read) })]) {
    const outputs: Tensor[] = []
    from([ones(2)])
      .pipe(layer)
      .subscribe((y) => outputs.push(y))
    expect(outputs.map(bitsOf)).toEqual([bitsOf(expected)])
  }
})
