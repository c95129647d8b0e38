/** The built command as a process: what it takes, what it refuses, what it prints. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fixture, fixturePath } from '../codecs/support.ts'
import { sharedData } from '../shared.ts'
import { built, command, node, root, rxspike, sleep } from './processes.ts'

vi.setConfig({ testTimeout: 60_000 }) // each test starts processes, beside whatever else runs here

const folder = mkdtempSync(join(tmpdir(), 'rxspike-cli-'))
const temporary = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
beforeAll(built, 180_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Small, and of a sensor whose pixels are few. */
const small = fixturePath('event-stream-dvs.es')

describe('words', () => {
  test('--help says what there is, on stdout', async () => {
    const { code, stdout, stderr } = await rxspike(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const word of [
      '--headless',
      '--json',
      '--port',
      '--host',
      '--speed',
      '--dt',
      '--duration',
      '--loop',
      '--width',
      '--height',
      '--rate',
      '--seed',
      '--backend',
      'Ctrl-C',
      'Exit status',
    ]) {
      expect(stdout).toContain(word)
    }
    expect((await rxspike(['-h'])).stdout).toBe(stdout)
  })

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(await rxspike(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect((await rxspike(['-v'])).stdout).toBe(`${version}\n`)
  })

  test.each([
    [['--fast'], "'--fast'"],
    [['-q'], "'-q'"],
    [['--headless=3', 'x'], "'--headless'"],
    [['--port'], '--port'],
    [['--port', 'x'], '--port x: a whole number from 0 to 65535'],
    [['--port', '70000'], '--port 70000'],
    [['--port', '80.5'], '--port 80.5'],
    [['-p', ''], '--port'],
    [['--host', ' '], '--host'],
    [['--speed', '0'], '--speed 0: a positive number'],
    [['--speed', 'fast'], '--speed fast'],
    [['--speed', 'Infinity'], '--speed Infinity'],
    [['--dt', '0'], '--dt 0'],
    [['--dt=-0.001'], '--dt -0.001'],
    [['--dt', '-0.001'], '--dt'],
    [['--dt', '1ms'], '--dt 1ms'],
    [['--duration', '0'], '--duration 0'],
    [['--duration', 'NaN'], '--duration NaN'],
    [['--width', '10'], '--width and --height go together'],
    [['--width', '0', '--height', '10'], '--width 0: a whole number from 1 to 65536'],
    [['--width', '10', '--height', '65537'], '--height 65537'],
    [['--width', '8', '--height', '8'], 'width is 8'],
    [['--rate', '0'], '--rate 0'],
    [['--rate', 'much'], '--rate much'],
    [['--seed', '1.5'], '--seed 1.5'],
    [['--seed', '1e300'], '--seed 1e300'],
    [['--backend', 'gpu'], '--backend gpu: webassembly, javascript, interpreter are allowed'],
    [['--json', 'x'], '--json prints what a run came to, so it needs --headless'],
    [['--headless'], 'the built-in scene never ends'],
    [['--headless', '--loop', 'x'], '--loop never ends'],
    [['a.raw', 'b.raw'], 'one recording at a time, got 2: a.raw b.raw'],
  ])('%j are refused, exit 2', async (words, message) => {
    const { code, stdout, stderr } = await rxspike(words)
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^rxspike: /)
    expect(stderr).toContain('See: rxspike --help')
    expect(stderr).not.toMatch(/^ +at /m)
  })
})

describe.each([
  ['headless', ['--headless', '--json']],
  ['with the page', ['--port', '0']],
])('a file that is no recording, %s', (_, options) => {
  test.each([
    ['that is missing', () => join(folder, 'nowhere.aedat4'), 'there is no such file'],
    ['that is a directory', () => folder, 'this is a directory'],
    ['that is empty', () => temporary('empty.raw', ''), 'the file is empty'],
    ['of words', () => temporary('words.txt', 'Spikes are rare.\nSilence is free.\n'), 'the format of these bytes is not known'],
    [
      'of another kind',
      () =>
        temporary(
          'picture.png',
          new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...Array.from({ length: 500 }, (__, k) => (k * 37) & 255)]),
        ),
      'Known formats: AEDAT 4',
    ],
    ['of a kind that is not read yet', () => temporary('later.raw', '% evt 2.1\n% end\n\0\0\0\0\0\0\0\0'), 'which cannot be read yet'],
  ])('%s: one line, exit 1', async (__, file, message) => {
    const { code, stdout, stderr } = await rxspike([file(), ...options])
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/^rxspike: dvsFile\('.*'\): /)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})

interface Summary {
  readonly source: string
  readonly width: number
  readonly height: number
  readonly events: number
  readonly frames: number
  readonly spikes: { readonly noiseFilter: number }
  readonly eventTime: number
  readonly wallTime: number
  readonly realTimeFactor: number
  readonly dropped: number
  readonly backend: string
}

/** Runs to the end, and takes the one JSON object that is to be on stdout. */
async function summaryOf(words: readonly string[]): Promise<{ readonly summary: Summary; readonly stderr: string }> {
  const { code, stdout, stderr } = await rxspike([...words, '--headless', '--json'])
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^\{.*\}\n$/)
  return { summary: JSON.parse(stdout) as Summary, stderr }
}

/** What is known of a recording: width, height, events, and how many milliseconds they span. */
type Known = readonly [name: string, width: number, height: number, events: number, milliseconds: number]

async function agrees(path: string, [name, width, height, events, milliseconds]: Known): Promise<void> {
  const { summary } = await summaryOf([path])
  expect(summary).toMatchObject({ source: name, width, height, events, dropped: 0, backend: 'webassembly' })
  // A frame for every millisecond: the first begins at the first event.
  expect(Math.abs(summary.frames - milliseconds)).toBeLessThanOrEqual(1)
  expect(summary.eventTime).toBeCloseTo(summary.frames * 1e-3, 9)
  expect(summary.realTimeFactor).toBeCloseTo(summary.eventTime / summary.wallTime, 2)
  expect(summary.spikes.noiseFilter).toBeGreaterThanOrEqual(0)
}

describe('--headless --json', () => {
  const own: readonly Known[] = [
    ['davis346-lz4.aedat4', 346, 260, 12_000, 120],
    ['event-stream-atis.es', 304, 240, 4843, 100],
    ['event-stream-dvs.es', 346, 260, 12_000, 200],
    ['faery-cd.dat', 640, 480, 12_000, 150],
    ['faery-evt3.raw', 1280, 720, 12_000, 150],
  ]
  test.each(own)('%s: %i x %i, %i events', async (...known) => agrees(fixturePath(known[0]), known))

  const others: readonly Known[] = [
    ['dvs.es', 320, 240, 473_225, 1000],
    ['dvxplorer.aedat4', 320, 240, 111_954, 590],
    ['gen41-evt3.raw', 1280, 720, 219_596, 9],
    ['ncars.dat', 1280, 720, 2009, 100],
    ['sample.csv', 1280, 720, 100, 1],
    ['synthetic/faery.csv', 346, 260, 9000, 150],
  ]
  const recordings = sharedData('data/recordings')
  describe.skipIf(recordings === undefined)(
    `recordings${recordings === undefined ? ', SKIPPED: no ../shared/data/recordings' : ' of ../shared'}`,
    () => {
      test.each(others)('%s: %i x %i, %i events', async (path, ...known) =>
        agrees(join(recordings as string, path), [path.replace(/.*\//, ''), ...known]),
      )
    },
  )

  test('every back end counts the same spikes', async () => {
    const counts = await Promise.all(
      ['webassembly', 'javascript'].map(async (backend) => {
        const { events, frames, spikes } = (await summaryOf([small, '--backend', backend])).summary
        return { events, frames, spikes }
      }),
    )
    expect(counts[0]).toEqual(counts[1])
    expect(counts[0]?.spikes.noiseFilter).toBeGreaterThan(0)
  })

  test('runs again to the same result', async () => {
    const runs = await Promise.all([1, 2].map(async () => (await summaryOf([fixturePath('davis346-lz4.aedat4')])).summary))
    expect(runs[0]?.spikes).toEqual(runs[1]?.spikes)
  })

  test('--duration takes the beginning, within a packet too', async () => {
    const t = Array.from({ length: 1000 }, (_, k) => k * 100)
    const file = temporary('even.csv', t.map((each, k) => `${each},${k % 20},${k % 10},1\n`).join(''))
    const size = ['--width', '20', '--height', '10']
    const until = async (duration: string) => {
      const { events, frames } = (await summaryOf([file, ...size, '--duration', duration])).summary
      return { events, frames }
    }
    expect(await until('0.05')).toEqual({ events: 500, frames: 50 })
    expect(await until('0.0123')).toEqual({ events: 123, frames: 13 })
    expect(await until('100')).toEqual({ events: 1000, frames: 100 })
  })

  test('--dt is the length of a frame', async () => {
    const frames = await Promise.all(['0.001', '0.01', '0.0005'].map(async (dt) => (await summaryOf([small, '--dt', dt])).summary.frames))
    expect(frames).toEqual([200, 20, 400])
  })

  test('--width and --height say what the file does not', async () => {
    const file = temporary('bare.csv', '0,1,2,1\n1000,3,4,0\n')
    const { summary, stderr } = await summaryOf([file, '--width', '32', '--height', '24'])
    expect(summary).toMatchObject({ width: 32, height: 24, events: 2, frames: 2 })
    expect(stderr).toBe('')
    const assumed = await summaryOf([file])
    expect(assumed.summary).toMatchObject({ width: 1280, height: 720, events: 2 })
    expect(assumed.stderr).toContain('1280x720 assumed')
  })

  test('the built-in scene, by its size, rate and seed', async () => {
    const scene = ['--duration', '0.2', '--width', '64', '--height', '48', '--rate', '50000']
    const [first, again, other] = await Promise.all(
      [scene, scene, [...scene, '--seed', '2']].map(async (words) => (await summaryOf(words)).summary),
    )
    expect(first).toMatchObject({ source: 'moving scene', width: 64, height: 48, frames: 200 })
    expect(first?.events).toBeGreaterThan(2_500)
    expect(first?.spikes.noiseFilter).toBeGreaterThan(0)
    expect(first?.spikes).toEqual(again?.spikes)
    expect(first?.spikes).not.toEqual(other?.spikes)
  })

  test('--speed 1 takes as long as the recording', async () => {
    const { summary } = await summaryOf([small, '--speed', '1'])
    expect(summary.wallTime).toBeGreaterThan(0.18)
    expect(summary).toMatchObject({ events: 12_000, frames: 200 })
  })

  test.each([
    ['davis346-lz4.aedat4', 60_000, 7000],
    ['faery-cd.dat', 50_001, 6000],
    ['faery-evt3.raw', 30_001, 5500],
    ['event-stream-dvs.es', 30_001, 5500],
  ])('%s, cut off: what is there counts, what is not is told', async (name, bytes, least) => {
    const { summary, stderr } = await summaryOf([temporary(`cut-${name}`, fixture(name).slice(0, bytes))])
    expect(summary.events).toBeGreaterThan(least)
    expect(summary.events).toBeLessThan(12_000)
    expect(summary.dropped).toBeGreaterThan(0)
    expect(stderr).toContain(`dropped ${summary.dropped}`)
  })

  test('without --json it says the same for people, on stderr', async () => {
    const { code, stdout, stderr } = await rxspike([small, '--headless'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(
      /^event-stream-dvs\.es \(346x260\): 12,000 events, 200 frames, \d+ spikes of the noise filter\n.* x real time, .* Mev\/s \(webassembly\)\n$/,
    )
  })

  test('a reader that goes away is no fault', async () => {
    await using running = node([command, small, '--headless', '--json'])
    running.child.stdout?.destroy()
    const { code, stderr } = await running.ended()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('Ctrl-C ends it with what there was', async () => {
    await using running = node([command, '--headless', '--json', '--duration', '3600', '--speed', '1'])
    // Nothing is said while it runs: it is given the time to start.
    await sleep(3_000)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended(5)
    expect(code).toBe(0)
    const { frames } = JSON.parse(stdout) as Summary
    expect(frames).toBeGreaterThan(100)
    expect(frames).toBeLessThan(6_000)
  })
})
