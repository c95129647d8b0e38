/** A page with the library in it, in a browser whose GPU is software: the same everywhere, and there where no GPU is. */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromePath } from '../dashboard/chromium.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const launchWithGpu = (): Promise<Browser> =>
  chromium.launch({
    ...(chromePath !== undefined && { executablePath: chromePath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu'],
  })

/** A script with the library and gpu.js in it, minified as a user's would be: kernels must survive that. */
export async function bundlePage(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    alias: { '#platform': here('../../src/platform/browser.ts') },
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/** WebGPU wants a secure context, as localhost is. */
export async function openPage(browser: Browser, script: string, before = ''): Promise<Page> {
  const page = await browser.newPage()
  page.setDefaultTimeout(120_000)
  await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>gpu</title>' }))
  if (before !== '') await page.addInitScript(before)
  await page.goto('http://localhost/')
  await page.addScriptTag({ content: script })
  return page
}
