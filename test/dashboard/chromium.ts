/** A real browser without a screen, where one is installed. */

import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** CHROME_PATH, or where Debian and others put it. Undefined: none. */
export const chromePath: string | undefined = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
].find((path) => path !== undefined && existsSync(path))

/** For the names of tests that need it. */
export const browserName: string = chromePath ?? 'SKIPPED: no Chromium (apt-get install chromium, or set CHROME_PATH)'

export const launch = (): Promise<Browser> =>
  chromium.launch({ ...(chromePath !== undefined && { executablePath: chromePath }), args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** A page, and everything that went wrong in it. */
export async function open(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('requestfailed', (request) => faults.push(`${request.url()}: ${request.failure()?.errorText}`))
  await page.goto(address)
  return { page, faults }
}
