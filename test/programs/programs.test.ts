/** The programs that the library is to run, as they are written, on the built package. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { lif } from '../../operators/lif.ts'
import { linear } from '../../operators/linear.ts'
import { sequential } from '../../operators/sequential.ts'
import type { TensorFrame } from '../../src/dashboard/protocol.ts'
import { ones } from '../../src/tensor.ts'
import { built, isFree, node, nodeOnTerminal, root, sleep } from '../cli/processes.ts'
import { hasTerminal, terminalName } from '../cli/terminal.ts'
import { sharedData } from '../shared.ts'
import { activity, activityFromNow, reader } from './reader.ts'
import { movingBar, recording, sparks } from './recording.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, beside whatever else runs here

const programs = sharedData('api/programs')
const where = programs === undefined ? ', SKIPPED: no ../shared/api/programs' : ''
/** The programs say where they listen. */
const ports = await Promise.all([8080, 8081].map(isFree))
const [hasSink, hasPages] = [ports[0] === true, ports.every(Boolean)]
const sinkName = hasSink ? '' : ', SKIPPED: port 8080 is taken'
const pagesName = hasPages ? '' : ', SKIPPED: ports 8080 and 8081 are not both free'

/** In the project, so that 'rxspike' is the built package; with a tsconfig.json of its own, so that it is not the sources. */
let folder = ''
beforeAll(async () => {
  await built()
  mkdirSync(join(root, 'test-output'), { recursive: true })
  folder = mkdtempSync(join(root, 'test-output/programs-'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'es2023', module: 'nodenext', strict: true } }))
  writeFileSync(join(folder, 'hand.aedat4'), recording(20_000, movingBar))
  writeFileSync(join(folder, 'sparks.aedat4'), recording(20_000, sparks))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = (name: string): string => readFileSync(join(programs as string, name), 'utf8')
const tsx = ['--import', 'tsx']

/** A program, unchanged. */
function copied(name: string): string {
  copyFileSync(join(programs as string, name), join(folder, name))
  return name
}

/** A program that sees a recording instead of a camera. */
function withRecording(name: string, change: (text: string) => string = (text) => text): string {
  const text = source(name)
  expect(text.split('dvsCamera')).toHaveLength(3)
  writeFileSync(
    join(folder, name),
    change(text.replace('dvsCamera()', "dvsFile('hand.aedat4', { speed: 1 })").replace('dvsCamera', 'dvsFile')),
  )
  return name
}

const soon = (check: () => void | Promise<void>, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 20 })
const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number)
describe.skipIf(programs === undefined)(`programs as written${where}`, () => {
  test('import the built package', async () => {
    writeFileSync(join(folder, 'where.ts'), "console.log(import.meta.resolve('rxspike'), import.meta.resolve('rxspike/operators'))")
    await using running = node([...tsx, 'where.ts'], { cwd: folder })
    const { stdout } = await running.ended()
    expect(stdout).toMatch(/dist\/src\/index\.js .*dist\/operators\/index\.js\n$/)
  })

  describe.skipIf(!hasSink)(`01${sinkName}`, () => {
    test('01 sends the edges of a recording to a reader', async () => {
      await using running = node([...tsx, copied('01-edges-from-a-recording.ts')], { cwd: folder })
      using edges = await reader(8080)
      await soon(() => expect(edges.frames.length).toBeGreaterThan(200))
      for (const { shape, dt, data } of edges.frames)
        expect({ shape, dt, length: data.length }).toEqual({ shape: [2, 48, 64], dt: 1e-3, length: 2 * 48 * 64 })
      await soon(() => expect(activity(edges.frames)).toBeGreaterThan(0))
      const steps = edges.frames.slice(1).map(({ t }, k) => t - (edges.frames[k] as TensorFrame).t)
      for (const step of steps) expect(step).toBeCloseTo(1000, 6)
      const sequences = edges.frames.map(({ sequence }) => sequence)
      expect(sequences).toEqual(sequences.map((_, k) => (sequences[0] as number) + k))
      const page = await fetch('http://127.0.0.1:8080')
      expect(page.headers.get('content-type')).toContain('text/html')
      running.child.kill('SIGTERM')
      expect(await running.ended(5)).toMatchObject({ signal: 'SIGTERM', stdout: '', stderr: '' })
    })
  })

  test('06 weights become strong or weak: Song, Miller and Abbott', { timeout: 240_000 }, async () => {
    await using running = node([...tsx, copied('06-stdp.ts')], { cwd: folder })
    const { code, stdout } = await running.ended(230)
    expect(code).toBe(0)
    const bins = [...stdout.matchAll(/│\s+\d+\s+│\s+(\d+)\s+│/g)].map(([, count]) => Number(count))
    expect(bins).toHaveLength(10)
    expect(bins.reduce((sum, count) => sum + count, 0)).toBe(1000)
    const [weak, middle, strong] = [bins.slice(0, 1), bins.slice(3, 7), bins.slice(9)].map((some) => Math.max(...some)) as [
      number,
      number,
      number,
    ]
    expect(weak).toBeGreaterThan(3 * middle)
    expect(strong).toBeGreaterThan(3 * middle)
  })

  describe.skipIf(!hasSink)(`22${sinkName}`, () => {
    test('22 learns from a recording by a rule of its own, and shows it', async () => {
      writeFileSync(join(folder, 'street.aedat4'), recording(120_000, movingBar, 64))
      await using running = node([...tsx, copied('22-my-learning-rule.ts')], { cwd: folder })
      using cells = await reader(8080)
      await soon(() => expect(cells.frames.length).toBeGreaterThan(100))
      for (const { shape, dt } of cells.frames) expect({ shape, dt }).toEqual({ shape: [16], dt: 1e-2 })
      // The bar comes round every 256 ms; what answers it changes as the weights do.
      const answer = (from: number) => Math.max(...cells.frames.slice(from, from + 26).flatMap(({ data }) => [...data].map(Math.abs)))
      await soon(() => expect(Math.abs(answer(cells.frames.length - 30) / answer(0) - 1)).toBeGreaterThan(0.05))
      running.child.kill('SIGTERM')
      await running.ended(5)
    })
  })

  test('12 prints the thresholds of its neurons for every datagram', async () => {
    await using running = node([...tsx, copied('12-my-neuron-my-source.ts')], { cwd: folder })
    const socket = createSocket('udp4')
    const send = (loudness: number) =>
      new Promise((resolve) =>
        socket.send(Buffer.from(new Float32Array(16).map((_, k) => (k < 8 ? loudness : 0)).buffer), 5005, '127.0.0.1', resolve),
      )
    // Datagrams to nobody are lost: it is sent to until it speaks.
    await soon(async () => {
      await send(0)
      expect(running.stdout).toContain('\n')
    })
    for (let k = 0; k < 20; k++) await send(2)
    await soon(() => expect(Math.max(...numbers(running.stdout))).toBeGreaterThan(3))
    socket.close()
    const lines = running.stdout.trim().split('\n').map(numbers)
    for (const line of lines) expect(line).toHaveLength(16)
    expect(lines[0]).toEqual(Array.from({ length: 16 }, () => 1))
    // Those that hear adapt, the others do not.
    const last = lines.at(-1) as number[]
    for (const heard of last.slice(0, 8)) expect(heard).toBeGreaterThan(3)
    expect(last.slice(8)).toEqual(Array.from({ length: 8 }, () => 1))
    running.child.kill('SIGTERM')
    expect(await running.ended(5)).toMatchObject({ signal: 'SIGTERM', stderr: '' })
  })

  test('17 prints when the neuron spikes, and ends', async () => {
    const model = sequential({ fc: linear(1, 1), spikes: lif() })
    const [spikes, last] = model.sequence(ones(100, 1))
    await using running = node([...tsx, copied('17-norse-without-streams.ts')], { cwd: folder })
    const { code, stdout, stderr } = await running.ended()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trim().split('\n')
    expect(lines.pop()).toBe(`[ 100, 1 ] [ ${last.spikes.i.at(0)} ]`)
    expect(lines).toEqual([...spikes].flatMap((z, t) => (z === 1 ? `${t} 0` : [])))
  })

  test('17 with a weight of 1 prints first 6, then every third step', async () => {
    const text = source('17-norse-without-streams.ts')
    expect(text).toContain('linear(1, 1)')
    writeFileSync(join(folder, '17-one.ts'), text.replace('linear(1, 1)', 'linear(ones(1, 1))'))
    await using running = node([...tsx, '17-one.ts'], { cwd: folder })
    const lines = (await running.ended()).stdout.trim().split('\n').slice(0, -1)
    expect(lines.slice(0, 4)).toEqual(['6 0', '9 0', '12 0', '15 0'])
  })

  test('18 prints a number for each of its 1000 steps, and ends', async () => {
    await using running = node([...tsx, copied('18-loops.ts')], { cwd: folder })
    const { code, stdout, stderr } = await running.ended()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const counts = numbers(stdout)
    expect(counts).toHaveLength(1000)
    for (const count of counts) expect(Number.isInteger(count) && count >= 0 && count <= 100).toBe(true)
    expect(counts.reduce((a, b) => a + b, 0)).toBeGreaterThan(100)
  })

  test('19 tells of a pipeline beside it, and does not keep the process', async () => {
    writeFileSync(
      join(folder, 'watched.ts'),
      `import './${copied('19-watching.ts')}'
import { lif, toFrames } from 'rxspike/operators'
import { movingScene } from 'rxspike/sources'
movingScene({ duration: 2.5, width: 64, height: 48 }).pipe(toFrames({ dt: 1e-3 }), lif({ vTh: 0.3 })).subscribe()`,
    )
    await using running = node([...tsx, 'watched.ts'], { cwd: folder })
    const { code, stdout } = await running.ended(20)
    expect(code).toBe(0)
    for (const word of ['stepsPerSecond', 'p99', 'spikeRate', "'lif'", "'toFrames'", "'webassembly'"]) expect(stdout).toContain(word)
    expect(stdout.split('stepsPerSecond').length - 1).toBeGreaterThanOrEqual(2)
  })

  test('19 alone ends at once', async () => {
    await using running = node([...tsx, copied('19-watching.ts')], { cwd: folder })
    expect(await running.ended(10)).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })
})

const live = programs !== undefined && hasTerminal
describe.skipIf(!live)(`programs with a recording for a camera, ${terminalName}${where}`, () => {
  describe.skipIf(!hasSink)(`02${sinkName}`, () => {
    test('02: any key switches the gain', async () => {
      await using running = nodeOnTerminal(
        [...tsx, withRecording('02-edges-live-with-gain.ts', (text) => text.replace('hand', 'sparks'))],
        { cwd: folder },
      )
      using edges = await reader(8080)
      const activityOf = (count: number) => activityFromNow(edges, count)
      // A single event does not make a neuron spike; ten times as much does.
      expect(await activityOf(300)).toBe(0)
      running.child.stdin?.write('x')
      await activityOf(100) // until the change has come through
      const high = await activityOf(300)
      expect(high).toBeGreaterThan(10)
      running.child.stdin?.write('x')
      await activityOf(100)
      expect(await activityOf(300)).toBe(0)
      running.child.kill('SIGTERM')
      await running.ended(5)
    })
  })

  describe.skipIf(!hasPages)(`07${pagesName}`, () => {
    test('07: a slider of the page sets the threshold of the running neurons', async () => {
      await using running = node([...tsx, withRecording('07-slider.ts')], { cwd: folder })
      using spikes = await reader(8080)
      const slider = new WebSocket('ws://127.0.0.1:8081/view')
      const [hello] = (await once(slider, 'message')) as [Buffer]
      expect(JSON.parse(String(hello))).toMatchObject({
        sliders: [
          { name: 'tauMemInv', current: 100, min: 10, max: 1000 },
          { name: 'vTh', current: 1 },
        ],
      })
      const activityAt = async (vTh: number) => {
        slider.send(JSON.stringify({ type: 'slider', name: 'vTh', value: vTh }))
        await sleep(300)
        return await activityFromNow(spikes, 300)
      }
      const low = await activityAt(0.1)
      const high = await activityAt(5)
      expect(low).toBeGreaterThan(1)
      expect(high).toBeLessThan(low / 4)
      expect(await activityAt(0.1)).toBeGreaterThan(low / 2)
      expect(spikes.frames[0]?.shape).toEqual([1, 48, 64])
      slider.terminate()
      running.child.kill('SIGTERM')
      expect(await running.ended(5)).toMatchObject({ signal: 'SIGTERM', stderr: '' })
    })
  })

  test('21: keys save, restore and clear what the brain remembers', async () => {
    // A bar for a while, then the same event in every step: the network settles.
    writeFileSync(
      join(folder, 'quiet.aedat4'),
      recording(20_000, (ms) => (ms < 200 ? movingBar(ms) : [[5, 20]])),
    )
    const name = withRecording('21-snapshot-and-restore.ts', (text) =>
      text
        .replace('hand.aedat4', 'quiet.aedat4')
        .replace('.pipe(toFrames(', '.pipe(crop({ x: 0, y: 8, width: 32, height: 32 }), toFrames(')
        .replace('import { flatten', 'import { crop, flatten'),
    )
    await using running = nodeOnTerminal([...tsx, name], { cwd: folder })
    const values = () => numbers(running.stdout)
    await running.says(/\d\s+-?[\d.e-]+\s/)
    await soon(() => {
      const last = values().slice(-200)
      expect(last).toHaveLength(200)
      expect(Math.max(...last) - Math.min(...last)).toBeLessThan(1e-4)
    })
    const settled = values().at(-1) as number
    expect(Math.abs(settled)).toBeGreaterThan(1e-3)
    const press = (key: string) => running.child.stdin?.write(key)
    const share = (value: number) => value / settled
    press('s')
    await sleep(100)
    let from = values().length
    press('0')
    await soon(() => expect(Math.min(...values().slice(from).map(share))).toBeLessThan(0.2))
    // By itself it comes back slowly; restored, in one step.
    const rises = () =>
      values()
        .slice(from)
        .map((value, k, all) => share(value) - share(all[k - 1] ?? value))
    await soon(() => expect(share(values().at(-1) as number)).toBeCloseTo(1, 2))
    expect(Math.max(...rises())).toBeLessThan(0.3)
    from = values().length
    for (let attempt = 0; attempt < 20 && !(Math.max(...rises(), 0) > 0.5); attempt++) {
      press('0')
      await sleep(5)
      press('r')
      await sleep(300)
    }
    expect(Math.max(...rises())).toBeGreaterThan(0.5)
    running.child.kill('SIGTERM')
    await running.ended(5)
  })
})
