import { expect, test } from 'vitest'
import { message } from './failure.ts'

test('an error in the syntax points at the place', () => {
  expect(message('')).toMatchInlineSnapshot(`
    "
    cell: there are no equations
      1 | 
        | ^
    "
  `)
  expect(message('// nothing\n;;\n')).toMatchInlineSnapshot(`
    "
    cell: there are no equations
      2 | ;;
        |   ^
    "
  `)
  expect(message('z = (v + (i*2)\nv = 1')).toMatchInlineSnapshot(`
    "
    cell: this '(' is not closed: expected ')' before 'v'
      1 | z = (v + (i*2)
        |     ^
    "
  `)
  expect(message('z = max(v, i')).toMatchInlineSnapshot(`
    "
    cell: this '(' is not closed: expected ')' before the end of the text
      1 | z = max(v, i
        |        ^
    "
  `)
  expect(message('z = v i = 2')).toMatchInlineSnapshot(`
    "
    cell: expected an operator, ';' or a new line, got 'i'
      1 | z = v i = 2
        |       ^
    "
  `)
  expect(message('z = v ? 1')).toMatchInlineSnapshot(`
    "
    cell: this '?' has no ':'; got the end of the text instead
      1 | z = v ? 1
        |       ^
    "
  `)
  expect(message('z = v +\n')).toMatchInlineSnapshot(`
    "
    cell: expected a value, got the end of the text
      1 | z = v +
        |        ^
    "
  `)
  expect(message('z == v')).toMatchInlineSnapshot(`
    "
    cell: expected '=' after 'z', got '=='
      1 | z == v
        |   ^
    "
  `)
  expect(message('v += 1')).toMatchInlineSnapshot(`
    "
    cell: expected '=' after 'v', got '+'
      1 | v += 1
        |   ^
    "
  `)
  expect(message('spike(v)')).toMatchInlineSnapshot(`
    "
    cell: expected '=' after 'spike', got '('
      1 | spike(v)
        |      ^
    "
  `)
  expect(message('z = v % 2')).toMatchInlineSnapshot(`
    "
    cell: unexpected character "%"
      1 | z = v % 2
        |       ^
    "
  `)
  expect(message('z = v ** 2')).toMatchInlineSnapshot(`
    "
    cell: expected a value, got '*'
      1 | z = v ** 2
        |        ^
    "
  `)
  expect(message('z = τ')).toMatchInlineSnapshot(`
    "
    cell: unexpected character "τ"
      1 | z = τ
        |     ^
    "
  `)
  expect(message('z = 0 < v < 1')).toMatchInlineSnapshot(`
    "
    cell: comparisons do not chain: write a < b && b < c, or parentheses
      1 | z = 0 < v < 1
        |           ^
    "
  `)
  expect(message('z = 1e39')).toMatchInlineSnapshot(`
    "
    cell: 1e39 is beyond the range of float32
      1 | z = 1e39
        |     ^
    "
  `)
  expect(message('1 = z')).toMatchInlineSnapshot(`
    "
    cell: expected an assignment, name = value, got '1'
      1 | 1 = z
        | ^
    "
  `)
  expect(message('z = v)')).toMatchInlineSnapshot(`
    "
    cell: expected an operator, ';' or a new line, got ')'
      1 | z = v)
        |      ^
    "
  `)
})
