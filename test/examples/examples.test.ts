/** Every file of examples/, run as the README says. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { freePort, node, nodeOnTerminal, root, sleep } from '../cli/processes.ts'
import { hasTerminal, terminalName } from '../cli/terminal.ts'
import { activityFromNow, reader } from '../programs/reader.ts'
import { movingBar, recording, sparks } from '../programs/recording.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, beside whatever else runs here

const folder = mkdtempSync(join(tmpdir(), 'rxspike-examples-'))
beforeAll(() => {
  writeFileSync(join(folder, 'bar.aedat4'), recording(20_000, movingBar))
  writeFileSync(join(folder, 'sparks.aedat4'), recording(20_000, sparks))
})
afterAll(() => rmSync(folder, { recursive: true }))

const words = (name: string, ...more: readonly string[]): readonly string[] => ['--import', 'tsx', `examples/${name}.ts`, ...more]
const soon = (check: () => void, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 20 })
const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number)

/** One that ends by itself, without a word on stderr. */
async function output(name: string, seconds = 30, ...more: readonly string[]): Promise<string> {
  await using running = node(words(name, ...more))
  const { code, stdout, stderr } = await running.ended(seconds)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

const tested = [
  'edges-from-a-recording',
  'edges-with-gain',
  'loops',
  'my-learning-rule',
  'my-neuron',
  'norse-without-streams',
  'reward',
  'save-and-load',
  'slider',
  'snapshot-and-restore',
  'stdp',
  'watching',
]

test('each example has a test here', () => {
  expect(readdirSync(join(root, 'examples')).sort()).toEqual(tested.map((name) => `${name}.ts`))
})

describe('an example that ends', () => {
  test('loops prints how many spike in each of 1000 steps', async () => {
    const counts = numbers(await output('loops'))
    expect(counts).toHaveLength(1000)
    for (const count of counts) expect(Number.isInteger(count) && count >= 0 && count <= 100).toBe(true)
    expect(counts.some((count) => count > 0)).toBe(true)
  })

  test('my-neuron prints four thresholds for each of 100 steps, and they adapt', async () => {
    const lines = (await output('my-neuron')).trim().split('\n').map(numbers)
    expect(lines).toHaveLength(100)
    for (const line of lines) expect(line).toHaveLength(4)
    expect(lines[0]).toEqual([1, 1, 1, 1])
    expect(Math.max(...lines.flat())).toBeGreaterThanOrEqual(1.5)
    expect(Math.min(...lines.flat())).toBeGreaterThanOrEqual(1)
  })

  test('my-learning-rule prints weights of length 1, of the inputs that go together', async () => {
    const words = (await output('my-learning-rule')).trim().split(' ')
    expect(words.slice(8)).toEqual(['length', expect.stringMatching(/^(1\.0|0\.9)/)])
    words.slice(0, 8).forEach((word, k) => expect(Math.abs(Number(word) - (k < 4 ? 0.5 : 0))).toBeLessThan(0.1))
  })

  test('reward prints how often it was right: more than 9 of 10 in the end', async () => {
    const shares = (await output('reward')).trim().split('\n').map(Number.parseFloat)
    expect(shares).toHaveLength(10)
    expect(Math.min(...shares.slice(-5))).toBeGreaterThan(90)
  })

  test('stdp prints a histogram with two humps', async () => {
    const counts = (await output('stdp'))
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ').at(-1)))
    expect(counts).toHaveLength(10)
    expect(counts.reduce((a, b) => a + b)).toBe(100)
    const sum = (from: number, to: number) => counts.slice(from, to).reduce((a, b) => a + b)
    expect(sum(8, 10)).toBeGreaterThan(sum(4, 6))
    expect(sum(0, 2)).toBeGreaterThan(sum(4, 6))
  })

  test('norse-without-streams prints the spikes, and what a sequence gives', async () => {
    const lines = (await output('norse-without-streams')).trim().split('\n')
    expect(lines.pop()).toMatch(/^\[ 100, 1 \] \[ -?\d\.\d+ \]$/)
    for (const line of lines) expect(line).toMatch(/^\d+ 0$/)
  })

  test('save-and-load goes on where the run before it ended', async () => {
    const file = join(folder, 'brain.safetensors')
    const values = [await output('save-and-load', 30, file), await output('save-and-load', 30, file)].map(Number)
    // The output leaks over 2 s and its input is above it: it is still on its way up when the first run ends.
    expect(values[0]).toBeGreaterThan(0.2)
    expect(values[1]).toBeGreaterThan((values[0] as number) * 1.3)
  })

  test('watching prints a table every second, and the spikes', async () => {
    await using running = node(words('watching'))
    const { code, stdout } = await running.ended(30)
    expect(code).toBe(0)
    expect(stdout.split('stepsPerSecond').length - 1).toBeGreaterThanOrEqual(2)
    for (const word of ["'lif'", "'toFrames'", "'webassembly'"]) expect(stdout).toContain(word)
    expect(Number(/(\d+) spikes\n$/.exec(stdout)?.[1])).toBeGreaterThan(100)
  })
})

describe('an example that goes on', () => {
  test('edges-from-a-recording shows edges', async () => {
    const port = await freePort()
    await using running = node(words('edges-from-a-recording', join(folder, 'bar.aedat4')), { env: { PORT: String(port) } })
    using edges = await reader(port)
    await soon(() => expect(edges.frames.length).toBeGreaterThan(0))
    expect(edges.frames[0]?.shape).toEqual([2, 48, 64])
    expect(await activityFromNow(edges, 200)).toBeGreaterThan(0)
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200)
    running.child.kill('SIGINT')
    expect(await running.ended(5)).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: '' })
  })

  test('slider sets the time constant and the threshold of the running neurons', async () => {
    const [port, page] = [await freePort(), await freePort()]
    await using running = node(words('slider'), { env: { PORT: String(port), SLIDERS_PORT: String(page) } })
    using spikes = await reader(port)
    const sliders = new WebSocket(`ws://127.0.0.1:${page}/view`)
    await once(sliders, 'message')
    const move = async (name: string, value: number) => {
      sliders.send(JSON.stringify({ type: 'slider', name, value }))
      await sleep(300)
      return activityFromNow(spikes, 200)
    }
    const low = await move('vTh', 0.1)
    expect(low).toBeGreaterThan(10)
    expect(await move('tauMemInv', 10)).toBeLessThan(low / 2)
    expect(await move('vTh', 5)).toBeLessThan(low / 10)
    sliders.terminate()
    running.child.kill('SIGINT')
    expect((await running.ended(5)).signal).toBe('SIGINT')
  })
})

describe.skipIf(!hasTerminal)(`an example with keys, ${terminalName}`, () => {
  test('edges-with-gain: a key switches the gain, Ctrl-C ends', async () => {
    const port = await freePort()
    await using running = nodeOnTerminal(words('edges-with-gain', join(folder, 'sparks.aedat4')), {
      cwd: root,
      env: { PORT: String(port) },
    })
    using edges = await reader(port)
    // A single event does not make a neuron spike; ten times as much does.
    expect(await activityFromNow(edges, 200)).toBe(0)
    running.child.stdin?.write('g')
    await activityFromNow(edges, 100)
    expect(await activityFromNow(edges, 200)).toBeGreaterThan(10)
    running.child.stdin?.write('\x03')
    expect((await running.ended(5)).code).toBe(0)
  })

  test('snapshot-and-restore: keys act, and it ends with the scene', async () => {
    await using running = nodeOnTerminal(words('snapshot-and-restore'), { cwd: root })
    const values = () => numbers(running.stdout)
    await soon(() => expect(values().length).toBeGreaterThan(500))
    expect(values().every(Number.isFinite)).toBe(true)
    const from = values().length
    running.child.stdin?.write('s')
    running.child.stdin?.write('0')
    // Cleared: from one step to the next the membrane is at rest, or near.
    await soon(() =>
      expect(
        values()
          .slice(from)
          .some((value) => Math.abs(value) < 1e-2),
      ).toBe(true),
    )
    running.child.stdin?.write('r')
    const { code } = await running.ended(30)
    expect(code).toBe(0)
    expect(values().length).toBeGreaterThan(4_000)
  })

  test('snapshot-and-restore: Ctrl-C ends it', async () => {
    await using running = nodeOnTerminal(words('snapshot-and-restore'), { cwd: root })
    await running.says(/\d\s+-?[\d.]/)
    running.child.stdin?.write('\x03')
    expect((await running.ended(3)).code).toBe(0)
  })
})
