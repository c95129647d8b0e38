/** Tests of what is published, not of what lies here: the tarball, as an empty project installs it. */

import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bundle } from './bundle.ts'
import { packAndInstall, run, type Packed } from './packed.ts'

/** `import { lif } from 'rxspike/operators'`, with the RxJS it needs, minified and compressed, stays below (kB). */
const lifLimit = 27

const ENTRIES = ['rxspike', 'rxspike/operators', 'rxspike/sources', 'rxspike/sinks', 'rxspike/gpu', 'rxspike/testing']
const root = new URL('../..', import.meta.url).pathname
const hasProgram = existsSync(join(root, 'cli/main.ts'))

vi.setConfig({ testTimeout: 60_000 }) // other programs run here

let packed: Packed
beforeAll(async () => {
  packed = await packAndInstall()
}, 180_000)
afterAll(() => packed?.remove())

const tool = (name: string, ...args: string[]) => run(process.execPath, [join(root, 'node_modules', name), ...args], packed.project)
const installed = (...path: string[]) => join(packed.project, 'node_modules/rxspike', ...path)

describe('the tarball', () => {
  test('holds the compiled library and three words about it', async () => {
    const files = (await readdir(installed(), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(installed().length + 1))
    expect(paths.filter((path) => !/^dist\/.*(\.js|\.d\.ts)$/.test(path)).sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
    expect(paths).toEqual(expect.arrayContaining(['dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/platform/browser.js']))
  })

  test('imports compiled files, and leaves the choice of platform to package.json', async () => {
    const paths = (await readdir(installed('dist'), { recursive: true })).filter((path) => path.endsWith('.js'))
    const texts = await Promise.all(paths.map((path) => readFile(installed('dist', path), 'utf8')))
    const specifiers = texts.flatMap((text) =>
      [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*|#[^']*)'/g)].map(([, specifier]) => specifier!),
    )
    expect(specifiers.filter((specifier) => !/\.js$|^#platform$/.test(specifier))).toEqual([])
    expect(specifiers).toContain('#platform')
  })

  test('passes publint', async () => {
    await tool('publint/src/cli.js', packed.tarball, '--strict')
  })

  test('passes "are the types wrong"', async () => {
    await tool('@arethetypeswrong/cli/dist/index.js', packed.tarball, '--profile', 'esm-only')
  })

  test('has types that need nothing but the language, the DOM and RxJS', async () => {
    await writeFile(join(packed.project, 'all.ts'), ENTRIES.map((entry, k) => `export * as e${k} from '${entry}'`).join('\n'))
    const options = '--noEmit --strict --skipLibCheck false --exactOptionalPropertyTypes --noUncheckedIndexedAccess --verbatimModuleSyntax'
    const environment = '--target es2022 --lib es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable --module nodenext'
    await tool('typescript/bin/tsc', 'all.ts', '--ignoreConfig', ...options.split(' '), ...environment.split(' '))
  })
})

describe('in Node', () => {
  test.each(ENTRIES)('%s can be imported, and by that does nothing', async (entry) => {
    const code = `
      const before = Object.getOwnPropertyNames(globalThis).length
      const names = Object.keys(await import('${entry}'))
      const { length } = Object.getOwnPropertyNames(globalThis)
      process.on('exit', () => console.log(JSON.stringify({ names, added: length - before, busy: process.getActiveResourcesInfo() })))`
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', code], packed.project)
    const { names, added, busy } = JSON.parse(stdout) as { names: string[]; added: number; busy: string[] }
    expect(names).not.toEqual([])
    expect(added).toBe(0)
    expect(busy.filter((resource) => /timer|timeout|server|socket|watch/i.test(resource))).toEqual([])
    expect(stderr).toBe('')
  })

  test('CommonJS can require it', async () => {
    const code = "console.log(typeof require('rxspike/operators').lif)"
    const { stdout } = await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=commonjs', '-e', code],
      packed.project,
    )
    expect(stdout.trim()).toBe('function')
  })

  test('nothing else can be reached', async () => {
    const inside = run(process.execPath, ['--input-type=module', '-e', "await import('rxspike/dist/src/tensor.js')"], packed.project)
    await expect(inside).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  test.skipIf(!hasProgram)('npx rxspike --help answers', async () => {
    const { stdout } = await run('npx', ['--no-install', 'rxspike', '--help'], packed.project)
    expect(stdout).toContain('rxspike')
  })
})

describe('in a browser', () => {
  test('everything bundles without Node', async () => {
    const { text, modules } = await bundle(packed.project, ENTRIES.map((entry, k) => `export * as e${k} from '${entry}'`).join('\n'))
    expect(text).not.toMatch(/['"]node:/)
    expect(modules.filter((path) => /^dist\/src\/platform\/(.*\.)?node\.js$/.test(path))).toEqual([])
  })

  test('the bundle runs where there is no Node', async () => {
    const code = `
      import { from, map, toArray } from 'rxjs'
      import { ones } from 'rxspike'
      import { lif } from 'rxspike/operators'
      export * as sources from 'rxspike/sources'
      export * as sinks from 'rxspike/sinks'
      let spikes
      from(Array.from({ length: 20 }, () => ones(3))).pipe(lif(), map((z) => z.at(0)), toArray()).subscribe((all) => { spikes = all })
      export const first = spikes.indexOf(1)`
    const { text } = await bundle(packed.project, code, { globalName: 'page' })
    const { TextEncoder, TextDecoder, URL, AbortController, performance, setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
    const page = createContext({
      TextEncoder,
      TextDecoder,
      URL,
      AbortController,
      performance,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
    })
    expect(runInContext(`${text}; page.first`, page)).toBe(6) // as Norse's notebook: step 6 is the first to spike on a constant 1
  })

  test('lif costs little', async () => {
    const { size, gzip } = await bundle(packed.project, "export { lif } from 'rxspike/operators'", { minify: true })
    const alone = await bundle(packed.project, "export { lif } from 'rxspike/operators'", { minify: true, external: ['rxjs'] })
    const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
    console.log(`lif: ${kB(size)} minified, ${kB(gzip)} gzip; without RxJS ${kB(alone.size)}, ${kB(alone.gzip)} gzip`)
    expect(gzip / 1000).toBeLessThan(lifLimit)
  })

  test('what is not used is not there', async () => {
    const modulesOf = async (code: string) => (await bundle(packed.project, code, { minify: true, external: ['rxjs'] })).modules
    for (const entry of ENTRIES) expect(await modulesOf(`import '${entry}'`), `import '${entry}'`).toEqual([])
    const lif = await modulesOf("export { lif } from 'rxspike/operators'")
    expect(lif).toContain('dist/operators/lif.js')
    expect(lif.filter((path) => /^dist\/(sources|sinks|cli|src\/(codecs|dashboard|platform\/(?!browser|memory)))/.test(path))).toEqual([])
    expect(lif.filter((path) => path.startsWith('dist/operators/'))).toEqual(['dist/operators/lif.js'])
    const crop = await modulesOf("export { crop } from 'rxspike/operators'")
    expect(crop.filter((path) => /^dist\/src\/(kernel|layers|neurons|codecs)\//.test(path))).toEqual([])
  })
})

test('the lock file names no download addresses', async () => {
  expect(await readFile(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": *"https?:/)
})
