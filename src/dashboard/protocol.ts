/**
 * Binary messages: values as they are (`tensor`, `events`) for machines, and pictures of them for the page, small enough for a
 * display. The envelope is in `frame.ts`; the JSON messages that announce streams are in `control.ts`.
 *
 * | kind | payload, after the envelope of 16 bytes |
 * | --- | --- |
 * | 1 tensor | dt f64 (NaN: none), rank u32, 0 u32; shape u32[rank], data f32[] |
 * | 2 events | count u32, width u16, height u16; t f64[], x u16[], y u16[], p u8[] |
 * | 3 picture | channels, height, width, step u16, scale f32, 0 u32; data i8[channels*height*width] |
 * | 4 counts | width u16, height u16, used u32, on u32, off u32, from f64; sparse: index u32[used], data u8[used]; dense: data u8[w*h] |
 * | 5 spikes | count u32, steps u32, from f64; row u16[], age f32[] |
 * | 6 traces | neurons u32, steps u32; index u32[neurons], age f32[steps], value f32[neurons*steps] |
 */

import type { EventPacket } from '../events.ts'
import { type Envelope, layout, message, Reader, wrong } from './frame.ts'

export const kinds = { tensor: 1, events: 2, picture: 3, counts: 4, spikes: 5, traces: 6 } as const
/** `used` of a counts message that holds every pixel. */
const dense = 0xffffffff
/** Axes of a tensor. */
const maxRank = 16

/** Dense values; `dt` in seconds. */
export interface TensorFrame extends Envelope {
  readonly kind: 'tensor'
  readonly dt: number | undefined
  readonly shape: readonly number[]
  readonly data: Float32Array
}
export interface EventsFrame extends Envelope {
  readonly kind: 'events'
  readonly packet: EventPacket
}
/** A tensor for the eye. A value is `data * scale / 127`; -128 stands for NaN. One element for every `step` by `step` of the original. */
export interface PictureFrame extends Envelope {
  readonly kind: 'picture'
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly step: number
  readonly scale: number
  readonly data: Int8Array
}
/** Events of one window for the eye. A byte of `data` holds ON counts in its low half and OFF counts in its high half, 15 at most. */
export interface CountsFrame extends Envelope {
  readonly kind: 'counts'
  readonly width: number
  readonly height: number
  /** Events in the window, all of them counted. */
  readonly on: number
  readonly off: number
  /** The window's begin, microseconds. */
  readonly from: number
  /** Pixels of `data`, or undefined where `data` holds them all. */
  readonly index: Uint32Array | undefined
  readonly data: Uint8Array
}
/** Spikes of the rows of a raster. `age`: microseconds before `t`. */
export interface SpikesFrame extends Envelope {
  readonly kind: 'spikes'
  readonly steps: number
  /** Begin of the stretch of time that this message covers, microseconds. */
  readonly from: number
  readonly row: Uint16Array
  readonly age: Float32Array
}
/** Values of a few neurons, neuron after neuron. `age`: microseconds before `t`. */
export interface TracesFrame extends Envelope {
  readonly kind: 'traces'
  readonly index: Uint32Array
  readonly age: Float32Array
  readonly value: Float32Array
}
export type Frame = TensorFrame | EventsFrame | PictureFrame | CountsFrame | SpikesFrame | TracesFrame

/** What an encoder takes: a frame without the name of its kind. */
type Content<F extends Frame> = Omit<F, 'kind'>

export function encodeTensor(frame: Content<TensorFrame>): Uint8Array {
  const { shape, data } = frame
  const { offsets, end } = layout(16, [
    { count: shape.length, size: 4 },
    { count: data.length, size: 4 },
  ])
  const { bytes, view } = message(kinds.tensor, frame, end)
  view.setFloat64(16, frame.dt ?? NaN, true)
  view.setUint32(24, shape.length, true)
  new Uint32Array(bytes.buffer, offsets[0], shape.length).set(shape)
  new Float32Array(bytes.buffer, offsets[1], data.length).set(data)
  return bytes
}

export function encodeEvents(frame: Content<EventsFrame>): Uint8Array {
  const { t, x, y, p, width, height } = frame.packet
  const count = t.length
  const { offsets, end } = layout(8, [
    { count, size: 8 },
    { count, size: 2 },
    { count, size: 2 },
    { count, size: 1 },
  ])
  const { bytes, view } = message(kinds.events, frame, end)
  view.setUint32(16, count, true)
  view.setUint16(20, width, true)
  view.setUint16(22, height, true)
  new Float64Array(bytes.buffer, offsets[0], count).set(t)
  new Uint16Array(bytes.buffer, offsets[1], count).set(x)
  new Uint16Array(bytes.buffer, offsets[2], count).set(y)
  bytes.set(p, offsets[3])
  return bytes
}

export function encodePicture(frame: Content<PictureFrame>): Uint8Array {
  const { data } = frame
  const { offsets, end } = layout(16, [{ count: data.length, size: 1 }])
  const { bytes, view } = message(kinds.picture, frame, end)
  view.setUint16(16, frame.channels, true)
  view.setUint16(18, frame.height, true)
  view.setUint16(20, frame.width, true)
  view.setUint16(22, frame.step, true)
  view.setFloat32(24, frame.scale, true)
  new Int8Array(bytes.buffer, offsets[0], data.length).set(data)
  return bytes
}

export function encodeCounts(frame: Content<CountsFrame>): Uint8Array {
  const { index, data } = frame
  const columns = [...(index === undefined ? [] : [{ count: index.length, size: 4 }]), { count: data.length, size: 1 }]
  const { offsets, end } = layout(24, columns)
  const { bytes, view } = message(kinds.counts, frame, end)
  view.setUint16(16, frame.width, true)
  view.setUint16(18, frame.height, true)
  view.setUint32(20, index?.length ?? dense, true)
  view.setUint32(24, frame.on, true)
  view.setUint32(28, frame.off, true)
  view.setFloat64(32, frame.from, true)
  if (index !== undefined) new Uint32Array(bytes.buffer, offsets[0], index.length).set(index)
  bytes.set(data, offsets.at(-1))
  return bytes
}

export function encodeSpikes(frame: Content<SpikesFrame>): Uint8Array {
  const { row, age } = frame
  const { offsets, end } = layout(16, [
    { count: row.length, size: 2 },
    { count: age.length, size: 4 },
  ])
  const { bytes, view } = message(kinds.spikes, frame, end)
  view.setUint32(16, row.length, true)
  view.setUint32(20, frame.steps, true)
  view.setFloat64(24, frame.from, true)
  new Uint16Array(bytes.buffer, offsets[0], row.length).set(row)
  new Float32Array(bytes.buffer, offsets[1], age.length).set(age)
  return bytes
}

export function encodeTraces(frame: Content<TracesFrame>): Uint8Array {
  const { index, age, value } = frame
  const { offsets, end } = layout(8, [
    { count: index.length, size: 4 },
    { count: age.length, size: 4 },
    { count: value.length, size: 4 },
  ])
  const { bytes, view } = message(kinds.traces, frame, end)
  view.setUint32(16, index.length, true)
  view.setUint32(20, age.length, true)
  new Uint32Array(bytes.buffer, offsets[0], index.length).set(index)
  new Float32Array(bytes.buffer, offsets[1], age.length).set(age)
  new Float32Array(bytes.buffer, offsets[2], value.length).set(value)
  return bytes
}

/**
 * Reads any message. Columns are views of `bytes` where they are aligned, so nothing is allocated that the bytes do not hold.
 * @throws DecodeError for anything that is not exactly one message of this version.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes)
  const decode = decoders[reader.kind]
  if (decode === undefined) throw wrong(`unknown kind ${reader.kind}: 1 to ${decoders.length - 1} are known`, 0)
  const frame = decode(reader, reader.envelope)
  reader.end()
  return frame
}

const decoders: readonly (((reader: Reader, envelope: Envelope) => Frame) | undefined)[] = [
  undefined,
  (reader, envelope) => {
    const dt = reader.f64()
    const rank = reader.u32()
    reader.u32()
    if (rank > maxRank) throw wrong(`a tensor of ${rank} axes: ${maxRank} at most are allowed`, 24)
    const shape = [...reader.column(Uint32Array, rank)]
    const size = shape.reduce((product, each) => product * each, 1)
    return { kind: 'tensor', ...envelope, dt: Number.isNaN(dt) ? undefined : dt, shape, data: reader.column(Float32Array, size) }
  },
  (reader, envelope) => {
    const count = reader.u32()
    const width = reader.u16()
    const height = reader.u16()
    const t = reader.column(Float64Array, count)
    const x = reader.column(Uint16Array, count)
    const y = reader.column(Uint16Array, count)
    const p = reader.column(Uint8Array, count)
    if (!x.every((each) => each < width) || !y.every((each) => each < height))
      throw wrong(`an event outside ${width} x ${height} pixels`, 24)
    return { kind: 'events', ...envelope, packet: { t, x, y, p, width, height } }
  },
  (reader, envelope) => {
    const [channels, height, width, step] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()]
    const scale = reader.f32()
    reader.u32()
    return { kind: 'picture', ...envelope, channels, height, width, step, scale, data: reader.column(Int8Array, channels * height * width) }
  },
  (reader, envelope) => {
    const [width, height] = [reader.u16(), reader.u16()]
    const [used, on, off] = [reader.u32(), reader.u32(), reader.u32()]
    const from = reader.f64()
    const index = used === dense ? undefined : reader.column(Uint32Array, used)
    if (index !== undefined && !index.every((each) => each < width * height)) throw wrong(`a pixel outside ${width} x ${height}`, 40)
    const data = reader.column(Uint8Array, index === undefined ? width * height : used)
    return { kind: 'counts', ...envelope, width, height, on, off, from, index, data }
  },
  (reader, envelope) => {
    const [count, steps] = [reader.u32(), reader.u32()]
    const from = reader.f64()
    return { kind: 'spikes', ...envelope, steps, from, row: reader.column(Uint16Array, count), age: reader.column(Float32Array, count) }
  },
  (reader, envelope) => {
    const [neurons, steps] = [reader.u32(), reader.u32()]
    const index = reader.column(Uint32Array, neurons)
    const age = reader.column(Float32Array, steps)
    return { kind: 'traces', ...envelope, index, age, value: reader.column(Float32Array, neurons * steps) }
  },
]
