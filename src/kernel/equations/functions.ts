/** The functions of the language, and the names that a model cannot take. */

/** What a function call becomes: an operation of the graph, several, or a draw. */
export type FunctionName = 'exp' | 'log' | 'pow' | 'abs' | 'sqrt' | 'min' | 'max' | 'spike' | 'detach' | 'uniform' | 'normal'

/** How many arguments each takes. */
export const functions: ReadonlyMap<string, { readonly name: FunctionName; readonly arity: number }> = new Map(
  (
    [
      ['exp', 1],
      ['log', 1],
      ['pow', 2],
      ['abs', 1],
      ['sqrt', 1],
      ['min', 2],
      ['max', 2],
      ['spike', 1],
      ['detach', 1],
      ['uniform', 0],
      ['normal', 0],
    ] as const
  ).map(([name, arity]) => [name, { name, arity }]),
)

export const isIdentifier = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** Names that mean something already. */
export const isReserved = (name: string): boolean => name === 'dt' || name === 'x' || functions.has(name)
