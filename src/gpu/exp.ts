/** e^x by the operations of the other back ends: a GPU's own exp is off by some ulp, and each GPU's by others. */

import { expConstants } from '../kernel/equations/exp.ts'

const { high, low, log2e, ln2High, ln2Low, c5, c4, c3, c2, c1 } = expConstants

/**
 * Statements that leave e^x in `name`. Rounds to the nearest integer, ties to even, without the trick of a large sum, which a
 * compiler may undo; multiplies by powers of two that are exact.
 * @param x an expression without side effects
 */
export function expLines(name: string, x: string): readonly string[] {
  const of = (part: string) => `${name}${part}`
  const [c, y, f, d, odd, one, n, r, r2, q, m] = ['c', 'y', 'f', 'd', 'o', 'i', 'n', 'r', 's', 'q', 'm'].map(of)
  return [
    `const ${c} = Math.min(Math.max(${x}, ${low - 1}), ${high + 1})`,
    `const ${y} = ${c} * ${log2e}`,
    `const ${f} = Math.floor(${y})`,
    `const ${d} = ${y} - ${f}`,
    `const ${odd} = ${f} - 2 * Math.floor(${f} * 0.5)`,
    `const ${one} = ${d} > 0.5 ? 1 : 0`,
    `const ${n} = ${f} + (${d} == 0.5 ? ${odd} : ${one})`,
    `const ${r} = (${c} - ${n} * ${ln2High}) - ${n} * ${ln2Low}`,
    `const ${r2} = ${r} * ${r}`,
    `const ${q} = ((${r2} * ${c5}) + ((${r} * ${c4}) + ${c3})) * ${r2} + ((${r} * ${c2}) + ${c1})`,
    `let ${name} = ((${q} * ${r2}) + ${r}) + 1`,
    `let ${m} = Math.abs(${n})`,
    ...[64, 64, 32, 16, 8, 4, 2, 1].map(
      (bits) => `if (${m} >= ${bits}) { ${name} = ${name} * (${n} < 0 ? ${2 ** -bits} : ${2 ** bits}); ${m} = ${m} - ${bits} }`,
    ),
    `${name} = ${x} < ${low} ? 0 : ${name}`,
  ]
}
