/** From tokens to assignments: recursive descent with JavaScript's precedences. */

import { EquationError } from '../../errors.ts'
import type { Assignment, BinaryOperator, Expression } from './syntax.ts'
import { type Place, type Token, tokenize } from './tokens.ts'

/** Loosest first; all associate to the left. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/']]
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!='])
/** Nothing legible nests deeper; the stack stays small. */
const DEEPEST = 64

class Parser {
  readonly #model: string
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  /** What the last parentheses held. */
  #grouped: Expression | undefined

  constructor(model: string, text: string) {
    this.#model = model
    this.#text = text
    this.#tokens = tokenize(model, text)
  }

  assignments(): readonly Assignment[] {
    const found: Assignment[] = []
    for (;;) {
      while (this.#token.kind === 'separator') this.#at += 1
      if (this.#token.kind === 'end') break
      found.push(this.#assignment())
      if (!this.#ends()) this.#fail(`expected an operator, ';' or a new line, got ${this.#got()}`)
    }
    if (found.length === 0) this.#fail('there are no equations')
    return found
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token
  }

  #fail(message: string, place: Place = this.#token): never {
    throw new EquationError(this.#model, message, { text: this.#text, line: place.line, column: place.column })
  }

  #ends(): boolean {
    return this.#token.kind === 'separator' || this.#token.kind === 'end'
  }

  #got(): string {
    const { kind, text } = this.#token
    return kind === 'end' || (kind === 'separator' && text !== ';') ? text : `'${text}'`
  }

  #take(text: string): Token | undefined {
    const token = this.#token
    if (token.kind !== 'symbol' || token.text !== text) return undefined
    this.#at += 1
    return token
  }

  #assignment(): Assignment {
    const { kind, text, line, column } = this.#token
    if (kind !== 'name') this.#fail(`expected an assignment, name = value, got ${this.#got()}`)
    this.#at += 1
    if (this.#take('=') === undefined) this.#fail(`expected '=' after '${text}', got ${this.#got()}`)
    return { name: text, value: this.#expression(), line, column }
  }

  /** Every way down leads through here or `#unary`, so these two guard the depth. */
  #expression(): Expression {
    return this.#deeper(() => {
      const condition = this.#binary(0)
      const mark = this.#take('?')
      if (mark === undefined) return condition
      const then = this.#expression()
      if (this.#take(':') === undefined) this.#fail(`this '?' has no ':'; got ${this.#got()} instead`, mark)
      return { kind: 'choice', condition, then, otherwise: this.#expression(), line: mark.line, column: mark.column }
    })
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const { kind, text, line, column } = this.#token
      const operator = kind === 'symbol' ? operators.find((each) => each === text) : undefined
      if (operator === undefined) return left
      if (COMPARISONS.has(operator) && left.kind === 'binary' && COMPARISONS.has(left.operator) && left !== this.#grouped) {
        this.#fail('comparisons do not chain: write a < b && b < c, or parentheses')
      }
      this.#at += 1
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), line, column }
    }
  }

  #unary(): Expression {
    const { line, column } = this.#token
    for (const operator of ['-', '!'] as const) {
      if (this.#take(operator) !== undefined) return { kind: 'unary', operator, of: this.#deeper(() => this.#unary()), line, column }
    }
    return this.#primary()
  }

  #primary(): Expression {
    const { kind, text, line, column } = this.#token
    if (kind === 'number') {
      this.#at += 1
      if (!Number.isFinite(Math.fround(Number(text)))) this.#fail(`${text} is beyond the range of float32`, { line, column })
      return { kind: 'number', value: Math.fround(Number(text)), line, column }
    }
    if (kind === 'name') {
      this.#at += 1
      const open = this.#take('(')
      if (open === undefined) return { kind: 'name', name: text, line, column }
      return { kind: 'call', name: text, args: this.#arguments(open), line, column }
    }
    const open = this.#take('(')
    if (open === undefined) this.#fail(`expected a value, got ${this.#got()}`)
    const inner = this.#expression()
    this.#close(open)
    this.#grouped = inner
    return inner
  }

  #arguments(open: Token): readonly Expression[] {
    if (this.#take(')') !== undefined) return []
    const args: Expression[] = []
    do args.push(this.#expression())
    while (this.#take(',') !== undefined)
    this.#close(open)
    return args
  }

  #close(open: Token): void {
    if (this.#take(')') === undefined) this.#fail(`this '(' is not closed: expected ')' before ${this.#got()}`, open)
  }

  #deeper(read: () => Expression): Expression {
    if (this.#depth === DEEPEST) this.#fail(`nested deeper than ${DEEPEST}: give a part a name`)
    this.#depth += 1
    const expression = read()
    this.#depth -= 1
    return expression
  }
}

/** The assignments of a text. @throws EquationError at the place where it cannot be read. */
export const parse = (model: string, text: string): readonly Assignment[] => new Parser(model, text).assignments()
