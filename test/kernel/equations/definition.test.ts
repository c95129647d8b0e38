/** What the types of a definition infer, and what they refuse. The compiler is the test; vitest runs the accepted ones. */

import { expect, test } from 'vitest'
import type { NeuronDefinition } from '../../../src/kernel/equations/definition.ts'
import { compileModel } from '../../../src/kernel/equations/model.ts'
import { lifRefrac } from '../../../src/neurons/lif-refrac.ts'

const define = <const P extends string, const V extends string>(definition: NeuronDefinition<P, V>): NeuronDefinition<P, V> => definition

test('names are inferred', () => {
  const mine = define({
    name: 'mine',
    params: { tau: 10, vTh: 1 },
    state: { v: 'vTh', w: 0 },
    input: 'v',
    step: 'z = spike(v - vTh)',
    output: 'z',
  })
  const same: NeuronDefinition<'tau' | 'vTh', 'v' | 'w'> = mine
  expect(compileModel(same).state).toEqual(['v', 'w'])
  const names: readonly ('v' | 'i' | 'rho')[] = Object.keys(lifRefrac.state) as (keyof typeof lifRefrac.state)[]
  expect(names).toEqual(['v', 'i', 'rho'])
})

test('wrong names do not compile, nor run', () => {
  // @ts-expect-error the initial value names no parameter
  const start = define({ name: 'bad', params: { tau: 10 }, state: { v: 'tua' }, step: 'v = v', output: 'v' })
  // @ts-expect-error the input names no state
  const input = define({ name: 'bad', params: { tau: 10 }, state: { v: 0 }, input: 'i', step: 'v = v', output: 'v' })
  for (const each of [start, input]) expect(() => compileModel(each as NeuronDefinition<string, string>)).toThrow(TypeError)
})
