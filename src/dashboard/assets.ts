/** What the server sends for a path: the page, its style, and the modules it is made of. Nothing else of the library can be asked for. */

import { moduleExtension, readModule } from '#platform'
import type { Reply } from '../platform/server.ts'
import { html } from './page/html.ts'
import { style } from './page/style.ts'

/** The page's own modules, and those it shares with the server. Each is a file, read as it is. */
const served = /^(?:dashboard\/page\/[a-z-]+|dashboard\/(?:frame|protocol|control)|errors)$/

export async function asset(path: string, title: string): Promise<Reply | undefined> {
  if (path === '/') return { type: 'text/html', body: html(title, `/modules/dashboard/page/main${moduleExtension}`) }
  if (path === '/style.css') return { type: 'text/css', body: style }
  const name = path.startsWith('/modules/') && path.endsWith(moduleExtension) ? path.slice('/modules/'.length, -moduleExtension.length) : ''
  if (!served.test(name)) return undefined
  const body = await readModule(name)
  if (body !== undefined) return { type: 'text/javascript', body }
  const remedy =
    "// The page's modules lie beside rxspike's own: a bundler that makes one file of a server must leave rxspike outside of it."
  return { status: 404, type: 'text/javascript', body: remedy }
}
