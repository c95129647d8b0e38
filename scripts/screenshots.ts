/**
 * Pictures of the dashboard for docs/: a waving hand, the edges that a network finds in it, and a population that follows.
 * `npx tsx scripts/screenshots.ts [folder]`; needs Chromium (CHROME_PATH, or Debian's).
 */

import { mkdirSync } from 'node:fs'
import { map, share, type Subscription, withLatestFrom } from 'rxjs'
import { conv2d } from '../operators/conv2d.ts'
import { flatten } from '../operators/flatten.ts'
import { lif } from '../operators/lif.ts'
import { lifRefrac } from '../operators/lif-refrac.ts'
import { linear } from '../operators/linear.ts'
import { probe } from '../operators/probe.ts'
import { sequential } from '../operators/sequential.ts'
import { sumPool2d } from '../operators/sum-pool2d.ts'
import { toFrames } from '../operators/to-frames.ts'
import { dashboard } from '../sinks/dashboard.ts'
import { clock } from '../sources/clock.ts'
import { zeros } from '../src/tensor.ts'
import { edgeKernels } from '../src/layers/edge-kernels.ts'
import { chromePath, launch, open } from '../test/dashboard/chromium.ts'
import { camera } from '../test/dashboard/scene.ts'

const folder = process.argv[2] ?? 'docs'
const width = 173
const height = 130
const dt = 2e-3
if (chromePath === undefined) throw new Error('no Chromium was found: apt-get install chromium, or set CHROME_PATH')
mkdirSync(folder, { recursive: true })

const view = dashboard({
  port: 0,
  title: 'hand, DVS 173 × 130',
  sliders: {
    tauMemInv: { value: 100, min: 10, max: 1000, label: 'membrane rate', unit: '1/s', log: true },
    vTh: { value: 1, min: 0.2, max: 3, label: 'threshold' },
    gain: { value: 1, min: 0, max: 4, label: 'input gain' },
  },
})

/** Patches of 13 by 13 pixels, column after column: a hand that sways goes up and down the raster. */
const [rows, columns] = [height / 13, Math.floor(width / 13)]
const columnwise = zeros(rows * columns, rows * columns).map((_, k) => {
  const [to, from] = [Math.floor(k / (rows * columns)), k % (rows * columns)]
  return Math.floor(to / rows) === from % columns && to % rows === Math.floor(from / columns) ? 1 : 0
})

const look = camera({ width, height, contrast: 2.4, noise: 0.25 })
const events = clock({ dt }).pipe(
  map(({ t }) => look(t - dt * 1e6, t)),
  share(),
)
const filtered = events.pipe(toFrames({ dt }), lifRefrac({ vTh: 0.16 }), share())
const edges = filtered.pipe(conv2d(edgeKernels(9), { dilation: 1, padding: 4 }))
const population = probe(lif({ tauMemInv: view.sliders.tauMemInv, vTh: view.sliders.vTh }))
const spikes = filtered.pipe(
  sequential(sumPool2d(13), flatten(), linear(columnwise)),
  withLatestFrom(view.sliders.gain),
  map(([x, gain]) => x.map((value) => value * gain * 0.3)),
  population,
)
const running: Subscription[] = [
  population.watch('v').subscribe(view.traces('membranes', { neurons: [37, 65, 73, 95], threshold: 1 })),
  spikes.subscribe(view.raster('columns')),
  edges.subscribe(view.image('edges')),
  events.subscribe(view.events('camera')),
]

const browser = await launch()
const shots = [
  { name: 'dashboard-light', size: { width: 1280, height: 800 }, colorScheme: 'light', whole: false },
  { name: 'dashboard-dark', size: { width: 1280, height: 800 }, colorScheme: 'dark', whole: false },
  { name: 'dashboard-phone', size: { width: 390, height: 844 }, colorScheme: 'light', whole: true },
] as const
for (const { name, size, colorScheme, whole } of shots) {
  const { page, faults } = await open(browser, await view.address, { viewport: size, colorScheme, deviceScaleFactor: 2 })
  await page.waitForTimeout(9_000)
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: whole })
  console.log(name, await page.locator('#health').innerText(), faults)
  await page.context().close()
}
await browser.close()
for (const each of running) each.unsubscribe()
await view[Symbol.asyncDispose]()
