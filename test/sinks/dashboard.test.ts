import { createServer } from 'node:http'
import { config, firstValueFrom, type Observable, Subject, toArray } from 'rxjs'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { dashboard } from '../../sinks/dashboard.ts'
import type { Health, ServerMessage, StreamInfo } from '../../src/dashboard/control.ts'
import { decodeFrame, type Frame } from '../../src/dashboard/protocol.ts'
import { report } from '../../src/diagnostics.ts'
import type { EventPacket } from '../../src/events.ts'
import { Tensor } from '../../src/tensor.ts'

const packet = (count: number, t = 1000): EventPacket => ({
  t: new Float64Array(count).fill(t),
  x: new Uint16Array(count),
  y: new Uint16Array(count),
  p: new Uint8Array(count).fill(1),
  width: 4,
  height: 3,
})
const tensor = (k: number, values = [0, 1, 2]) => new Tensor([values.length], Float32Array.from(values), { t: k * 1000, dt: 1e-3 })

/** A page without a browser. */
async function page(address: string) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/view`)
  const heard: ServerMessage[] = []
  const frames: Frame[] = []
  socket.on('message', (data: Buffer, binary: boolean) =>
    binary ? frames.push(decodeFrame(new Uint8Array(data))) : heard.push(JSON.parse(String(data)) as ServerMessage),
  )
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  const streams = () => {
    const known = new Map<string, StreamInfo>()
    for (const message of heard) {
      if (message.type === 'hello') for (const each of message.streams) known.set(each.name, each)
      else if (message.type === 'stream') known.set(message.stream.name, message.stream)
    }
    return known
  }
  return {
    say: (message: object) => socket.send(JSON.stringify(message)),
    heard,
    frames,
    streams,
    health: () => heard.findLast((each): each is Health => each.type === 'health'),
  }
}
const soon = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 10 })

describe('dashboard', () => {
  test('shows every kind of stream, each as its own', async () => {
    await using view = dashboard({ port: 0, title: 'robot' })
    const [events, image, raster, traces] = [
      new Subject<EventPacket>(),
      new Subject<Tensor>(),
      new Subject<Tensor>(),
      new Subject<Tensor>(),
    ]
    events.subscribe(view.events('camera'))
    image.subscribe(view.image('edges'))
    raster.subscribe(view.raster('spikes', { threshold: 0.5 }))
    traces.subscribe(view.traces('v', { neurons: [2], threshold: 1 }))
    const { heard, frames, streams, health } = await page(await view.address)
    await soon(() => expect(heard[0]).toMatchObject({ type: 'hello', title: 'robot' }))
    events.next(packet(5))
    image.next(tensor(1))
    raster.next(tensor(1))
    traces.next(tensor(1))
    await soon(() => expect(frames.map(({ kind }) => kind).sort()).toEqual(['counts', 'picture', 'spikes', 'traces']))
    expect([...streams().values()]).toMatchObject([
      { name: 'camera', kind: 'events', shape: [3, 4], window: 33 },
      { name: 'edges', kind: 'image', shape: [3], dt: 1e-3 },
      { name: 'spikes', kind: 'raster', shape: [3], rows: [0, 1, 2], threshold: 0.5 },
      { name: 'v', kind: 'traces', shape: [3], neurons: [2], threshold: 1 },
    ])
    await soon(() =>
      expect(health()).toMatchObject({
        dt: 1e-3,
        streams: [{ received: 5, on: 5, off: 0 }, { received: 1 }, { received: 1 }, { received: 1 }],
      }),
    )
  })

  test('does as the page asks: window and neurons', async () => {
    await using view = dashboard({ port: 0 })
    const events = new Subject<EventPacket>()
    const traces = new Subject<Tensor>()
    events.subscribe(view.events('camera'))
    traces.subscribe(view.traces('v'))
    events.next(packet(1, 0))
    events.next(packet(2, 50_000))
    traces.next(tensor(1))
    const { say, frames, streams } = await page(await view.address)
    await soon(() => expect(frames.find(({ kind }) => kind === 'counts')).toMatchObject({ on: 2 }))
    say({ type: 'window', stream: 0, ms: 100 })
    await soon(() => expect(frames.findLast(({ kind }) => kind === 'counts')).toMatchObject({ on: 3 }))
    say({ type: 'window', stream: 0, ms: 1e9 })
    say({ type: 'window', stream: 99, ms: 1 })
    say({ type: 'neurons', stream: 1, neurons: [1, 50] })
    await soon(() => expect([streams().get('camera')?.window, streams().get('v')?.neurons]).toEqual([200, [1]]))
  })

  test('gives sliders as streams', async () => {
    const view = dashboard({ port: 0, sliders: { gain: { value: 1, min: 0, max: 2 } } })
    expectTypeOf(view.sliders.gain).toEqualTypeOf<Observable<number>>()
    const values = firstValueFrom(view.sliders.gain.pipe(toArray()))
    const { say } = await page(await view.address)
    say({ type: 'slider', name: 'gain', value: 1.5 })
    await soon(async () => expect(await firstValueFrom(view.sliders.gain)).toBe(1.5))
    await view[Symbol.asyncDispose]()
    expect(await values).toEqual([1, 1.5])
  })

  test('tells what was dropped and reported anywhere', async () => {
    await using view = dashboard({ port: 0 })
    const { health } = await page(await view.address)
    report({ kind: 'dropped', at: 'elsewhere', count: 3 })
    report({ kind: 'clamped', at: 'motor', message: 'too fast' })
    await soon(() =>
      expect(health()).toMatchObject({
        dropped: 3,
        notices: [
          { kind: 'dropped', at: 'elsewhere', total: 3 },
          { kind: 'clamped', message: 'too fast' },
        ],
      }),
    )
  })

  test('a stream that has ended says so, and may begin anew under its name', async () => {
    await using view = dashboard({ port: 0 })
    const first = new Subject<Tensor>()
    const sink = view.image('edges')
    first.subscribe(sink)
    expect(() => view.image('edges')).toThrow(RangeError)
    const { streams, frames } = await page(await view.address)
    first.next(tensor(1))
    first.complete()
    expect(await sink.done).toEqual({ received: 1, dropped: 0 })
    await soon(() => expect(streams().get('edges')?.ended).toBe(true))
    expect(frames).toHaveLength(1)
    expect(() => view.raster('edges')).toThrow(RangeError)
    const second = new Subject<Tensor>()
    second.subscribe(view.image('edges'))
    second.next(tensor(9, [4]))
    await soon(() => expect(streams().get('edges')).toMatchObject({ id: 0, shape: [1] }))
    expect(streams().get('edges')?.ended).toBeUndefined()
  })

  test('a busy port is an error of the address and of every sink, and unhandled where nobody asks', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => busy.once('listening', resolve))
    const { port } = busy.address() as { port: number }
    const unhandled = new Promise((resolve) => (config.onUnhandledError = resolve))
    const quiet = dashboard({ port })
    expect(await unhandled).toMatchObject({ name: 'DeviceError', remedy: expect.stringContaining('choose another port') as string })
    config.onUnhandledError = null
    const view = dashboard({ port })
    const values = new Subject<Tensor>()
    const sink = view.image('edges')
    values.subscribe(sink)
    await expect(view.address).rejects.toThrow(`dashboard: port ${port} is in use`)
    values.next(tensor(1))
    await expect(sink.done).rejects.toThrow('is in use')
    await view[Symbol.asyncDispose]()
    await quiet[Symbol.asyncDispose]()
    busy.close()
  })

  test('refuses what cannot be', () => {
    expect(() => dashboard({ port: 99_999 })).toThrow(RangeError)
    expect(() => dashboard({ port: 0, dt: 0 })).toThrow(RangeError)
  })

  test('refuses streams that cannot be', async () => {
    await using view = dashboard({ port: 0 })
    expect(() => view.events('')).toThrow(TypeError)
    expect(() => view.raster('a', { threshold: NaN })).toThrow(RangeError)
    expect(() => view.traces('a', { neurons: [1.5] })).toThrow(RangeError)
    expect(() => view.traces('a', { neurons: [0, 1, 2, 3, 4, 5, 6, 7, 8] })).toThrow(/9 traces: 8 at most/)
  })
})
