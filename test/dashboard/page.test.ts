import type { Browser } from 'playwright-core'
import { filter, firstValueFrom, Subject } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { dashboard } from '../../sinks/dashboard.ts'
import { webSocketSink } from '../../sinks/web-socket.ts'
import { controls } from '../../sources/controls.ts'
import type { EventPacket } from '../../src/events.ts'
import { Tensor } from '../../src/tensor.ts'
import { browserName, chromePath, launch, open } from './chromium.ts'
import { camera } from './scene.ts'

const soon = (check: () => Promise<void> | void, timeout = 8_000) => vi.waitFor(check, { timeout, interval: 50 })
const text = (all: string | null) => (all ?? '').replace(/\u202f/g, '')

describe.skipIf(chromePath === undefined)(`the page in ${browserName}`, { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  }, 60_000)
  afterAll(() => browser?.close())

  test.each(['light', 'dark'] as const)('draws every panel without a fault, %s', async (colorScheme) => {
    await using view = dashboard({ port: 0, title: 'all panels', sliders: { gain: { value: 1, min: 0, max: 2 } } })
    const look = camera({ width: 64, height: 48, contrast: 4 })
    const [events, image, raster, traces] = [
      new Subject<EventPacket>(),
      new Subject<Tensor>(),
      new Subject<Tensor>(),
      new Subject<Tensor>(),
    ]
    events.subscribe(view.events('camera'))
    image.subscribe(view.image('edges'))
    raster.subscribe(view.raster('spikes'))
    traces.subscribe(view.traces('membranes', { threshold: 1 }))
    const { page, faults } = await open(browser, await view.address, { colorScheme })
    let step = 0
    const timer = setInterval(() => {
      step++
      const time = { t: step * 5000, dt: 5e-3 }
      events.next(look((step - 1) * 5000, step * 5000))
      image.next(
        new Tensor(
          [2, 6, 8],
          Float32Array.from({ length: 96 }, (_, k) => (k === 5 ? NaN : Math.sin(step + k))),
          time,
        ),
      )
      raster.next(
        new Tensor(
          [400],
          Float32Array.from({ length: 400 }, (_, k) => ((k * 7 + step) % 50 === 0 ? 1 : 0)),
          time,
        ),
      )
      traces.next(
        new Tensor(
          [400],
          Float32Array.from({ length: 400 }, (_, k) => ((step + k) % 20) / 20),
          time,
        ),
      )
    }, 5)
    await soon(async () => expect(await page.locator('.panel[data-state="live"]').count()).toBe(4))
    await page.waitForTimeout(500)
    expect(await page.title()).toBe('all panels')
    expect(await page.locator('.raster .note').textContent()).toBe('400 neurons')
    expect(await page.locator('.raster .foot').textContent()).toContain('256 of 400 neurons')
    // Every canvas shows more than one colour.
    const colours = await page.locator('canvas.screen, canvas.plot').evaluateAll((all) =>
      all.map((each) => {
        const canvas = each as HTMLCanvasElement
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height)
        return new Set(new Uint32Array(data.buffer)).size
      }),
    )
    expect(colours).toHaveLength(5)
    for (const count of colours) expect(count).toBeGreaterThan(2)
    // A click on a row of the raster draws its membrane.
    await page.locator('.raster canvas').click({ position: { x: 200, y: 60 } })
    await soon(async () => expect(await page.locator('.traces .chip').count()).toBe(5))
    await page.locator('.traces [data-role="add"]').fill('333')
    await page.keyboard.press('Enter')
    await soon(async () => expect(await page.locator('.traces .chip').last().textContent()).toBe('333 \u00d7'))
    await page.locator('.image canvas.screen').hover({ position: { x: 20, y: 20 } })
    expect(await page.locator('.image .note').textContent()).toMatch(/channel 0 {2}x \d {2}y \d/)
    // Pause freezes the pictures.
    await page.locator('h1').click()
    await page.keyboard.press('p')
    await soon(async () => expect(await page.locator('.panel[data-state="paused"]').count()).toBe(4))
    const shot = () => page.locator('.events canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    const frozen = await shot()
    await page.waitForTimeout(300)
    expect(await shot()).toBe(frozen)
    await page.keyboard.press('p')
    await soon(async () => expect(await shot()).not.toBe(frozen))
    clearInterval(timer)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('shows as many events as were sent, and says stale when they cease', async () => {
    await using view = dashboard({ port: 0 })
    const events = new Subject<EventPacket>()
    events.subscribe(view.events('camera'))
    const { page } = await open(browser, await view.address)
    const total = page.locator('[data-role="total"]')
    await soon(async () => expect(await page.locator('.events').getAttribute('data-state')).toBe('waiting'))
    const look = camera({ seed: 3 })
    let [on, off, inWindow] = [0, 0, { on: 0, off: 0 }]
    for (let k = 0; k < 100; k++) {
      const packet = look(k * 10_000, (k + 1) * 10_000)
      const ons = packet.p.reduce((sum, p) => sum + p, 0)
      on += ons
      off += packet.p.length - ons
      inWindow = { on: 0, off: 0 }
      events.next(packet)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const all = camera({ seed: 3 })
    const last = Array.from({ length: 100 }, (_, k) => all(k * 10_000, (k + 1) * 10_000))
    const end = (last[99] as EventPacket).t.at(-1) as number
    for (const { t, p } of last) t.forEach((each, k) => (each >= end - 33_000 ? (p[k] === 1 ? inWindow.on++ : inWindow.off++) : 0))
    await soon(async () => expect(text(await total.textContent())).toBe(String(on + off)))
    await soon(async () => {
      expect(text(await page.locator('[data-role="on"]').textContent())).toBe(String(inWindow.on))
      expect(text(await page.locator('[data-role="off"]').textContent())).toBe(String(inWindow.off))
    })
    await soon(async () => expect(await page.locator('.events [data-role="state"]').textContent()).toMatch(/^stale [1-9]\.\d s$/))
    // The window's slider, by keyboard.
    await page.locator('body').press(']')
    await soon(async () => expect(await page.locator('.events [data-role="number"]').inputValue()).toBe('66'))
    await page.context().close()
  })

  test('a slider of the page is a stream of the program, both ways', async () => {
    await using made = controls({
      port: 0,
      sliders: {
        gain: { value: 1, min: 0, max: 10 },
        rate: { value: 100, min: 10, max: 1000, log: true, unit: '1/s', label: 'membrane rate' },
      },
    })
    // The page lives as long as somebody uses its values.
    const used = made.gain.subscribe()
    const typed = firstValueFrom(made.gain.pipe(filter((value) => value === 7.25)))
    const { page, faults } = await open(browser, await made.address)
    const other = await open(browser, await made.address)
    const gain = page.locator('[data-slider="gain"]')
    await gain.locator('[data-role="number"]').fill('7.25')
    await page.keyboard.press('Tab')
    expect(await typed).toBe(7.25)
    await soon(async () => expect(await other.page.locator('[data-slider="gain"] [data-role="number"]').inputValue()).toBe('7.25'))
    const dragged = firstValueFrom(made.rate.pipe(filter((value) => value > 900)))
    await page.locator('[data-slider="rate"] [data-role="thumb"]').focus()
    await page.keyboard.press('End')
    expect(await dragged).toBe(1000)
    await gain.locator('.back').click()
    expect(await firstValueFrom(made.gain.pipe(filter((value) => value === 1)))).toBe(1)
    expect(faults).toEqual([])
    used.unsubscribe()
    await page.context().close()
    await other.page.context().close()
  })

  test('tells the end of a stream, and comes back when the program does', async () => {
    const sink = webSocketSink({ port: 0 })
    const values = new Subject<Tensor>()
    values.subscribe(sink)
    const address = await sink.address
    const { page } = await open(browser, address)
    values.next(new Tensor([4, 4], new Float32Array(16).fill(1)))
    await soon(async () => expect(await page.locator('.image[data-state="live"]').count()).toBe(1))
    values.complete()
    await sink.done
    await soon(async () => expect(await page.locator('#connection').textContent()).toBe('ended'))
    const again = webSocketSink({ port: Number(new URL(address).port) })
    const more = new Subject<Tensor>()
    more.subscribe(again)
    await soon(async () => expect(await page.locator('#connection').textContent()).toBe('connected'), 15_000)
    more.next(new Tensor([8], new Float32Array(8)))
    await soon(async () => expect(await page.locator('.image .note').textContent()).toBe('8 neurons'))
    more.complete()
    await again.done
    await page.context().close()
  })

  test('fits a phone', async () => {
    await using view = dashboard({ port: 0, sliders: { gain: { value: 1, min: 0, max: 2 } } })
    new Subject<EventPacket>().subscribe(view.events('a camera with quite a long name'))
    new Subject<Tensor>().subscribe(view.raster('population'))
    const { page } = await open(browser, await view.address, { viewport: { width: 390, height: 844 } })
    await soon(async () => expect(await page.locator('.panel:visible').count()).toBe(4))
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.context().close()
  })

  test('keeps up with 1 million events a second', async () => {
    await using view = dashboard({ port: 0 })
    const events = new Subject<EventPacket>()
    const sink = view.events('camera')
    events.subscribe(sink)
    const [width, height, count] = [640, 480, 1000]
    // A hundred different packets, stamped anew each time.
    const stock = Array.from({ length: 100 }, (_, n) => ({
      x: Uint16Array.from({ length: count }, (_, k) => (n * 6 + k * 7) % width),
      y: Uint16Array.from({ length: count }, (_, k) => (n * 4 + k * 13) % height),
      p: Uint8Array.from({ length: count }, (_, k) => (k >> 2) & 1),
    }))
    const { page, faults } = await open(browser, await view.address)
    const begin = performance.now()
    const before = process.memoryUsage()
    let sent = 0
    let spent = 0
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = performance.now() - begin
        const from = performance.now()
        for (; sent < due; sent++) {
          const t = new Float64Array(count).fill(sent * 1000)
          events.next({ t, ...(stock[sent % 100] as (typeof stock)[number]), width, height })
        }
        spent += performance.now() - from
        if (due > 5_000) {
          clearInterval(timer)
          resolve()
        }
      }, 5)
    })
    const elapsed = performance.now() - begin
    const done = performance.now()
    await soon(async () => expect(text(await page.locator('[data-role="total"]').textContent())).toBe(String(sent * count)))
    const late = performance.now() - done
    const display = await page.locator('[data-role="display"]').textContent()
    const grown = (process.memoryUsage().rss - before.rss) / 1e6
    console.log(
      `${((sent * count) / elapsed / 1000).toFixed(2)} Mev/s for ${(elapsed / 1000).toFixed(1)} s: ${((spent / elapsed) * 100).toFixed(1)} % of the thread in next(), page ${display}, counts complete after ${late.toFixed(0)} ms, memory +${grown.toFixed(0)} MB`,
    )
    events.complete()
    expect((await sink.done).dropped).toBeLessThan(30)
    expect(spent / elapsed).toBeLessThan(0.2)
    expect(late).toBeLessThan(3_000)
    expect(grown).toBeLessThan(250)
    expect(Number.parseInt(display ?? '', 10)).toBeGreaterThan(10)
    expect(faults).toEqual([])
    await page.context().close()
  })
})
