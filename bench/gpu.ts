/**
 * A step on a GPU against one on the processor, in headless Chromium, by number of neurons and pixels. `npm run bench -- gpu [real]`
 *
 * By default the GPU is software (SwiftShader), which is the same everywhere: its floor per step is that of the calls, its speed says
 * nothing about a GPU. With `real` Chromium takes what the machine has.
 */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { digits, machine } from './measure.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const real = process.argv.includes('real')
const software = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const hardware = ['--enable-gpu', '--use-angle=vulkan', '--enable-features=Vulkan', '--ignore-gpu-blocklist']

const { outputFiles } = await build({
  entryPoints: [here('pages/gpu.ts')],
  bundle: true,
  format: 'iife',
  write: false,
  alias: { '#platform': here('../src/platform/browser.ts') },
})
const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--enable-unsafe-webgpu', ...(real ? hardware : software)],
})
const page = await browser.newPage()
await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' }))
await page.goto('http://localhost/')
await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })

type Timing = { readonly first: number; readonly step: number; readonly turn: number }
declare const time: (network: string, shape: readonly number[], backend: string | undefined, steps: number) => Promise<Timing>

const cases: readonly (readonly [network: string, shape: readonly number[], steps: number])[] = [
  ['lif', [1], 300],
  ['lif', [1000], 300],
  ['lif', [10_000], 200],
  ['lif', [100_000], 40],
  ['lif', [1_000_000], 8],
  ['conv', [1, 64, 64], 60],
  ['conv', [1, 260, 346], 12],
  ['edges', [1, 260, 346], 12],
]

console.log(machine())
console.log(real ? 'the GPU that Chromium finds' : 'a software GPU (SwiftShader)')
for (const [network, shape, steps] of cases) {
  const columns: string[] = []
  for (const backend of [undefined, 'webgpu', 'webgl2']) {
    try {
      const { first, step, turn } = await page.evaluate(([a, b, c, d]) => time(a, b, c, d), [network, shape, backend, steps] as const)
      const all = `${digits(step, 3)} ms a step`
      columns.push(
        backend === undefined ? `processor ${all}` : `${backend} ${all}, ${digits(turn, 3)} in turn, first after ${digits(first, 0)}`,
      )
    } catch (error) {
      columns.push(`${backend}: ${String(error).split('\n')[0]}`)
    }
  }
  console.log(`${network} [${shape.join(', ')}]: ${columns.join('; ')}`)
}
await browser.close()
