import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  decodeFrame,
  encodeCounts,
  encodeEvents,
  encodePicture,
  encodeSpikes,
  encodeTensor,
  encodeTraces,
  type Frame,
} from '../../src/dashboard/protocol.ts'
import { parsePageMessage } from '../../src/dashboard/control.ts'
import { DecodeError } from '../../src/errors.ts'

const envelope = { stream: fc.integer({ min: 0, max: 0xffff }), sequence: fc.integer({ min: 0, max: 0xffffffff }), t: fc.double() }
const f32 = fc.float().map(Math.fround)
const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
const floats = (length: number) => fc.array(f32, { minLength: length, maxLength: length }).map((all) => Float32Array.from(all))
const integers = (length: number, max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: length, maxLength: length })

const tensors = shapes.chain((shape) =>
  fc.record({
    kind: fc.constant('tensor' as const),
    ...envelope,
    dt: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    shape: fc.constant(shape),
    data: floats(shape.reduce((a, b) => a * b, 1)),
  }),
)
const events = fc
  .record({
    width: fc.integer({ min: 1, max: 0xffff }),
    height: fc.integer({ min: 1, max: 0xffff }),
    count: fc.integer({ min: 0, max: 20 }),
  })
  .chain(({ width, height, count }) =>
    fc.record({
      kind: fc.constant('events' as const),
      ...envelope,
      packet: fc.record({
        t: fc.array(fc.double(), { minLength: count, maxLength: count }).map((all) => Float64Array.from(all)),
        x: integers(count, width - 1).map((all) => Uint16Array.from(all)),
        y: integers(count, height - 1).map((all) => Uint16Array.from(all)),
        p: integers(count, 1).map((all) => Uint8Array.from(all)),
        width: fc.constant(width),
        height: fc.constant(height),
      }),
    }),
  )
const small = fc.integer({ min: 0, max: 6 })
const pictures = fc.tuple(small, small, small).chain(([channels, height, width]) =>
  fc.record({
    kind: fc.constant('picture' as const),
    ...envelope,
    channels: fc.constant(channels),
    height: fc.constant(height),
    width: fc.constant(width),
    step: fc.integer({ min: 1, max: 99 }),
    scale: f32,
    data: integers(channels * height * width, 255).map((all) => Int8Array.from(all)),
  }),
)
const counts = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }))
  .chain(([width, height, used]) =>
    fc.record({
      kind: fc.constant('counts' as const),
      ...envelope,
      width: fc.constant(width),
      height: fc.constant(height),
      on: fc.nat(),
      off: fc.nat(),
      from: fc.double(),
      index: used === undefined ? fc.constant(undefined) : integers(used, width * height - 1).map((all) => Uint32Array.from(all)),
      data: integers(used ?? width * height, 255).map((all) => Uint8Array.from(all)),
    }),
  )
const spikes = small.chain((count) =>
  fc.record({
    kind: fc.constant('spikes' as const),
    ...envelope,
    steps: fc.nat(),
    from: fc.double(),
    row: integers(count, 255).map((all) => Uint16Array.from(all)),
    age: floats(count),
  }),
)
const traces = fc.tuple(small, small).chain(([neurons, steps]) =>
  fc.record({
    kind: fc.constant('traces' as const),
    ...envelope,
    index: integers(neurons, 1e6).map((all) => Uint32Array.from(all)),
    age: floats(steps),
    value: floats(neurons * steps),
  }),
)
const frames: fc.Arbitrary<Frame> = fc.oneof(tensors, events, pictures, counts, spikes, traces)

function encode(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'tensor':
      return encodeTensor(frame)
    case 'events':
      return encodeEvents(frame)
    case 'picture':
      return encodePicture(frame)
    case 'counts':
      return encodeCounts(frame)
    case 'spikes':
      return encodeSpikes(frame)
    case 'traces':
      return encodeTraces(frame)
  }
}

/** A frame of these bytes, or undefined where they are refused as they should be. */
function attempt(bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return undefined
  }
}

describe('binary messages', () => {
  test.prop([frames])('come back as they were', (frame) => {
    expect(decodeFrame(encode(frame))).toEqual(frame)
  })

  test.prop([frames, fc.integer({ min: 1, max: 7 })])('come back from any place in memory', (frame, shift) => {
    const bytes = encode(frame)
    const moved = new Uint8Array(bytes.length + shift)
    moved.set(bytes, shift)
    expect(decodeFrame(moved.subarray(shift))).toEqual(frame)
    expect(decodeFrame(Buffer.from(moved.buffer).subarray(shift))).toEqual(frame)
  })

  test.prop([frames])('begin every column at a multiple of 8 bytes', (frame) => {
    const decoded = decodeFrame(encode(frame))
    const columns = Object.values(decoded.kind === 'events' ? decoded.packet : decoded).filter((each) => ArrayBuffer.isView(each))
    for (const column of columns) expect(column.byteOffset % 8).toBe(0)
  })

  test.prop([frames, fc.nat()])('are refused where they are cut short', (frame, at) => {
    const bytes = encode(frame)
    expect(attempt(bytes.slice(0, at % bytes.length))).toBeUndefined()
  })

  test.prop([frames, fc.uint8Array({ minLength: 1, maxLength: 9 })])('are refused where bytes are left over', (frame, more) => {
    const bytes = encode(frame)
    const longer = new Uint8Array(bytes.length + more.length)
    longer.set(bytes)
    longer.set(more, bytes.length)
    expect(attempt(longer)).toBeUndefined()
  })

  test.prop([frames, fc.nat(), fc.integer({ min: 0, max: 255 })])(
    'with a damaged byte are read within their bytes or refused',
    (frame, at, value) => {
      const bytes = encode(frame)
      bytes[at % bytes.length] = value
      const read = attempt(bytes)
      for (const column of Object.values(read ?? {}))
        if (ArrayBuffer.isView(column)) expect(column.buffer.byteLength).toBeLessThanOrEqual(bytes.length)
    },
  )

  test.prop([fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 80 })])(
    'of chance are refused with a DecodeError or read',
    (kind, rest) => {
      attempt(Uint8Array.of(kind, 1, ...rest))
      attempt(rest)
    },
  )

  test('that announce more than memory holds allocate nothing', () => {
    for (const kind of [1, 2, 3, 4, 5, 6]) {
      const bytes = new Uint8Array(64).fill(0xff)
      bytes.set([kind, 1])
      expect(() => decodeFrame(bytes)).toThrow(DecodeError)
    }
  })

  test('of another version say so', () => {
    const bytes = encodeTensor({ stream: 0, sequence: 0, t: 0, dt: undefined, shape: [1], data: Float32Array.of(1) })
    bytes[1] = 9
    expect(() => decodeFrame(bytes)).toThrow(/version 9, this is version 1: both ends need the same release/)
  })
})

describe('messages of a page', () => {
  test('are read', () => {
    expect(parsePageMessage('{"type":"slider","name":"gain","value":2}')).toEqual({ type: 'slider', name: 'gain', value: 2 })
    expect(parsePageMessage('{"type":"window","stream":0,"ms":20}')).toEqual({ type: 'window', stream: 0, ms: 20 })
    expect(parsePageMessage('{"type":"neurons","stream":1,"neurons":[1,2]}')).toEqual({ type: 'neurons', stream: 1, neurons: [1, 2] })
  })

  test.prop([
    fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({
          type: fc.constantFrom('slider', 'window', 'neurons', 'x'),
          name: fc.anything(),
          value: fc.anything(),
          stream: fc.anything(),
          neurons: fc.anything(),
          ms: fc.anything(),
        })
        .map((each) => {
          try {
            return JSON.stringify(each)
          } catch {
            return ''
          }
        }),
    ),
  ])('that are none are undefined', (text) => {
    const message = parsePageMessage(text)
    if (message?.type === 'slider') expect(Number.isFinite(message.value)).toBe(true)
    if (message?.type === 'neurons') expect(message.neurons.length).toBeLessThanOrEqual(8)
  })
})
