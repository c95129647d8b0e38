/** What the architecture test needs to know of a source file: its imports, and where it reads a clock or throws dice. */

import ts from 'typescript'

export interface Import {
  /** As written; undefined where it is computed at run time. */
  readonly from: string | undefined
  readonly line: number
  /** Gone after compilation. */
  readonly typeOnly: boolean
  /** `import()`, when the code gets there. */
  readonly dynamic: boolean
}

export interface Source {
  readonly imports: readonly Import[]
  /** `Date.now`, `performance.now`, `new Date`, `Math.random`, timers. */
  readonly impure: readonly { readonly what: string; readonly line: number }[]
  readonly lines: number
}

const IMPURE_PROPERTIES = ['Date.now', 'performance.now', 'Math.random']
const IMPURE_CALLS = ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame']

export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  const imports: Import[] = []
  const impure: { what: string; line: number }[] = []
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
  const add = (node: ts.Node, from: ts.Node | undefined, typeOnly: boolean, dynamic = false) =>
    imports.push({ from: from && ts.isStringLiteralLike(from) ? from.text : undefined, line: lineOf(node), typeOnly, dynamic })

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node)) add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0], false, true)
    else if (ts.isPropertyAccessExpression(node) && IMPURE_PROPERTIES.includes(node.getText(file)))
      impure.push({ what: node.getText(file), line: lineOf(node) })
    else if (
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      IMPURE_CALLS.includes(node.expression.text)
    )
      impure.push({ what: `${node.expression.text}(...)`, line: lineOf(node) })
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { imports, impure, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }
}
