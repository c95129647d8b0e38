import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EquationError } from '../../../src/errors.ts'
import { compileModel } from '../../../src/kernel/equations/model.ts'
import { failure, message, model } from './failure.ts'

describe('an error in the text points at the place', () => {
  test('unknown names', () => {
    expect(message('v = v + dt*tauMem*i\nz = v')).toMatchInlineSnapshot(`
      "
      cell: unknown name 'tauMem'; did you mean 'tauMemInv'? There are tauMemInv, vTh, dt, x, v, i
        1 | v = v + dt*tauMem*i
          |            ^
      "
    `)
    expect(message('z = 1; v = v + Z + quite')).toMatchInlineSnapshot(`
      "
      cell: unknown name 'Z'; did you mean 'z'? There are tauMemInv, vTh, dt, x, v, i, z
        1 | z = 1; v = v + Z + quite
          |                ^
      "
    `)
    expect(message('z = sinh(v)')).toMatchInlineSnapshot(`
      "
      cell: unknown function 'sinh'. There are exp, log, pow, abs, sqrt, min, max, spike, detach, uniform, normal
        1 | z = sinh(v)
          |     ^
      "
    `)
    expect(message('z = spik(v)')).toMatchInlineSnapshot(`
      "
      cell: unknown function 'spik'; did you mean 'spike'? There are exp, log, pow, abs, sqrt, min, max, spike, detach, uniform, normal
        1 | z = spik(v)
          |     ^
      "
    `)
    expect(message('z = spike')).toMatchInlineSnapshot(`
      "
      cell: 'spike' is a function: write spike(...)
        1 | z = spike
          |     ^
      "
    `)
    expect(message('z = w\nw = v')).toMatchInlineSnapshot(`
      "
      cell: 'w' is used before it is assigned
        1 | z = w
          |     ^
      "
    `)
  })

  test('assignments to what cannot be assigned', () => {
    expect(message('vTh = 2')).toMatchInlineSnapshot(`
      "
      cell: 'vTh' is a parameter and cannot be assigned; state is v, i
        1 | vTh = 2
          | ^
      "
    `)
    expect(message('z = 0\ndt = 2')).toMatchInlineSnapshot(`
      "
      cell: 'dt' is given and cannot be assigned; state is v, i
        2 | dt = 2
          | ^
      "
    `)
    expect(message('x = 2')).toMatchInlineSnapshot(`
      "
      cell: 'x' is given and cannot be assigned; state is v, i
        1 | x = 2
          | ^
      "
    `)
    expect(message('exp = 2')).toMatchInlineSnapshot(`
      "
      cell: 'exp' is a function and cannot be assigned
        1 | exp = 2
          | ^
      "
    `)
  })

  test('calls', () => {
    expect(message('z = max(v)')).toMatchInlineSnapshot(`
      "
      cell: max() takes 2 arguments, got 1
        1 | z = max(v)
          |     ^
      "
    `)
    expect(message('z = normal(0, 1)')).toMatchInlineSnapshot(`
      "
      cell: normal() takes no arguments, got 2
        1 | z = normal(0, 1)
          |     ^
      "
    `)
    expect(message('z = exp()')).toMatchInlineSnapshot(`
      "
      cell: exp() takes 1 argument, got 0
        1 | z = exp()
          |     ^
      "
    `)
  })

  test('what is too much', () => {
    expect(message(`z = ${'('.repeat(80)}v`)).toContain('nested deeper than 64: give a part a name')
    expect(message(`z = ${'-'.repeat(80)}v`)).toContain('nested deeper than 64')
    expect(message(`z = ${'v ? 1 : '.repeat(80)}v`)).toContain('nested deeper than 64')
    expect(message(`z = ${Array.from({ length: 3000 }, (_, k) => k).join('+v+')}`)).toContain('more than 2000 operations')
    expect(message(`z = ${'normal() + '.repeat(500)} v`)).toContain('more than 2000 operations')
    expect(message(' '.repeat(20_001))).toContain('the text has 20001 characters; 20000 are allowed')
  })

  test('with the line and column as numbers', () => {
    expect(failure({ step: 'v = v\n  z = q' })).toMatchObject({ name: 'EquationError', model: 'cell', line: 2, column: 7 })
  })
})

test('lines continue after an operator, before one and inside parentheses', () => {
  const continued = [
    'z = v +\n i',
    'z = v\n + i',
    'z = (v\n + i\n)',
    'z =\n v ? // if so\n 1 :\n 0',
    'z = v\r\n  ? 1\r\n  : 0',
    '\n\n z = max(v,\n\n i) // end',
    'z=v;;v=i;',
  ]
  for (const step of continued) expect(() => compileModel(model({ step })), step).not.toThrow()
})

describe('an error elsewhere names the model', () => {
  test.each([
    [{ params: { v: 1 } }, `cell: 'v' is both a parameter and a state variable`],
    [{ params: { dt: 1 } }, `cell: the name 'dt' is taken: it means something else in equations`],
    [{ state: { x: 0 } }, `cell: the name 'x' is taken: it means something else in equations`],
    [{ state: { exp: 0 } }, `cell: the name 'exp' is taken: it means something else in equations`],
    [{ params: { constructor: 1 } }, `cell: the name 'constructor' is taken: every object has it`],
    [{ state: { valueOf: 0 } }, `cell: the name 'valueOf' is taken: every object has it`],
    [{ inputs: 'v' }, `cell: a definition has no 'inputs'; did you mean 'input'? There are name, params, state, step, input, output`],
    [{ params: { 'tau mem': 1 } }, `cell: 'tau mem' is no name: letters, digits and _, not beginning with a digit`],
    [{ state: { '1v': 0 } }, `cell: '1v' is no name: letters, digits and _, not beginning with a digit`],
    [{ params: { vTh: NaN } }, `cell: the default of 'vTh' is a finite number, got NaN`],
    [{ params: { vTh: 1e39 } }, `cell: the default of 'vTh' is a finite number, got 1e+39`],
    [{ params: { vTh: '1' } }, `cell: the default of 'vTh' is a finite number, got '1'`],
    [
      { state: { v: 'tauMem' } },
      `cell: the initial value of 'v' names no parameter: 'tauMem'; did you mean 'tauMemInv'? There are tauMemInv, vTh`,
    ],
    [{ state: { v: null } }, `cell: the initial value of 'v' is a finite number or the name of a parameter, got null`],
    [{ input: 'j' }, `cell: input names no state variable: 'j'. There are v, i`],
    [{ output: 's' }, `cell: output 's' is neither a state variable nor assigned in step. There are v, i, z`],
    [{ output: 'vTh' }, `cell: output 'vTh' is neither a state variable nor assigned in step. There are v, i, z`],
    [{ step: 3 }, 'cell: step is a text of equations, got 3'],
    [{ params: undefined }, 'cell: params is an object of default numbers, got undefined'],
    [{ state: [] }, 'cell: state is an object of initial values, got '],
    [{ name: '' }, `a neuron definition has a name, got ''`],
  ])('%j', (change, expected) => {
    const error = failure(change)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toBe(expected)
  })

  test('a kernel for a parameter that does not exist', () => {
    expect(() => compileModel(model({})).kernel({ arrays: ['tau'], synapticDelay: 1 })).toThrow(`cell: no parameter 'tau'`)
  })
})

test('whatever the text, the error is an EquationError', () => {
  const piece = fc.constantFrom(
    'v',
    'z',
    'x',
    'dt',
    '=',
    '==',
    '(',
    ')',
    '+',
    '-',
    '?',
    ':',
    ',',
    ';',
    '\n',
    ' ',
    '1',
    '.5',
    'e3',
    '!',
    '&&',
    '|',
    'spike',
    'normal()',
    '//',
    '\u{1f600}',
    'constructor',
    '__proto__',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, (step) => {
      try {
        compileModel(model({ step: `z = 0\n${step}` }))
      } catch (error) {
        expect(error).toBeInstanceOf(EquationError)
      }
    }),
    { numRuns: 1000 },
  )
})
