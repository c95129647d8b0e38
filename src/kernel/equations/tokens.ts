/** From characters to tokens. */

import { EquationError } from '../../errors.ts'

/** A place in the text. */
export interface Place {
  /** 1-based */
  readonly line: number
  readonly column: number
}

/** `end` is a separator too: of the last assignment. A separator's text is what to call it. */
export interface Token extends Place {
  readonly kind: 'name' | 'number' | 'symbol' | 'separator' | 'end'
  readonly text: string
}

/** More is no neuron. Bounds the time and memory that a text from elsewhere can take. */
const LONGEST = 20_000

const PATTERN =
  /(?<space>[ \t\r]+|\/\/[^\n]*)|(?<line>\n)|(?<name>[A-Za-z_]\w*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol>[<>=!]=|&&|\|\||[-+*/<>=!?:;,()])/y
/** An assignment begins with a name: a line that begins with one of these continues the line before. */
const CONTINUES = new Set('+ - * / < <= > >= == != && || ? : , )'.split(' '))
/** A line that ends with one of these goes on. */
const OPEN = new Set('+ - * / < <= > >= == != && || ! ? : , ( = ;'.split(' '))

/** The tokens of a text, the last of kind `end`. New lines are separators, except inside parentheses and next to an operator. */
export function tokenize(model: string, text: string): readonly Token[] {
  if (text.length > LONGEST)
    throw new EquationError(model, `the text has ${text.length} characters; ${LONGEST} are allowed`, { text: '', line: 1, column: 1 })
  const tokens: Token[] = []
  let line = 1
  let start = 0
  let depth = 0
  let broken: Place | undefined
  PATTERN.lastIndex = 0
  for (let at = 0; at < text.length; at = PATTERN.lastIndex) {
    const found = PATTERN.exec(text)?.groups
    const place = { line, column: at - start + 1 }
    if (found === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at) as number)
      throw new EquationError(model, `unexpected character ${JSON.stringify(character)}`, { text, ...place })
    }
    if (found['space'] !== undefined) continue
    if (found['line'] !== undefined) {
      broken ??= place
      line += 1
      start = PATTERN.lastIndex
      continue
    }
    const [kind, word] = wordOf(found)
    const last = tokens.at(-1)
    if (broken !== undefined && depth === 0 && last !== undefined && !OPEN.has(last.text) && !CONTINUES.has(word)) {
      tokens.push({ kind: 'separator', text: 'the end of the line', ...broken })
    }
    broken = undefined
    if (word === '(') depth += 1
    if (word === ')' && depth > 0) depth -= 1
    tokens.push(word === ';' ? { kind: 'separator', text: ';', ...place } : { kind, text: word, ...place })
  }
  return [...tokens, { kind: 'end', text: 'the end of the text', ...(broken ?? { line, column: text.length - start + 1 }) }]
}

function wordOf(found: Readonly<Record<string, string | undefined>>): readonly [Token['kind'], string] {
  if (found['name'] !== undefined) return ['name', found['name']]
  if (found['number'] !== undefined) return ['number', found['number']]
  return ['symbol', found['symbol'] ?? '']
}
