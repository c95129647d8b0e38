/** A neuron of one's own, and what must hold of it: rxspike/testing as its users write it. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineNeuron, zeros } from 'rxspike'
import { arbitrary, laws, outputs, states } from 'rxspike/testing'

const resonator = defineNeuron({
  name: 'resonator',
  params: { omega: 60, damping: 10, vTh: 1 }, // 1/s, 1/s, -
  state: { v: 0, u: 0 },
  input: 'v',
  step: `
    v = v + dt*(omega*u - damping*v)
    u = u - dt*(omega*v + damping*u)
    z = spike(v - vTh)
    v = z ? 0 : v`,
  output: 'z',
})

describe.each(laws(resonator(), { shape: [7] }))('$name', ({ property }) => {
  test('holds', () => fc.assert(property))
})

test('silent without input, whatever its parameters', () =>
  fc.assert(
    fc.property(arbitrary.params(resonator), fc.nat(200), (params, n) => {
      const silence = Array.from({ length: n }, () => zeros(3))
      expect(outputs(resonator(params), silence).flatMap((z) => [...z])).not.toContain(1)
    }),
  ))

test('below threshold after every step', () =>
  fc.assert(
    fc.property(arbitrary.sequence({ shape: [3] }), (inputs) =>
      states(resonator({ vTh: 0.5 }), inputs).every(({ v }) => [...v].every((x) => x <= 0.5)),
    ),
  ))
