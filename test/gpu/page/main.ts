/** The page that the tests of the GPU run in. */

import './live.ts'
import type { GpuBackend } from '../../../src/gpu/index.ts'
import type { Difference } from './compare.ts'
import { facts } from './facts.ts'
import { names, same } from './same.ts'

/** What the page offers to the tests. */
export interface GpuPage {
  readonly names: readonly string[]
  same(name: string, backend: GpuBackend): Promise<Difference>
  fact(name: string, backend: GpuBackend): Promise<unknown>
}

const page: GpuPage = {
  names,
  same,
  fact: (name, backend) => {
    const fact = facts[name]
    if (fact === undefined) throw new Error(`no fact is called ${name}`)
    return fact(backend)
  },
}
Object.assign(globalThis, { page })
