import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lz4Frame } from '../../src/codecs/aedat4/lz4-frame.ts'
import { xxh32 } from '../../src/codecs/aedat4/xxh32.ts'
import { lz4Literals } from './aedat4-file.ts'
import { ascii, hex, join } from './support.ts'

/** 12 events of 16 bytes. */
const content = new Uint8Array(12 * 16)
for (let k = 0; k < 12; k++) {
  const view = new DataView(content.buffer, 16 * k)
  view.setUint32(0, 1_000_000 + 7 * k, true)
  view.setUint16(8, k % 34, true)
  view.setUint16(10, (k * k) % 26, true)
  view.setUint8(12, k & 1)
}

const blocks =
  '4840420f00010013471000110102003300004e100031020004270013551000310300092000135c100031040010200013631000310500192000136a10003106000a200013711000310700172000137810003108000c2000137f100031090003200013861000310a00162000138d1000800b00110001000000'

/** As liblz4 (python lz4 4) wrote them. */
const independent = hex(`04224d186840c000000000000000 5f 78000000 ${blocks} 00000000`)
const checked = hex(`04224d187440bd 78000000 ${blocks} d379efbb 00000000 d7eb2437`)
/** 70000 zeros, then 300 times "abc": matches that overlap themselves, two linked blocks, a content checksum. */
const overlapping = hex(
  `04224d1844405e 0b010000 1f000100 ${'ff'.repeat(256)} e750 0000000000 25000000 0f0100 ${'ff'.repeat(17)} 6e3f616263 0300 ffffff6c 50 6263616263 00000000 a9329423`,
)

const lz4 = new Lz4Frame(2 ** 20)

describe('xxh32', () => {
  it.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('of %j', (text, hash) => expect(xxh32(ascii(text))).toBe(hash))
})

describe('LZ4 frames of liblz4', () => {
  it('independent blocks and content size', () =>
    expect(lz4.expand(independent)).toMatchObject({ state: 'whole', bytes: content, used: independent.length }))
  it('block and content checksums', () =>
    expect(lz4.expand(checked)).toMatchObject({ state: 'whole', bytes: content, used: checked.length }))
  it('matches that overlap themselves, over linked blocks', () => {
    expect(lz4.expand(overlapping)).toMatchObject({ state: 'whole', bytes: join(new Uint8Array(70000), ascii('abc'.repeat(300))) })
  })
  it('what follows the frame is not used', () =>
    expect(lz4.expand(join(checked, hex('0102030405')))).toMatchObject({ state: 'whole', used: checked.length }))
  it('a block checksum that does not fit', () => {
    const bytes = checked.slice()
    bytes[20]! ^= 1
    expect(lz4.expand(bytes)).toMatchObject({ state: 'bad' })
  })
  it('a content size that does not fit', () => {
    const bytes = independent.slice()
    bytes[6] = 0xc1
    bytes[14] = (xxh32(bytes.subarray(4, 14)) >>> 8) & 0xff
    expect(lz4.expand(bytes)).toMatchObject({ state: 'bad', expected: expect.stringContaining('193 expanded bytes') })
  })
  it('any cut is known as one, and what comes out is a beginning of the content', () => {
    for (let length = 0; length < checked.length; length++) {
      const { state, bytes } = lz4.expand(checked.subarray(0, length))
      expect(state).toBe('cut')
      expect(bytes).toEqual(content.subarray(0, bytes.length))
    }
  })
})

describe('LZ4 bounds', () => {
  const block = (body: string, flags = '4040c0'): Uint8Array => {
    const bytes = hex(body)
    return join(hex(`04224d18${flags}`), Uint8Array.of(bytes.length, 0, 0, 0), bytes, hex('00000000'))
  }
  it('a match before the beginning', () => expect(lz4.expand(block('10 41 0200 00'))).toMatchObject({ state: 'bad' }))
  it('a match at distance 0', () => expect(lz4.expand(block('10 41 0000 00'))).toMatchObject({ state: 'bad' }))
  it('literals past the block', () => expect(lz4.expand(block('f0 ff 00 41'))).toMatchObject({ state: 'bad' }))
  it('a length that the block ends in', () => expect(lz4.expand(block('f0 ff ff'))).toMatchObject({ state: 'bad' }))
  it('a match cannot reach into another independent block', () => {
    const linked = join(hex('04224d18 4040c0 04000000 30414243 04000000'), hex('00 0300 00'), hex('00000000'))
    expect(lz4.expand(linked)).toMatchObject({ state: 'whole', bytes: ascii('ABCABCA') })
    const flags = Uint8Array.of(0x60, 0x40)
    const alone = join(linked.subarray(0, 4), flags, Uint8Array.of((xxh32(flags) >>> 8) & 0xff), linked.subarray(7))
    expect(lz4.expand(alone)).toMatchObject({ state: 'bad' })
  })
  it('more output than allowed is refused without its memory', () => {
    // each block of 263 bytes expands to 65536
    const bomb = hex(`0b010000 1f000100 ${'ff'.repeat(256)} e7 500000000000`)
    expect(
      new Lz4Frame(2 ** 20).expand(join(hex('04224d18 4040c0'), ...Array.from({ length: 100 }, () => bomb), hex('00000000'))),
    ).toMatchObject({ state: 'bad' })
  })
  it('any bytes at all: never throws, never more than allowed', () => {
    const small = new Lz4Frame(4096)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { state, bytes: out, used } = small.expand(join(hex('04224d18 4040c0'), bytes))
        expect(['whole', 'cut', 'bad']).toContain(state)
        expect(out.length).toBeLessThanOrEqual(4096)
        expect(used).toBeLessThanOrEqual(7 + bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
  it('literals of any length come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), fc.integer({ min: 1, max: 400 }), (bytes, most) => {
        expect(lz4.expand(lz4Literals(bytes, most))).toMatchObject({ state: 'whole', bytes })
      }),
    )
  })
})

const hasTool = ((): boolean => {
  try {
    execFileSync('lz4', ['--version'])
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasTool)('LZ4 frames of the lz4 tool (skipped where it is not installed)', () => {
  it.each(['-1 -BD', '-9 -BD -BX', '-12 --content-size', '--fast=20 --no-frame-crc -B4 -BI', '-1 -B7 -BX'])('lz4 %s', (options) => {
    const run = (input: Uint8Array): Uint8Array =>
      new Uint8Array(execFileSync('lz4', [...options.split(' '), '-c', '-z', '-'], { input, stdio: ['pipe', 'pipe', 'ignore'] }))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(fc.constantFrom(...'abcabd'), { maxLength: 3000 }).map((letters) => ascii(letters.join(''))),
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), fc.integer({ min: 1, max: 30 }), (parts, times) => {
        const input = join(...Array.from({ length: times }, () => parts).flat())
        expect(lz4.expand(run(input))).toMatchObject({ state: 'whole', bytes: input })
      }),
      { numRuns: 20 },
    )
  })
})
