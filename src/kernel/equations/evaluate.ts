/** What every operation means, on float32 numbers: the definition that the back ends are held to, bit for bit. */

import { exp32 } from './exp.ts'
import type { Operation } from './graph.ts'

/** Below this magnitude a value that leaves the step becomes 0: far above the denormals, so that what is made of it is none either. */
export const TINY: number = 2 ** -100

const F = Math.fround
const bit = (truth: boolean) => (truth ? 1 : 0)

/** Arguments that an operation does not have are ignored. */
export function evaluate(op: Operation, a: number, b: number, c: number): number {
  switch (op) {
    case 'add':
      return F(a + b)
    case 'sub':
      return F(a - b)
    case 'mul':
      return F(a * b)
    case 'div':
      return F(a / b)
    case 'min':
      return Math.min(a, b)
    case 'max':
      return Math.max(a, b)
    case 'neg':
      return -a
    case 'abs':
      return Math.abs(a)
    case 'sqrt':
      return F(Math.sqrt(a))
    case 'exp':
      return exp32(a)
    case 'lt':
      return bit(a < b)
    case 'le':
      return bit(a <= b)
    case 'gt':
      return bit(a > b)
    case 'ge':
      return bit(a >= b)
    case 'eq':
      return bit(a === b)
    case 'ne':
      return bit(a !== b)
    case 'spike':
      return bit(a > 0)
    case 'detach':
      return a
    case 'flush':
      return Math.abs(a) < TINY ? 0 : a
    case 'select':
      return a ? b : c
  }
}
