/**
 * The rooms of rxspike and what each may import. This table is the plan: a change that needs another arrow changes it here, in sight.
 *
 * Arrows point down. A room sees its own files and those named under `sees`, which all stand further down in the table.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findings, misdrawn, type Files, type Plan } from './architecture/check.ts'

const BASE = ['platform', 'base']
const PURE = ['train', 'nir', 'codes', 'weights', 'layers', 'protocols', 'codecs', 'plasticity', 'neurons', 'kernel', ...BASE]
const STREAM = ['dashboard', 'stream', ...PURE]

const PLAN: Plan = {
  rooms: {
    // users of the library: the public entries and nothing else. A bench, like a test, may look at one piece alone
    examples: { at: ['examples/'], sees: 'entries', rxjs: 'yes' },
    cli: { at: ['cli/'], sees: 'entries', rxjs: 'yes' },
    bench: { at: ['bench/'], sees: ['index', 'sources', 'operators', 'sinks', 'gpu', 'robots', 'brokers', ...STREAM], rxjs: 'yes' },

    // what the user composes: RxJS, one idea a file; the three never import one another
    index: { at: ['src/index.ts'], sees: STREAM, rxjs: 'yes' },
    sources: { at: ['sources/'], sees: STREAM, rxjs: 'yes' },
    operators: { at: ['operators/'], sees: STREAM, rxjs: 'yes', timeless: true },
    sinks: { at: ['sinks/'], sees: STREAM, rxjs: 'yes' },

    // networks elsewhere than on this processor; a kit for tests of dynamics
    gpu: { at: ['src/gpu/'], sees: ['stream', ...PURE], rxjs: 'yes' },
    testing: { at: ['src/testing/'], sees: ['stream', ...PURE], rxjs: 'yes', peers: ['fast-check'] },

    // two-way links and worlds
    robots: { at: ['src/robots/'], sees: STREAM, rxjs: 'yes' },
    brokers: { at: ['src/brokers/'], sees: STREAM, rxjs: 'yes' },

    // the few RxJS pieces that all share, and the page that shows streams
    dashboard: { at: ['src/dashboard/'], sees: ['stream', ...PURE], rxjs: 'yes' },
    stream: { at: ['src/stream/'], sees: PURE, rxjs: 'yes' },

    // pure: values in, values out. `layers` names RxJS's types, as a layer is also an operator function
    train: { at: ['src/train/'], sees: ['layers', 'plasticity', 'neurons', 'kernel', ...BASE], timeless: true },
    nir: { at: ['src/nir/'], sees: ['layers', 'neurons', 'kernel', ...BASE], timeless: true },
    codes: { at: ['src/codes/'], sees: ['layers', 'neurons', 'kernel', ...BASE], timeless: true },
    weights: { at: ['src/weights/'], sees: ['layers', 'kernel', ...BASE], timeless: true },
    layers: { at: ['src/layers/'], sees: ['plasticity', 'neurons', 'kernel', ...BASE], rxjs: 'types', timeless: true },
    protocols: { at: ['src/protocols/'], sees: BASE, timeless: true },
    codecs: { at: ['src/codecs/'], sees: BASE, timeless: true },
    plasticity: { at: ['src/plasticity/'], sees: ['kernel', ...BASE], timeless: true },
    neurons: { at: ['src/neurons/'], sees: ['kernel', ...BASE], timeless: true },
    kernel: { at: ['src/kernel/'], sees: BASE, timeless: true },

    // the ground: imports nothing above
    platform: { at: ['src/platform/'], sees: ['base'] },
    base: { at: ['src/tensor.ts', 'src/events.ts', 'src/random.ts', 'src/errors.ts', 'src/diagnostics.ts'], sees: [], timeless: true },
  },

  entries: {
    rxspike: 'src/index.ts',
    'rxspike/operators': 'operators/index.ts',
    'rxspike/sources': 'sources/index.ts',
    'rxspike/sinks': 'sinks/index.ts',
    'rxspike/gpu': 'src/gpu/index.ts',
    'rxspike/testing': 'src/testing/index.ts',
  },
  internal: { '#platform': ['src/platform/node.ts', 'src/platform/browser.ts'] },

  // everything else runs in a browser unchanged
  nodeHere: [/^src\/platform\/(.*[.-])?node\.ts$/, /^cli\//, /^bench\//, /^examples\/save-and-load\.ts$/],
  toolsHere: [/^bench\//],

  maxLines: 400,
  longFiles: {},
}

const root = new URL('..', import.meta.url).pathname
/** Tests and scripts may import anything; only their length is looked at. */
const libraryFolders = ['src', 'sources', 'operators', 'sinks', 'cli', 'examples', 'bench']
const otherFolders = ['test', 'scripts']

describe('the library', () => {
  test('agrees with the plan', () => {
    expect(findings(filesOf(libraryFolders), PLAN)).toEqual([])
  })

  test('has tests and scripts that fit on a few screens', () => {
    const lines = ([path, text]: [string, string]) => `${path}: ${text.split('\n').length - 1} lines`
    expect([...filesOf(otherFolders)].filter(([, text]) => text.split('\n').length - 1 > PLAN.maxLines).map(lines)).toEqual([])
  })

  test('has the entries that package.json exports', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { default: string }>
    }
    const exported = Object.entries(exports).flatMap(([name, to]) =>
      typeof to === 'string' ? [] : [[name.replace(/^\./, 'rxspike'), to.default.replace('./dist/', '').replace(/js$/, 'ts')]],
    )
    expect(Object.fromEntries(exported)).toEqual(PLAN.entries)
  })
})

describe('the plan', () => {
  test('has arrows that point down', () => {
    expect(misdrawn(PLAN)).toEqual([])
    const upward = { ...PLAN, rooms: { low: { at: ['low/'], sees: ['high'] }, high: { at: ['high/'], sees: [] } } }
    expect(misdrawn({ ...upward, rooms: { high: { at: ['high/'], sees: ['low'] }, low: { at: ['low/'], sees: ['high'] } } })).toEqual([
      'low sees high, which does not stand below it',
    ])
  })

  const ground = {
    'src/tensor.ts': '',
    'src/platform/node.ts': '',
    'src/platform/browser.ts': '',
    'operators/index.ts': '',
    'src/index.ts': '',
  }
  const check = (files: Record<string, string>) => findings(new Map(Object.entries({ ...ground, ...files })), PLAN)

  test.each<[string, string, string, string]>([
    [
      'an upward arrow',
      'src/codecs/a.ts',
      "import { b } from '../stream/b.ts'",
      'an upward arrow: codecs does not see stream (src/stream/b.ts)',
    ],
    [
      'an upward arrow for a type',
      'src/kernel/a.ts',
      "import type { b } from '../layers/b.ts'",
      'an upward arrow: kernel does not see layers',
    ],
    [
      'an upward arrow inside a type',
      'src/kernel/a.ts',
      "export type A = import('../layers/b.ts').B",
      'an upward arrow: kernel does not see layers',
    ],
    [
      'an upward arrow in a re-export',
      'src/stream/a.ts',
      "export * from '../../sources/b.ts'",
      'an upward arrow: stream does not see sources',
    ],
    ['an upward arrow at run time', 'src/stream/a.ts', "await import('../robots/b.ts')", 'an upward arrow: stream does not see robots'],
    ['a sideways arrow', 'operators/a.ts', "import { b } from '../sinks/b.ts'", 'operators does not see sinks'],
    ['a sideways arrow to an earlier room', 'sinks/a.ts', "import { b } from '../sources/b.ts'", 'sinks does not see sources'],
    [
      'a pure room that uses another',
      'src/nir/a.ts',
      "import { b } from '../codecs/b.ts'",
      'an arrow that is not drawn: nir does not see codecs',
    ],
    ['RxJS in a pure room', 'src/codecs/a.ts', "import { map } from 'rxjs'", 'codecs does without RxJS'],
    ['RxJS that works in a layer', 'src/layers/a.ts', "import { map } from 'rxjs'", 'layers does without RxJS, but for its types'],
    ["RxJS's inner files", 'operators/a.ts', "import { map } from 'rxjs/operators'", "import from 'rxjs'"],
    ['Node in a source', 'sources/a.ts', "import { readFile } from 'node:fs/promises'", "is Node's: it goes behind #platform"],
    ['Node in disguise', 'sources/a.ts', "import { readFile } from 'fs/promises'", "is Node's: it goes behind #platform"],
    ['Node in a type', 'src/layers/a.ts', "import type { Stats } from 'node:fs'", "is Node's: it goes behind #platform"],
    ['Node in the browser half', 'src/platform/browser.ts', "import 'node:fs'", "is Node's: it goes behind #platform"],
    ['an optional package that is always loaded', 'src/platform/x.node.ts', "import { WebSocket } from 'ws'", "'ws' is optional"],
    [
      'a peer elsewhere than where it is a peer',
      'src/stream/a.ts',
      "import * as fc from 'fast-check'",
      "'fast-check' is optional: load it with import() when it is used",
    ],
    ['a computed import', 'sources/a.ts', 'export const a = (name: string) => import(name)', 'an import computed at run time'],
    [
      'an example that reaches inside',
      'examples/a.ts',
      "import { b } from '../src/stream/b.ts'",
      'examples uses the public entries, not src/stream/b.ts',
    ],
    ['an example that reaches inside by name', 'examples/a.ts', "import { b } from 'rxspike/dist/src/tensor.js'", 'is no public entry'],
    ['the library through its own name', 'sources/a.ts', "import { b } from 'rxspike'", 'inside the library, import the file'],
    ['a file in no room', 'src/misc.ts', '', 'stands in no room'],
    ['a long file', 'src/codecs/a.ts', '\n'.repeat(401), '401 lines, more than 400'],
    ['a clock in an operator', 'operators/a.ts', 'export const a = () => Date.now()', 'Date.now in operators'],
    ['a timer in a pure room', 'src/nir/a.ts', 'setTimeout(() => {}, 1)', 'setTimeout(...) in nir'],
    ['dice in a layer', 'src/layers/a.ts', 'export const a = () => Math.random()', 'Math.random in layers'],
  ])('finds %s', (_, path, text, expected) => {
    const other = /'((?:\.\.\/)+[\w/]+\/b\.ts)'/.exec(text)?.[1]
    const target = other === undefined ? {} : { [new URL(other, `file:///${path}`).pathname.slice(1)]: 'export {}' }
    const found = check({ [path]: text, ...target })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  test('finds a circle, but not one that types alone close', () => {
    const circle = (word: string) => check({ 'sources/a.ts': "import './b.ts'", 'sources/b.ts': `${word} './a.ts'` })
    expect(circle('import')).toEqual(['a circle: sources/a.ts -> sources/b.ts -> sources/a.ts'])
    expect(circle('import type { A } from')).toEqual([])
  })

  test('finds an optional package that two files load', () => {
    const load = "export const load = () => import('h5wasm/node')"
    expect(check({ 'sources/a.ts': load, 'sinks/b.ts': load })).toEqual(['h5wasm: loaded by sources/a.ts and sinks/b.ts; one file should'])
  })

  test('lets through what it draws', () => {
    expect(
      check({
        'operators/a.ts':
          "import { map } from 'rxjs'\nimport { x } from '../src/tensor.ts'\nimport { y } from '#platform'\nimport { b } from './b.ts'",
        'operators/b.ts': 'export const b = 1',
        'src/layers/a.ts': "import type { OperatorFunction } from 'rxjs'",
        'src/platform/files.node.ts': "import 'node:fs'\nexport const load = () => import('ws')",
        'src/testing/a.ts': "import { property } from 'fast-check'",
        'src/testing/b.ts': "import { array } from 'fast-check'",
        'examples/a.ts': "import { lif } from 'rxspike/operators'\nimport { map } from 'rxjs'",
        'cli/a.ts': "import 'node:process'\nimport { lif } from '../operators/index.ts'",
      }),
    ).toEqual([])
  })
})

function filesOf(folders: readonly string[]): Files {
  const paths = folders.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    } catch {
      return [] // a room without files yet
    }
  })
  return new Map(paths.filter((path) => /\.m?[jt]s$/.test(path)).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}
