/**
 * Pictures for docs/: the command on its built-in scene, as a browser shows it.
 * `npx tsx scripts/screenshots.ts [folder]`; needs Chromium (CHROME_PATH, or Debian's).
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { chromePath, launch, open } from '../test/dashboard/chromium.ts'

/** Milliseconds until the panels have something to show. */
const SETTLED_MS = 4_000

const folder = process.argv[2] ?? 'docs'
if (chromePath === undefined) throw new Error('no Chromium was found: apt-get install chromium, or set CHROME_PATH')
mkdirSync(folder, { recursive: true })

const start = fileURLToPath(new URL('start.mjs', import.meta.url))
const browser = await launch()
for (const colorScheme of ['light', 'dark'] as const) {
  const command = spawn(process.execPath, [start, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const { page, faults } = await open(browser, await addressOf(command), { viewport: { width: 1280, height: 800 }, colorScheme })
  await page.waitForTimeout(SETTLED_MS)
  await page.screenshot({ path: `${folder}/dashboard-${colorScheme}.png` })
  const health = (await page.locator('#health').innerText()).replaceAll('\n', ' ')
  console.log(`dashboard-${colorScheme}.png: ${health}${faults.map((fault) => `\n  ${fault}`).join('')}`)
  await page.context().close()
  command.kill('SIGINT')
  await once(command, 'close')
}
await browser.close()

async function addressOf(command: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  let said = ''
  for await (const text of command.stderr.setEncoding('utf8')) {
    said += text as string
    const address = /http:\S+/.exec(said)?.[0]
    if (address !== undefined) return address
  }
  throw new Error(`the command ended: ${said}`)
}
