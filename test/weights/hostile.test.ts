/** Files that lie. Each is a DecodeError that names the place, what was expected and what was found; nothing hangs or eats the memory. */

import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/errors.ts'
import { ones, Tensor } from '../../src/tensor.ts'
import { crc32 } from '../../src/weights/crc32.ts'
import { readTensors, writeTensors } from '../../src/weights/formats.ts'
import { writeZip } from '../../src/weights/zip.ts'
import { fixture } from './files.ts'

const text = (value: string) => new TextEncoder().encode(value)

/** A safetensors file with this header, whatever it says. */
function safetensors(header: string | Uint8Array, data = 0, length?: number | bigint): Uint8Array {
  const json = typeof header === 'string' ? text(header) : header
  const bytes = new Uint8Array(8 + json.length + data)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true)
  bytes.set(json, 8)
  return bytes
}

const f32 = (shape: string, from: number, to: number) => `{"dtype":"F32","shape":${shape},"data_offsets":[${from},${to}]}`

/** An npz with one npy file of this header, whatever it says; the header's length is told as `more` bytes too long. */
function npz(header: string, data = 0, version = 1, more = 0): Uint8Array {
  const length = new Uint8Array(version === 1 ? 2 : 4)
  for (let k = 0; k < length.length; k++) length[k] = (header.length + more) >> (8 * k)
  const bytes = Uint8Array.from([0x93, ...text('NUMPY'), version, 0, ...length, ...text(header), ...new Uint8Array(data)])
  return writeZip(new Map([['a.npy', bytes]]), new Uint8Array(0))
}
const npy = (descr: string, shape: string, fortran = 'False') => `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`

/** A good zip of one stored member, with some bytes changed. `at` counts from the signature of the record. */
function patched(record: 'local' | 'central' | 'end', at: number, bytes: readonly number[]): Uint8Array {
  const file = writeTensors({ tensors: new Map([['a', ones(2)]]), metadata: {} }, 'npz')
  const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 }[record]
  const view = new DataView(file.buffer)
  let from = file.length - 22
  while (view.getUint32(from, true) !== signature) from--
  file.set(bytes, from + at)
  return file
}

/** One deflated member that says it has `size` bytes. */
function deflated(packed: Uint8Array, size: number, crc: number): Uint8Array {
  const file = writeZip(new Map([['a.npy', packed]]), new Uint8Array(0))
  const view = new DataView(file.buffer)
  const central = file.length - 22 - 46 - 5
  for (const [at, first] of [
    [0, 8],
    [central, 10],
  ] as const) {
    view.setUint16(at + first, 8, true)
    view.setUint32(at + first + 6, crc, true)
    view.setUint32(at + first + 14, size, true)
  }
  return file
}

const zeros = new Uint8Array(100_000)
const cases: readonly (readonly [name: string, file: Uint8Array, message: RegExp])[] = [
  ['nothing', new Uint8Array(0), /expected safetensors or npz, found an empty file/],
  ['a text', text('hello world'), /expected safetensors or npz, found a file that begins with "hello wo"/],
  ['one array', Uint8Array.from([0x93, ...text('NUMPY\x01\x00')]), /found a single array \(npy\).*numpy\.savez/],
  ['HDF5', Uint8Array.from([0x89, ...text('HDF\r\n\x1a\n')]), /found HDF5/],
  ['a pickle', Uint8Array.of(0x80, 2, 0x8a, 10), /found a Python pickle.*safetensors/],
  ['a file of torch.save', fixture('network.pt'), /'.*data\.pkl': expected arrays, found a file of torch\.save/],

  ['safetensors: a header longer than the file', safetensors('{}', 0, 99), /expected a header of 99 bytes, found 2 bytes and the end/],
  ['safetensors: a header of 200 MB', safetensors('{}', 0, 200_000_000), /at most 100000000 bytes, found a length of 200000000/],
  ['safetensors: a header of 2^64 - 1', safetensors('{}', 0, 2n ** 64n - 1n), /found a length of 18446744073709551615/],
  ['safetensors: a header that is no JSON', safetensors('{"a":'), /header: expected JSON, found \{"a":/],
  ['safetensors: a header with text after it', safetensors('{} x'), /header: expected JSON/],
  ['safetensors: a header that is not UTF-8', safetensors(Uint8Array.of(0x7b, 0x22, 0xff, 0x22)), /expected text in UTF-8 \(at byte 8\)/],
  [
    'safetensors: a name twice',
    safetensors(`{"a":${f32('[1]', 0, 4)},"\\u0061":${f32('[1]', 0, 4)}}`, 4),
    /every name once, found 'a' twice/,
  ],
  ['safetensors: no tensor', safetensors('{"a":[1]}'), /'a': expected \{ dtype, shape, data_offsets \}, found \[1\]/],
  ['safetensors: another type', safetensors('{"a":{"dtype":"F8_E4M3"}}'), /expected a dtype of F64, F32, .*, found "F8_E4M3"/],
  ['safetensors: a name as a type', safetensors('{"a":{"dtype":"constructor"}}'), /found "constructor"/],
  ['safetensors: a negative size', safetensors(`{"a":${f32('[-1,-1]', 0, 4)}}`, 4), /expected a shape of sizes from 0, found \[-1,-1\]/],
  ['safetensors: half a size', safetensors(`{"a":${f32('[0.5,2]', 0, 4)}}`, 4), /found \[0\.5,2\]/],
  ['safetensors: sizes that overflow', safetensors(`{"a":${f32('[4294967296,4294967296]', 0, 0)}}`), /expected 73786976294838210000 bytes/],
  [
    'safetensors: three offsets',
    safetensors('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}', 1),
    /expected data_offsets \[begin, end\], found/,
  ],
  ['safetensors: offsets that run backwards', safetensors(`{"a":${f32('[1]', 4, 0)}}`, 4), /expected 4 bytes .* data_offsets \[4, 0\]/],
  ['safetensors: fewer bytes than the shape has', safetensors(`{"a":${f32('[2]', 0, 4)}}`, 4), /expected 8 bytes for F32 of shape \[2\]/],
  [
    'safetensors: offsets beyond the end',
    safetensors(`{"a":${f32('[2]', 0, 8)}}`, 4),
    /'a': expected data_offsets within the 4 bytes of data, found \[0, 8\]/,
  ],
  [
    'safetensors: an overlap',
    safetensors(`{"a":${f32('[2]', 0, 8)},"b":${f32('[2]', 4, 12)}}`, 12),
    /'b': expected data that begins at 8, .* found 4/,
  ],
  [
    'safetensors: a hole',
    safetensors(`{"a":${f32('[1]', 0, 4)},"b":${f32('[1]', 8, 12)}}`, 12),
    /'b': expected data that begins at 4, .* found 8/,
  ],
  ['safetensors: bytes of no tensor', safetensors(`{"a":${f32('[1]', 0, 4)}}`, 9), /expected the end, found 5 bytes of no tensor/],
  [
    'safetensors: metadata that is no text',
    safetensors('{"__metadata__":{"a":1}}'),
    /__metadata__: expected text by name, found \{"a":1\}/,
  ],
  [
    'safetensors: a float64 beyond float32',
    Uint8Array.from([
      ...safetensors('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}'),
      ...new Uint8Array(Float64Array.of(1e300).buffer),
    ]),
    /'a': element 0 is 1e\+300: expected a value that float32 can hold/,
  ],

  ['npy: another version', npz(npy("'<f4'", '(1,)'), 4, 4), /expected npy version 1\.0, 2\.0 or 3\.0, found 4\.0/],
  ['npy: complex numbers', npz(npy("'<c8'", '(1,)'), 8), /npz: 'a\.npy': expected numbers of type .*, found <c8/],
  ['npy: Python objects', npz(npy("'|O'", '(1,)'), 8), /found \|O \(Python objects\)/],
  ['npy: columns', npz(npy("[('x', '<f4')]", '(1,)'), 4), /expected a header with descr \(one type\)/],
  ['npy: a negative size', npz(npy("'<f4'", '(-1,)'), 4), /expected a header with descr .* shape, found/],
  [
    'npy: sizes that overflow',
    npz(npy("'<f4'", '(99999999999999999999, 0)')),
    /expected 0 bytes for <f4 of shape \[100000000000000000000, 0\]/,
  ],
  ['npy: fewer bytes than the shape has', npz(npy("'<f4'", '(3,)'), 8), /expected 12 bytes for <f4 of shape \[3\], found 8/],
  ['npy: more bytes than the shape has', npz(npy("'<f4'", '(3,)'), 16), /expected 12 bytes for <f4 of shape \[3\], found 16/],
  ['npy: a header longer than the file', npz(npy("'<f4'", '(1,)'), 4, 1, 5), /expected a header of at most \d+ bytes, found a length of/],
  [
    'npy: a header of 70000 bytes',
    npz(npy("'<f4'", '(1,)').padEnd(70_000), 4, 2),
    /expected a header of at most 65535 bytes, found a length of 70000/,
  ],
  [
    'npy: something else',
    writeZip(new Map([['a.npy', text('hello world')]]), new Uint8Array(0)),
    /expected \\x93NUMPY, a version and a length, found 11 bytes/,
  ],
  [
    'npz: a member that is no array',
    writeZip(new Map([['../../etc/passwd', text('x')]]), new Uint8Array(0)),
    /'\.\.\/\.\.\/etc\/passwd': expected names that end with \.npy/,
  ],

  ['zip: a cut file', fixture('network.npz').subarray(0, 1000), /expected the directory at the end of the archive, found none/],
  [
    'zip: a directory beyond its end',
    patched('end', 16, [255, 255, 0, 0]),
    /expected a directory before byte \d+, found 51 bytes from 65535/,
  ],
  ['zip: more members than there are', patched('end', 10, [2, 0]), /directory: expected an entry, 1 of 2 before it/],
  ['zip: Zip64', patched('end', 10, [255, 255]), /found a Zip64 archive; save the tensors as safetensors/],
  ['zip: encrypted', patched('central', 8, [1, 8]), /'a\.npy' is encrypted/],
  ['zip: another compression', patched('central', 10, [12]), /compression method 0 \(stored\) or 8 \(deflate\), found 12/],
  ['zip: a wrong checksum', patched('central', 16, [0, 0, 0, 0]), /expected data of CRC-32 00000000, found [0-9a-f]{8}: they are damaged/],
  ['zip: a member elsewhere', patched('central', 42, [1, 0]), /'a\.npy': expected the header of a member/],
  ['zip: another name in the member', patched('local', 30, [0x62]), /expected the name that the directory has/],
  ['zip: a name that is not UTF-8', patched('central', 46, [0xff]), /directory: expected text in UTF-8/],
  [
    'zip: a size that is not that of the data',
    patched('central', 24, [7, 0]),
    /expected a size that 136 bytes of method 0 can have, found 7/,
  ],
  ['zip: data beyond the directory', patched('central', 20, [255, 255]), /expected 65535 bytes of data before byte/],
  ['zip: sizes of 4 GiB', patched('central', 24, [254, 255, 255, 255]), /members of at most 1073741824 bytes together, found 4294967294/],
  [
    'zip: a size that deflate cannot reach',
    deflated(deflateRawSync(zeros), 2 ** 30, 0),
    /expected a size that \d+ bytes of method 8 can have, found 1073741824/,
  ],
  ['zip: more than it says', deflated(deflateRawSync(zeros), 1000, 0), /expected 1000 bytes when expanded, found more/],
  ['zip: less than it says', deflated(deflateRawSync(zeros), 100_010, 0), /expected 100010 bytes when expanded, found 100000/],
  [
    'zip: deflated data that end early',
    deflated(deflateRawSync(zeros).subarray(0, 60), 50_000, crc32(zeros)),
    /expected deflated data: |bytes when expanded/,
  ],
  ['zip: deflated data that are none', deflated(Uint8Array.of(7, 7, 7, 7), 4, 0), /expected deflated data: /],
]

test.each(cases)('%s', async (_, file, message) => {
  const error: unknown = await readTensors(file).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DecodeError)
  const { message: found, offset } = error as DecodeError
  expect(found).toMatch(message)
  expect(offset).toBeGreaterThanOrEqual(0)
  expect(offset).toBeLessThanOrEqual(Math.max(file.length, 8))
})

test('a member inside another', async () => {
  const none = new Uint8Array(0)
  const inner = writeZip(new Map([['2.npy', text('x')]]), none).subarray(0, 36)
  const file = writeZip(
    new Map([
      ['1.npy', inner],
      ['2.npy', text('x')],
    ]),
    none,
  )
  new DataView(file.buffer).setUint32(file.length - 22 - 51 + 42, 35, true)
  await expect(readTensors(file)).rejects.toThrow(/zip: '2\.npy': expected a member that begins at 71 or later, .* found 35/)
})

test('a name twice in an archive', async () => {
  const file = writeZip(new Map([1, 2].map((k) => [`${k}.npy`, text('x')])), new Uint8Array(0))
  file.set(text('1.npy'), file.length - 22 - 5)
  await expect(readTensors(file)).rejects.toThrow(/directory: expected every name once, found '1\.npy' twice/)
})

describe('a file with random damage', () => {
  const sources = ['types.safetensors', 'network.safetensors', 'layouts.npz', 'network-deflated.npz', 'network.npz'].map((name) => ({
    name,
    bytes: fixture(name),
  }))
  const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
  /** Headers are at the beginning of one format and at the end of the other: most damage goes there. */
  const damage = fc.record({
    place: fc.oneof(
      place,
      place.map((p) => p * 0.1),
      place.map((p) => 1 - p * 0.3),
    ),
    bytes: fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 255, 0x7b, 0x22, 0x30, 0x2d)), {
      minLength: 1,
      maxLength: 8,
    }),
    kind: fc.constantFrom('replace', 'replace', 'insert', 'remove', 'cut'),
  })

  test.each(sources)('$name is read, or refused with a DecodeError', async ({ bytes }) => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        let file: Uint8Array = bytes
        for (const { place: where, bytes: with_, kind } of damages) {
          const at = Math.floor(where * file.length)
          const after = kind === 'insert' ? at : kind === 'cut' ? file.length : at + with_.length
          file = Uint8Array.from([...file.subarray(0, at), ...(kind === 'remove' || kind === 'cut' ? [] : with_), ...file.subarray(after)])
        }
        try {
          const { tensors } = await readTensors(file)
          for (const value of tensors.values()) {
            expect(value).toBeInstanceOf(Tensor)
            expect(value.data.length).toBeLessThanOrEqual(file.length * 1032)
          }
        } catch (error) {
          refused++
          if (!(error instanceof DecodeError)) throw error
        }
      }),
      { seed: 20240607, numRuns: 800 },
    )
    expect(refused).toBeGreaterThan(200)
  })
})

test.each([
  ['an array of arrays of arrays', `${'['.repeat(200_000)}`],
  ['a string without end', `{"${'a'.repeat(500_000)}`],
  ['a name of escapes', `{"${'\\\\'.repeat(200_000)}":1}`],
  ['two hundred thousand tensors', `{${Array.from({ length: 200_000 }, (_, k) => `"${k}":0`).join()}}`],
  ['a shape of a hundred thousand sizes', `{"a":${f32(`[${'1,'.repeat(99_999)}1]`, 0, 8)}}`],
])('a header with %s is refused', async (_, header) => {
  await expect(readTensors(safetensors(`{${header.slice(header.startsWith('{') ? 1 : 0)}`))).rejects.toBeInstanceOf(DecodeError)
})
