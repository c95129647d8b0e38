/** The two halves of #platform are one module to everybody else: the same names, and types that fit. */

import { expectTypeOf, test } from 'vitest'

type Node = typeof import('../../src/platform/node.ts')
type Browser = typeof import('../../src/platform/browser.ts')

test('Node and browser export the same', () => {
  expectTypeOf<keyof Browser>().toEqualTypeOf<keyof Node>()
  expectTypeOf<Browser>().toExtend<Node>()
})
