/** The text of kernels. What they compute is tested in a browser. */

import { describe, expect, test } from 'vitest'
import { compileModel } from '../../src/kernel/equations/model.ts'
import { printStep, shared } from '../../src/gpu/equations.ts'

const model = compileModel({
  name: 'm',
  params: { tau: 100, th: 1 },
  state: { v: 0, w: 0 },
  step: `
    v = v + dt*tau*(x - v)
    z = spike(v - th)
    w = w / 3 + th`,
  output: 'z',
})

describe('the kernel of a step', () => {
  const graph = model.graph({ arrays: ['th'], synapticDelay: 1 })
  const step = printStep(graph, { count: 10, xOffset: 5, state: model.state, arrays: ['th'] })

  test('computes each plane alone, from planes of state and parameters and from the input at its offset', () => {
    expect(step.planes).toBe(3)
    expect(step.output).toBe(2)
    expect(step.source.split('\n')[0]).toBe('function (s, x, p, u0, u1) {')
    const [v, w, z] = step.source.split('\n}\n')
    expect(v).toContain('x[this.thread.x + 5]')
    expect(v).not.toContain('p[')
    expect(w).toContain('p[(this.thread.x - 10) + 0]')
    expect(z).toContain('s[(this.thread.x - 20) + 0]')
    expect(z).not.toContain('s[(this.thread.x - 20) + 10]')
  })

  test('takes as numbers what all neurons share, with the bits of the other back ends, and constants that divide', () => {
    const numbers = shared(step.numbers, 1e-3, (name) => (name === 'tau' ? 100 : Number.NaN))
    expect(numbers).toEqual([Math.fround(Math.fround(1e-3) * 100), 3])
    expect(step.source).toMatch(/\/ u1\b/)
  })

  test('has no plane for an output that is a state variable', () => {
    const same = compileModel({ name: 's', params: {}, state: { v: 0 }, step: 'v = v + x', output: 'v' })
    const printed = printStep(same.graph({ arrays: [], synapticDelay: 1 }), { count: 4, xOffset: 0, state: ['v'], arrays: [] })
    expect(printed).toMatchObject({ planes: 1, output: 0, arrays: ['state', 'x'] })
  })
})
