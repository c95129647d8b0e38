/** Data that may stand beside the repository. Tests that need it skip, visibly, where it is absent. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The path of a file in the `shared` folder beside the repository, or undefined.
 *
 *     const dvs = sharedData('data/recordings/dvs.es')
 *     test.skipIf(dvs === undefined)('reads dvs.es (needs shared data)', ...)
 */
export function sharedData(path: string): string | undefined {
  const found = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url))
  return existsSync(found) ? found : undefined
}
