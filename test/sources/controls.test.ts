import { createServer } from 'node:http'
import { firstValueFrom, skip, take, toArray } from 'rxjs'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Observable } from 'rxjs'
import { controls } from '../../sources/controls.ts'
import type { Diagnostic } from '../../src/diagnostics.ts'
import { diagnostics } from '../../src/stream/diagnostics.ts'

const sliders = { gain: { value: 1, min: 0, max: 10 }, rate: { value: 100, min: 10, max: 1000, log: true, unit: '1/s' } } as const

/** A page without a browser. */
async function page(
  address: string,
): Promise<{ say(message: object | string): void; heard: { type: string; [key: string]: unknown }[]; close(): void }> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/view`)
  const heard: { type: string }[] = []
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0))
  return {
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    heard,
    close: () => socket.close(),
  }
}

describe('controls', () => {
  test('gives each slider as a stream of numbers', async () => {
    await using made = controls({ port: 0, sliders })
    expectTypeOf(made.gain).toEqualTypeOf<Observable<number>>()
    // @ts-expect-error there is no such slider
    expect(made.volume).toBeUndefined()
    const values = firstValueFrom(made.gain.pipe(take(3), toArray()))
    const { say, heard } = await page(await made.address)
    expect(heard[0]).toMatchObject({
      type: 'hello',
      sliders: [
        { name: 'gain', current: 1 },
        { name: 'rate', current: 100, unit: '1/s' },
      ],
    })
    say({ type: 'slider', name: 'gain', value: 2 })
    say({ type: 'slider', name: 'gain', value: 3.5 })
    expect(await values).toEqual([1, 2, 3.5])
  })

  test('begins every subscription with the current value, also after the page was closed', async () => {
    await using made = controls({ port: 0, sliders })
    const first = firstValueFrom(made.gain.pipe(skip(1)))
    const { say } = await page(await made.address)
    say({ type: 'slider', name: 'gain', value: 7 })
    await first
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await firstValueFrom(made.gain)).toBe(7)
    expect(await firstValueFrom(made.rate)).toBe(100)
  })

  test('clamps and reports what is out of range, and tells the page', async () => {
    await using made = controls({ port: 0, sliders })
    const seen: Diagnostic[] = []
    const listening = diagnostics.subscribe((what) => seen.push(what))
    const values = firstValueFrom(made.gain.pipe(take(2), toArray()))
    const { say, heard } = await page(await made.address)
    const other = await page(await made.address)
    say({ type: 'slider', name: 'gain', value: 99 })
    say({ type: 'slider', name: 'nothing', value: 1 })
    expect(await values).toEqual([1, 10])
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: 'slider', name: 'gain', value: 10 }))
    await vi.waitFor(() => expect(other.heard.at(-1)).toEqual({ type: 'slider', name: 'gain', value: 10 }))
    listening.unsubscribe()
    expect(seen).toContainEqual({ kind: 'clamped', at: 'controls.gain', message: 'gain: 99 is outside 0 to 10: 10 is used' })
  })

  test('opens with the first subscription and closes after the last', async () => {
    const made = controls({ port: 0, sliders })
    const subscription = made.gain.subscribe()
    const address = await made.address
    expect((await fetch(address)).status).toBe(200)
    subscription.unsubscribe()
    await vi.waitFor(() => expect(fetch(address)).rejects.toThrow('fetch failed'), { timeout: 3000 })
  })

  test('completes its streams when disposed', async () => {
    const made = controls({ port: 0, sliders })
    const all = firstValueFrom(made.gain.pipe(toArray()))
    await made.address
    await made[Symbol.asyncDispose]()
    expect(await all).toEqual([1])
    expect(await firstValueFrom(made.gain.pipe(toArray()))).toEqual([1])
  })

  test('a busy port is an error of the streams', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => busy.once('listening', resolve))
    const { port } = busy.address() as { port: number }
    await using made = controls({ port, sliders })
    await expect(firstValueFrom(made.gain.pipe(toArray()))).rejects.toThrow(`controls: port ${port} is in use`)
    busy.close()
  })

  test.each([
    [{ gain: { value: NaN, min: 0, max: 1 } }, TypeError, "controls: slider 'gain': value is NaN: a finite number is needed"],
    [{ gain: { value: 2, min: 0, max: 1 } }, RangeError, 'value 2 is outside 0 to 1'],
    [{ gain: { value: 1, min: 1, max: 1 } }, RangeError, 'min 1 must be below max 1'],
    [{ gain: { value: 1, min: 0, max: 2, log: true } }, RangeError, 'a logarithmic slider needs a min above 0'],
    [{ address: { value: 1, min: 0, max: 2 } }, RangeError, 'a slider needs another name'],
  ])('refuses %o', (wrong, kind, message) => {
    expect(() => controls({ port: 0, sliders: wrong })).toThrow(kind)
    expect(() => controls({ port: 0, sliders: wrong })).toThrow(message)
  })
})
