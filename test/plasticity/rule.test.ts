/** The language of rules: what is checked at the call, and what is proved about silence. */

import { describe, expect, test } from 'vitest'
import { of } from 'rxjs'
import { EquationError } from '../../src/errors.ts'
import { compileRule } from '../../src/plasticity/rule.ts'
import { correlationSensorRule } from '../../src/plasticity/sensors.ts'
import { stdpRules } from '../../src/plasticity/stdp.ts'
import { threeFactorRule } from '../../src/plasticity/three-factor.ts'
import { defineRule } from '../../src/stream/rule.ts'

const define = (step: string, traces: Readonly<Record<string, 'pre' | 'post' | 'synapse'>> = { a: 'pre', b: 'post', e: 'synapse' }) =>
  defineRule({ name: 'rule', params: { eta: 1 }, traces, step })
const failure = (make: () => unknown): unknown => {
  try {
    return make()
  } catch (error) {
    return error
  }
}
const message = (step: string): string => {
  const error = failure(() => define(step))
  expect(error).toBeInstanceOf(EquationError)
  return `\n${(error as Error).message}\n`
}

describe('an error points at the place', () => {
  test('where a trace depends on the other side', () => {
    expect(message('b = b + post\na = a + eta*pre + w*b')).toMatchInlineSnapshot(`
      "
      rule: 'a' is a trace of 'pre', one value for each input: it cannot depend on 'w', 'b', 'post'
        2 | a = a + eta*pre + w*b
          | ^
      "
    `)
    expect(message('t = pre*post; b = t')).toMatchInlineSnapshot(`
      "
      rule: 'b' is a trace of 'post', one value for each output: it cannot depend on 'pre'
        1 | t = pre*post; b = t
          |               ^
      "
    `)
  })

  test('where something is assigned that is given', () => {
    expect(message('w = w + pre; pre = 0')).toMatchInlineSnapshot(`
      "
      rule: 'pre' is given and cannot be assigned; a rule changes a, b, e, w
        1 | w = w + pre; pre = 0
          |              ^
      "
    `)
    expect(message('eta = 2')).toMatchInlineSnapshot(`
      "
      rule: 'eta' is a parameter and cannot be assigned; state is a, b, e, w
        1 | eta = 2
          | ^
      "
    `)
  })

  test('where a name means nothing', () => {
    expect(message('w = w + etta*pre')).toMatchInlineSnapshot(`
      "
      rule: unknown name 'etta'; did you mean 'eta'? There are eta, pre, post, modulator, dt, a, b, e, w
        1 | w = w + etta*pre
          |         ^
      "
    `)
    expect(message('w = w + x')).toMatchInlineSnapshot(`
      "
      rule: unknown name 'x'. There are eta, pre, post, modulator, dt, a, b, e, w
        1 | w = w + x
          |         ^
      "
    `)
  })

  test('where noise is asked for', () => {
    expect(message('w = w + eta*(1 + 2*normal())')).toMatchInlineSnapshot(`
      "
      rule: a rule draws no random numbers: normal() is for neurons
        1 | w = w + eta*(1 + 2*normal())
          |                    ^
      "
    `)
  })
})

describe('what else can be wrong', () => {
  const good = { name: 'rule', params: { eta: 1 }, traces: { a: 'pre' }, step: 'w = w + eta*pre' } as const
  test.each<[string, object, RegExp]>([
    ['no name', { ...good, name: '' }, /a learning rule has a name, got ''/],
    ['a trace of nothing', { ...good, traces: { a: 'both' } }, /rule: the trace 'a' is of 'pre', 'post' or 'synapse', got 'both'/],
    ['a trace named like a spike', { ...good, traces: { post: 'post' } }, /rule: the name 'post' is taken/],
    [
      'a trace named like what every object has',
      { ...good, traces: { valueOf: 'post' } },
      /rule: the name 'valueOf' is taken: every object/,
    ],
    ['a key of another name', { ...good, bound: { max: 1 } }, /rule: a rule has no 'bound'; did you mean 'bounds'\?/],
    ['a parameter that is no number', { ...good, params: { eta: Number.NaN } }, /rule: the default of 'eta' is a finite number, got NaN/],
    [
      'a bound that is no parameter',
      { ...good, bounds: { max: 'etta' } },
      /rule: bounds.max names no parameter: 'etta'; did you mean 'eta'\?/,
    ],
    ['bounds with nothing between', { ...good, bounds: { min: 2, max: 1 } }, /rule: bounds: min 2 is above max 1/],
    ['a bound of another name', { ...good, bounds: { top: 1 } }, /rule: bounds has min and max, not 'top'/],
  ])('%s', (_, definition, expected) => expect(() => defineRule(definition as typeof good)).toThrow(expected))

  test('options that do nothing', () => {
    expect(() => define('w = w + pre')({ etta: 1 } as never)).toThrow(/rule: there is no parameter 'etta'; there are: eta/)
    expect(() => define('w = w + pre')({}, { modulator: of(1) })).toThrow(/rule: the equations do not read 'modulator'/)
    expect(() => define('w = w + modulator')()).toThrow(/rule: the equations read 'modulator': give its stream/)
    expect(() => define('w = w + modulator')({}, { modulator: 1 as never })).toThrow(/rule: modulator: expected an Observable, got 1/)
    expect(() => define('w = w + pre')({}, { reward: of(1) } as never)).toThrow(/rule: there is no option 'reward'; there is: modulator/)
  })
})

describe('silence', () => {
  const need = (step: string) =>
    Object.entries(compileRule(define(step, { a: 'pre', b: 'post' }).definition).need).flatMap(([name, is]) => (is ? [name] : []))

  test.each<[string, readonly string[]]>([
    ['w = w + eta*pre*post', []],
    ['a = a + pre; b = b + post; w = w + eta*(post*a) - eta*(b*pre)', ['input', 'output']],
    ['a = a + pre; w = w + post*(a - w)', ['output']],
    ['b = b + post; w = w - eta*pre*b', ['input']],
    ['w = w + (pre > 0 ? post : 0)', []],
    ['w = pre != 0 && post != 0 ? 0.5 : w', []],
    ['b = b + post; w = w + eta*b*(pre - b*w)', ['neither', 'input', 'output']],
    ['w = 0.99*w', ['neither', 'input', 'output']],
    ['w = min(w + pre*post, 1)', ['neither', 'input', 'output']],
  ])('%s: looked at %j', (step, expected) => expect(need(step)).toEqual(expected))

  test('is not used where a product with 0 could be NaN', () => {
    expect(need('w = w + pre*post/a')).toContain('neither')
    expect(need('w = w + pre*post*exp(a)')).toEqual([])
    expect(need('w = w + pre*post*exp(w)')).toContain('neither')
    expect(need('w = w + pre*post*(w*w*w*w)')).toEqual([])
    expect(need('w = w + pre*post*(w*w*w*w*w*w*w)')).toContain('neither')
  })

  test('of the rules that come with the library', () => {
    const { additive, additiveStep, multiplicativePow, multiplicativeRelu } = stdpRules
    for (const rule of [additive, additiveStep, multiplicativeRelu]) expect(compileRule(rule).need.neither).toBe(false)
    for (const rule of [multiplicativePow, threeFactorRule, correlationSensorRule]) expect(compileRule(rule).need.neither).toBe(true)
  })
})

test('definitions are plain data', () => {
  for (const each of [...Object.values(stdpRules), threeFactorRule, correlationSensorRule])
    expect(JSON.parse(JSON.stringify(each))).toEqual(each)
})
