/** The built command with its page: from outside, as a browser and a terminal see it. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerMessage } from '../../src/dashboard/control.ts'
import { fixturePath } from '../codecs/support.ts'
import { browserName, chromePath, launch, open } from '../dashboard/chromium.ts'
import { built, command, isFree, node, type Running, rxspike } from './processes.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, beside whatever else runs here

beforeAll(built, 180_000)

const soon = (check: () => Promise<void> | void, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 50 })
const start = (...words: string[]): Running => node([command, '--port', '0', ...words])
const portOf = (address: string): number => Number(new URL(address).port)

/** A page without a browser: what it is told, and a mouth. */
async function viewer(address: string): Promise<Disposable & { readonly heard: readonly ServerMessage[]; say(message: object): void }> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/view`)
  const heard: ServerMessage[] = []
  socket.on('message', (data, binary) => binary || heard.push(JSON.parse(String(data)) as ServerMessage))
  await once(socket, 'open')
  return { heard, say: (message) => socket.send(JSON.stringify(message)), [Symbol.dispose]: () => socket.terminate() }
}

const sliderOf = (heard: readonly ServerMessage[], name: string): number | undefined =>
  heard
    .flatMap((each) =>
      each.type === 'hello'
        ? (each.sliders.find((slider) => slider.name === name)?.current ?? [])
        : each.type === 'slider' && each.name === name
          ? each.value
          : [],
    )
    .at(-1)

describe('the command with its page', () => {
  test('--port 0 says where it is, and the page is there', async () => {
    await using running = start()
    const address = await running.address()
    expect(portOf(address)).toBeGreaterThan(0)
    expect(running.stderr).toContain(`The edge detector runs on ${address} (Ctrl-C ends it)\n`)
    const reply = await fetch(address)
    expect(reply.status).toBe(200)
    expect(await reply.text()).toContain('<title>rxspike: edges</title>')
    expect(running.stdout).toBe('')
  })

  test('Ctrl-C ends it at once, also with a page open, and frees the port', async () => {
    await using running = start()
    const address = await running.address()
    using page = await viewer(address)
    await soon(() => expect(page.heard.some(({ type }) => type === 'rates')).toBe(true))
    const begin = performance.now()
    running.child.kill('SIGINT')
    const { code, signal, stderr } = await running.ended(10)
    expect(performance.now() - begin).toBeLessThan(2_000)
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(stderr).toMatch(/moving scene \(346x260\): [\d,]+ events, [\d,]+ frames, [\d,]+ spikes of the noise filter\n.* x real time/)
    expect(stderr).not.toContain('The events ended')
    expect(await isFree(portOf(address))).toBe(true)
  })

  test('a busy port is said with the remedy, exit 1', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as { port: number }
    const { code, stdout, stderr } = await rxspike(['--port', String(port)])
    busy.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`port ${port} is in use`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('an address of another machine is said with the remedy, exit 1', async () => {
    const { code, stderr } = await rxspike(['--port', '0', '--host', '192.0.2.1'])
    expect(code).toBe(1)
    expect(stderr).toContain("'192.0.2.1' is no address of this machine. Use '127.0.0.1'")
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('the page stays when the recording has ended, and the summary is of the recording', async () => {
    await using running = start(fixturePath('event-stream-dvs.es'))
    const address = await running.address()
    await running.says(/The events ended; the page stays until Ctrl-C\./)
    expect((await fetch(address)).status).toBe(200)
    using page = await viewer(address)
    await soon(() =>
      expect(page.heard.findLast((each) => each.type === 'health')?.streams.find(({ on }) => on !== undefined)).toMatchObject({
        on: 7746,
        off: 4254,
      }),
    )
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended(10)
    expect(code).toBe(0)
    expect(stderr).toContain('event-stream-dvs.es (346x260): 12,000 events, 200 frames')
    // However long the page stayed, the events took 0.2 s.
    expect(Number(/of events in ([\d.]+) s/.exec(stderr)?.[1])).toBeLessThan(2)
  })

  test('--loop begins again', async () => {
    await using running = start(fixturePath('event-stream-dvs.es'), '--loop')
    using page = await viewer(await running.address())
    await soon(() => {
      const { on = 0 } = page.heard.findLast((each) => each.type === 'health')?.streams.find((stream) => stream.on !== undefined) ?? {}
      expect(on).toBeGreaterThan(2 * 7746)
    })
    expect(running.stderr).not.toContain('The events ended')
    running.child.kill('SIGINT')
    expect((await running.ended(10)).code).toBe(0)
  })

  test('two of them do not disturb one another', async () => {
    await using one = start('--seed', '1')
    await using other = start('--seed', '2')
    const [here, there] = await Promise.all([one.address(), other.address()])
    expect(here).not.toBe(there)
    using a = await viewer(here)
    using b = await viewer(there)
    await soon(() => expect(sliderOf(b.heard, 'gain')).toBeGreaterThan(0))
    const gain = sliderOf(b.heard, 'gain')
    using watching = await viewer(here)
    a.say({ type: 'slider', name: 'gain', value: 7 })
    await soon(() => expect(sliderOf(watching.heard, 'gain')).toBe(7))
    using late = await viewer(there)
    await soon(() => expect(sliderOf(late.heard, 'gain')).toBe(gain))
    one.child.kill('SIGINT')
    expect((await one.ended(10)).code).toBe(0)
    const before = b.heard.length
    await soon(() => expect(b.heard.length).toBeGreaterThan(before + 3))
    expect((await fetch(there)).status).toBe(200)
    other.child.kill('SIGINT')
    expect((await other.ended(10)).code).toBe(0)
  })
})

describe.skipIf(chromePath === undefined)(`the page of the command in ${browserName}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  }, 60_000)
  afterAll(() => browser?.close())

  const number = async (page: Page, selector: string): Promise<number> =>
    Number(((await page.locator(selector).textContent()) ?? '').replace(/[^\d.]/g, ''))

  test('shows all that runs, and a slider changes the running network', async () => {
    await using running = start()
    const { page, faults } = await open(browser, await running.address())
    await soon(async () => expect(await page.locator('.panel[data-state="live"]').count()).toBe(5))
    const names = await page.locator('.panel[data-stream] h2').allTextContents()
    expect(names.sort()).toEqual(['camera', 'edges', 'membranes / threshold', 'middle row', 'noise filter: v'])
    const first = await number(page, '.events [data-role="total"]')
    expect(first).toBeGreaterThan(0)
    await soon(async () => expect(await number(page, '.events [data-role="total"]')).toBeGreaterThan(first + 50_000))
    await soon(async () => expect(await page.locator('[data-role="backend"]').textContent()).toContain('webassembly'))

    const threshold = page.locator('[data-slider="vTh"] [data-role="number"]')
    const spikesPerSecond = () => number(page, '.raster .foot b >> nth=0')
    const atThreshold = async (value: string, check: (rate: number) => void) => {
      await threshold.fill(value)
      await page.keyboard.press('Tab')
      await soon(async () => check(await spikesPerSecond()))
      return spikesPerSecond()
    }
    await soon(async () => expect(await spikesPerSecond()).toBeGreaterThan(0))
    const before = await spikesPerSecond()
    const rare = await atThreshold('5', (rate) => expect(rate).toBeLessThan(before / 2))
    await atThreshold('0.1', (rate) => expect(rate).toBeGreaterThan(4 * rare + 100))
    expect(faults).toEqual([])
    await page.context().close()
    running.child.kill('SIGINT')
    expect((await running.ended(10)).code).toBe(0)
  })

  test('counts the events of a recording', async () => {
    await using running = start(fixturePath('davis346-lz4.aedat4'))
    const { page, faults } = await open(browser, await running.address())
    await soon(async () => expect(await number(page, '.events [data-role="total"]')).toBe(12_000))
    await soon(async () => expect(await page.locator('.events [data-role="state"]').textContent()).toBe('ended'))
    expect(faults).toEqual([])
    await page.context().close()
  })
})
