/** The two halves of #platform are one module to everybody else: the same names, and types that fit. */

import { expectTypeOf, test } from 'vitest'
import type * as browser from '../../src/platform/browser.ts'
import type * as node from '../../src/platform/node.ts'

test('Node and browser export the same', () => {
  expectTypeOf<keyof typeof browser>().toEqualTypeOf<keyof typeof node>()
  expectTypeOf<typeof browser>().toExtend<typeof node>()
})
