/** Bytes and back, and files that Python wrote. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { Tensor } from '../../src/tensor.ts'
import { crc32 } from '../../src/weights/crc32.ts'
import { readTensors, writeTensors } from '../../src/weights/formats.ts'
import { readNpy, writeNpy } from '../../src/weights/npy.ts'
import { readNpz } from '../../src/weights/npz.ts'
import { anyFile, bitsByName, bitsOf, fixture, RUNS } from './files.ts'

const formats = ['safetensors', 'npz'] as const
const expected = JSON.parse(new TextDecoder().decode(fixture('expected.json'))) as Record<
  'types' | 'layouts',
  Record<string, ReturnType<typeof bitsOf>>
>

describe.each(formats)('%s', (format) => {
  property.prop([anyFile], RUNS)('gives back every bit, name and word', async (file) => {
    const read = await readTensors(writeTensors(file, format))
    expect(bitsByName(read.tensors)).toEqual(bitsByName(file.tensors))
    expect([...read.tensors.keys()].sort()).toEqual([...file.tensors.keys()].sort())
    expect(read.metadata).toEqual(file.metadata)
  })

  property.prop([anyFile, fc.integer({ min: 1, max: 9 })], { ...RUNS, numRuns: 20 })(
    'reads bytes that begin anywhere in a buffer, also in a Buffer of Node',
    async (file, offset) => {
      const bytes = writeTensors(file, format)
      const moved = Buffer.alloc(offset + bytes.length + 5, 0xff)
      moved.set(bytes, offset)
      const read = await readTensors(moved.subarray(offset, offset + bytes.length))
      expect(bitsByName(read.tensors)).toEqual(bitsByName(file.tensors))
    },
  )

  test('what is read is a copy', async () => {
    const bytes = writeTensors({ tensors: new Map([['a', new Tensor([2], Float32Array.of(1, 2))]]), metadata: {} }, format)
    const { tensors } = await readTensors(bytes)
    bytes.fill(0)
    expect([...(tensors.get('a') as Tensor)]).toEqual([1, 2])
  })

  test('the same tensors give the same bytes', () => {
    const file = { tensors: new Map([['a', new Tensor([], Float32Array.of(1))]]), metadata: { b: 'c' } }
    expect(writeTensors(file, format)).toEqual(writeTensors(file, format))
  })
})

describe('the bytes are', () => {
  test('those of the format: safetensors', () => {
    const bytes = writeTensors({ tensors: new Map([['attn.0', new Tensor([1, 2], Float32Array.of(1, 2))]]), metadata: {} }, 'safetensors')
    const json = '{"attn.0":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
    const length = Math.ceil(json.length / 8) * 8
    expect(bytes.subarray(0, 8)).toEqual(Uint8Array.of(length, 0, 0, 0, 0, 0, 0, 0))
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(json.padEnd(length))
    expect(bytes.subarray(8 + length)).toEqual(Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64))
  })

  test.each([
    [[], '()'],
    [[3], '(3,)'],
    [[1, 3], '(1, 3)'],
  ])('those of the format: npy of shape %j', (shape, tuple) => {
    const bytes = writeNpy(new Tensor(shape, new Float32Array(shape.reduce((a, b) => a * b, 1))))
    const end = 10 + new DataView(bytes.buffer).getUint16(8, true)
    expect(end % 64).toBe(0)
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0])
    const header = new TextDecoder().decode(bytes.subarray(10, end))
    expect(header.trimEnd()).toBe(`{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`)
    expect(header.at(-1)).toBe('\n')
  })

  test('checked by the CRC-32 that everybody knows', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array(0))).toBe(0)
  })
})

describe('files that Python wrote', () => {
  test('types.safetensors: every type, to the bit', async () => {
    const { tensors } = await readTensors(fixture('types.safetensors'))
    expect(bitsByName(tensors)).toEqual(expected.types)
  })

  test('types.npz: every type, to the bit', async () => {
    const { bfloat16: _, ...types } = expected.types
    expect(bitsByName((await readTensors(fixture('types.npz'))).tensors)).toEqual(types)
  })

  test('layouts.npz: C and Fortran order, both byte orders, versions 1 to 3, stored and deflated', async () => {
    const { tensors, metadata } = await readTensors(fixture('layouts.npz'))
    expect(bitsByName(tensors)).toEqual(expected.layouts)
    expect(metadata).toEqual({})
  })

  test('the metadata of safetensors.torch', async () => {
    expect((await readTensors(fixture('network.safetensors'))).metadata).toEqual({ format: 'pt' })
  })

  test('an npy header may have its keys in another order, and come from Python 2', () => {
    const header = "{'shape': (2, ), 'descr': '<f4',   'fortran_order':False}\n"
    const bytes = Uint8Array.from([
      ...Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
      header.length,
      0,
      ...Buffer.from(header),
      ...new Uint8Array(8),
    ])
    expect(bitsOf(readNpy(bytes, { format: 'npy', at: 'a', offset: 0 }))).toEqual({ shape: [2], bits: [0, 0] })
  })

  test('an npz that expands to more than is allowed is refused before it is expanded', async () => {
    await expect(readNpz(fixture('layouts.npz'), 1000)).rejects.toThrow(/members of at most 1000 bytes together, found \d+/)
  })
})

const python = process.env['PYTHON'] ?? 'python3'
const hasPython = spawnSync(python, ['-c', 'import numpy, safetensors.numpy']).status === 0
const skipped = hasPython ? '' : `, SKIPPED: ${python} has no numpy and safetensors (PYTHON may name another)`

describe.skipIf(!hasPython)(`Python reads what we write${skipped}`, () => {
  test.each(formats)('%s', (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'rxspike-weights-'))
    try {
      const values = Float32Array.of(1.5, -0, Number.NaN, 1e-45, 3e38, Infinity)
      const tensors = new Map([
        ['fc1.weight', new Tensor([2, 3], values)],
        ['state.$draws', new Tensor([2], Float32Array.of(7, 0))],
        ['重み', new Tensor([], Float32Array.of(0.1))],
        ['none', new Tensor([0, 2], new Float32Array(0))],
      ])
      writeFileSync(join(folder, 'file'), writeTensors({ tensors, metadata: { rxspike: 'words' } }, format))
      const load = format === 'npz' ? 'dict(np.load(sys.argv[1], allow_pickle=False))' : 'safetensors.numpy.load_file(sys.argv[1])'
      const program = `
import sys, json, numpy as np, safetensors.numpy
read = ${load}
json.dump({name: {"shape": list(a.shape), "bits": a.view(np.uint32).reshape(-1).tolist()} for name, a in read.items()}, open(sys.argv[2], "w"))`
      const { status, stderr } = spawnSync(python, ['-c', program, join(folder, 'file'), join(folder, 'out')], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(JSON.parse(readFileSync(join(folder, 'out'), 'utf8'))).toEqual(bitsByName(tensors))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
