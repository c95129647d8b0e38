import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { EventsChannel } from '../../src/dashboard/channels/events.ts'
import { ImageChannel, pictureOf, quantize } from '../../src/dashboard/channels/image.ts'
import { evenRows, RasterChannel } from '../../src/dashboard/channels/raster.ts'
import { TracesChannel } from '../../src/dashboard/channels/traces.ts'
import { type CountsFrame, decodeFrame, type PictureFrame, type SpikesFrame, type TracesFrame } from '../../src/dashboard/protocol.ts'
import type { EventPacket } from '../../src/events.ts'
import { Tensor } from '../../src/tensor.ts'

const [width, height] = [7, 5]
const events = fc.array(fc.record({ dt: fc.integer({ min: 0, max: 9_000 }), x: fc.nat(width - 1), y: fc.nat(height - 1), p: fc.nat(1) }), {
  maxLength: 60,
})
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 })

interface Event {
  readonly t: number
  readonly x: number
  readonly y: number
  readonly p: number
}
const packet = (all: readonly Event[]): EventPacket => ({
  t: Float64Array.from(all, ({ t }) => t),
  x: Uint16Array.from(all, ({ x }) => x),
  y: Uint16Array.from(all, ({ y }) => y),
  p: Uint8Array.from(all, ({ p }) => p),
  width,
  height,
})
const tensor = (data: readonly number[], t?: number, shape = [data.length]) => new Tensor(shape, Float32Array.from(data), { t, dt: 1e-3 })

describe('EventsChannel', () => {
  test.prop([events, cuts, fc.integer({ min: 1, max: 200 })])(
    'counts exactly the events of its window, however packets are cut',
    (steps, lengths, ms) => {
      let t = 1e15
      const all = steps.map(({ dt, ...rest }) => ({ t: (t += dt), ...rest }))
      const channel = new EventsChannel()
      channel.next(packet([]))
      channel.choose({ ms })
      for (let k = 0, n = 0; k < all.length; n++) {
        const length = lengths[n % lengths.length] as number
        channel.next(packet(all.slice(k, k + length)))
        k += length
      }
      const frame = decodeFrame(channel.frame(3, 4) as Uint8Array) as CountsFrame
      const from = t - ms * 1000
      const seen = all.filter((each) => each.t >= from)
      expect(frame).toMatchObject({
        stream: 3,
        sequence: 4,
        width,
        height,
        on: seen.filter(({ p }) => p === 1).length,
        off: seen.filter(({ p }) => p === 0).length,
      })
      const image = new Uint8Array(width * height)
      if (frame.index === undefined) image.set(frame.data)
      else frame.index.forEach((pixel, k) => (image[pixel] = frame.data[k] as number))
      for (let pixel = 0; pixel < image.length; pixel++) {
        const here = seen.filter(({ x, y }) => y * width + x === pixel)
        const on = here.filter(({ p }) => p === 1).length
        expect(image[pixel]).toBe(Math.min(on, 15) | (Math.min(here.length - on, 15) << 4))
      }
      expect(channel.received).toBe(all.length)
      expect(channel.frame(3, 5)).toBeUndefined()
    },
  )

  test('begins anew where a recording does', () => {
    const channel = new EventsChannel()
    channel.next(packet([{ t: 9e6, x: 1, y: 1, p: 1 }]))
    channel.next(packet([{ t: 100, x: 2, y: 2, p: 0 }]))
    expect(decodeFrame(channel.frame(0, 0) as Uint8Array)).toMatchObject({ on: 0, off: 1 })
  })

  test('keeps no more than 200 ms, and 4 million events', () => {
    const channel = new EventsChannel()
    const many = packet(Array.from({ length: 1000 }, (_, k) => ({ t: k, x: 0, y: 0, p: 1 })))
    for (let k = 0; k < 20_000; k++) channel.next(many)
    channel.choose({ ms: 200 })
    const frame = decodeFrame(channel.frame(0, 0) as Uint8Array) as CountsFrame
    expect(frame.on).toBeLessThanOrEqual(4e6)
    expect(channel.received).toBe(20e6)
  })
})

describe('ImageChannel', () => {
  test.prop([fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 })])(
    'is within half a level of every value',
    (values) => {
      const channel = new ImageChannel()
      const data = Float32Array.from(values)
      channel.next(new Tensor([data.length], data))
      const frame = decodeFrame(channel.frame(0, 0) as Uint8Array) as PictureFrame
      data.forEach((value, k) =>
        expect(Math.abs(((frame.data[k] as number) * frame.scale) / 127 - value)).toBeLessThanOrEqual(frame.scale / 253),
      )
    },
  )

  test('shows NaN as no value and infinities at the ends', () => {
    const picture = pictureOf([4])
    expect([...quantize(Float32Array.of(NaN, Infinity, -Infinity, 2), picture).data]).toEqual([-128, 127, -127, 127])
  })

  test('lays shapes out for the eye', () => {
    expect(pictureOf([480, 640])).toMatchObject({ channels: 1, height: 480, width: 640, step: 1 })
    expect(pictureOf([2, 480, 640])).toMatchObject({ channels: 2, height: 480, width: 640 })
    expect(pictureOf([8, 3, 4, 5])).toMatchObject({ channels: 3, height: 4, width: 5 })
    expect(pictureOf([10])).toMatchObject({ channels: 1, height: 1, width: 10 })
    expect(pictureOf([1000])).toMatchObject({ height: 32, width: 32 })
    expect(pictureOf([])).toMatchObject({ channels: 1, height: 1, width: 1 })
  })

  test.prop([fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 2, maxLength: 4 })])(
    'is never more than a million pixels',
    (shape) => {
      const { channels, height, width } = pictureOf(shape)
      expect(channels * height * width).toBeLessThanOrEqual(1 << 20)
      expect(channels).toBeGreaterThanOrEqual(1)
    },
  )

  test('is thinned evenly where it is too large', () => {
    const shape = [1, 1200, 1600]
    const picture = pictureOf(shape)
    expect(picture.step).toBe(2)
    const data = Float32Array.from({ length: 1200 * 1600 }, (_, k) => (k % 1600 === 2 ? 1 : 0))
    const { data: seen } = quantize(data, picture)
    expect(seen.slice(0, 3)).toEqual(Int8Array.of(0, 127, 0))
  })

  test('is asked again only for what is new', () => {
    const channel = new ImageChannel()
    expect(channel.frame(0, 0)).toBeUndefined()
    channel.next(tensor([1]))
    expect(channel.frame(0, 0)).toBeDefined()
    expect(channel.frame(0, 1)).toBeUndefined()
  })
})

describe('RasterChannel', () => {
  test('chooses rows evenly and says which', () => {
    expect(evenRows(3)).toEqual([0, 1, 2])
    expect(evenRows(512).slice(0, 3)).toEqual([0, 2, 4])
    expect(evenRows(100_000)).toHaveLength(256)
    expect(new Set(evenRows(257)).size).toBe(256)
  })

  test('gathers what spiked between two pictures', () => {
    const channel = new RasterChannel(0)
    channel.watched = true
    channel.next(tensor([0, 1, 0], 1000))
    channel.next(tensor([0, 0, 0], 2000))
    channel.next(tensor([1, 0, 1], 3000))
    const frame = decodeFrame(channel.frame(0, 0) as Uint8Array) as SpikesFrame
    expect(frame).toMatchObject({ t: 3000, from: 0, steps: 3 })
    expect([...frame.row]).toEqual([1, 0, 2])
    expect([...frame.age]).toEqual([2000, 0, 0])
    expect(channel.activity).toBe(3)
    expect(channel.frame(0, 1)).toBeUndefined()
  })

  test('gathers nothing while nobody looks, and counts all the same', () => {
    const channel = new RasterChannel(0)
    for (let k = 0; k < 100; k++) channel.next(tensor([1, 1], k))
    expect(channel.frame(0, 0)).toBeUndefined()
    expect(channel.activity).toBe(200)
  })

  test('loses and counts what is more than a message holds', () => {
    const channel = new RasterChannel(0)
    channel.watched = true
    const all = tensor(Array.from({ length: 256 }, () => 1))
    for (let k = 0; k < 300; k++) channel.next(all)
    const frame = decodeFrame(channel.frame(0, 0) as Uint8Array) as SpikesFrame
    expect(frame.row.length + channel.lost).toBe(256 * 300)
    expect(frame.row.length).toBe(1 << 16)
  })
})

describe('TracesChannel', () => {
  test('follows the neurons that were chosen', () => {
    const channel = new TracesChannel([2, 0, 99], 1)
    channel.watched = true
    channel.next(tensor([1, 2, 3], 1000))
    channel.next(tensor([4, 5, 6], 2000))
    const frame = decodeFrame(channel.frame(0, 0) as Uint8Array) as TracesFrame
    expect([...frame.index]).toEqual([2, 0])
    expect([...frame.value]).toEqual([3, 6, 1, 4])
    expect([...frame.age]).toEqual([1000, 0])
    channel.choose({ neurons: [1, 1, 7] })
    channel.next(tensor([7, 8, 9], 3000))
    expect([...(decodeFrame(channel.frame(0, 1) as Uint8Array) as TracesFrame).value]).toEqual([8])
  })
})
