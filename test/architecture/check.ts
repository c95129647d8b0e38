/** Compares source files with a table of rooms. It knows no room by name: the table is in architecture.test.ts. */

import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { readSource, type Import, type Source } from './read-source.ts'

export interface Room {
  /** A folder that ends with `/`, or files one by one. */
  readonly at: readonly string[]
  /** Rooms whose files it may import, besides its own. `entries`: only the index files that are also public. */
  readonly sees: readonly string[] | 'entries'
  /** Whether RxJS works here, or only lends its types. */
  readonly rxjs?: 'yes' | 'types'
  /** Packages that whoever uses this room has installed. */
  readonly peers?: readonly string[]
  /** The same input gives the same output: no clock, no timer, no dice. */
  readonly timeless?: boolean
}

export interface Plan {
  /** Top floor first: a room sees only rooms that stand below it in this table. */
  readonly rooms: Readonly<Record<string, Room>>
  /** Public names and the files behind them. */
  readonly entries: Readonly<Record<string, string>>
  /** `#names` and the files behind them. */
  readonly internal: Readonly<Record<string, readonly string[]>>
  /** Files that may use `node:` modules. */
  readonly nodeHere: readonly RegExp[]
  /** Files that may use any package of package.json. */
  readonly toolsHere: readonly RegExp[]
  readonly maxLines: number
  /** Longer files, each with its reason. */
  readonly longFiles: Readonly<Record<string, string>>
}

/** Path from the root of the repository, and text. */
export type Files = ReadonlyMap<string, string>

/** What is wrong, one line each: `file:line: what`. Empty where the files agree with the plan. */
export function findings(files: Files, plan: Plan): string[] {
  const sources = new Map([...files].map(([path, text]) => [path, readSource(path, text)]))
  return [
    ...[...sources].flatMap(([path, source]) => ofFile(path, source, sources, plan)),
    ...sharedPackages(sources, plan),
    ...cycles(sources, plan),
  ]
}

/** The table itself: rooms that see a room above them, or one that is not there. */
export function misdrawn({ rooms }: Plan): string[] {
  const names = Object.keys(rooms)
  return names.flatMap((name, floor) => {
    const { sees } = rooms[name]!
    return sees === 'entries'
      ? []
      : sees.filter((other) => names.indexOf(other) <= floor).map((other) => `${name} sees ${other}, which does not stand below it`)
  })
}

function ofFile(path: string, source: Source, sources: ReadonlyMap<string, Source>, plan: Plan): string[] {
  const found: string[] = []
  const say = (line: number, what: string) => found.push(`${path}:${line}: ${what}`)
  const home = roomOf(path, plan)
  if (home === undefined) say(1, 'stands in no room: add it to the table, or move it')

  for (const one of source.imports) {
    const problem = ofImport(path, home, one, sources, plan)
    if (problem) say(one.line, problem)
  }
  if (home && plan.rooms[home]?.timeless)
    for (const { what, line } of source.impure) say(line, `${what} in ${home}: time and chance come in as values`)
  if (source.lines > plan.maxLines && !(path in plan.longFiles))
    say(source.lines, `${source.lines} lines, more than ${plan.maxLines}: divide it, or list it with a reason`)
  if (source.lines <= plan.maxLines && path in plan.longFiles) say(1, 'is listed as long, and no longer is')
  return found
}

function ofImport(
  path: string,
  home: string | undefined,
  one: Import,
  sources: ReadonlyMap<string, Source>,
  plan: Plan,
): string | undefined {
  const anything = plan.toolsHere.some((pattern) => pattern.test(path))
  const { from } = one
  const room = home === undefined ? undefined : plan.rooms[home]
  if (from === undefined)
    return mayUseNode(path, plan) || anything ? undefined : 'an import computed at run time: nobody can tell what it sees'
  if (isBuiltin(from)) {
    if (!mayUseNode(path, plan)) return `'${from}' is Node's: it goes behind #platform`
    return from.startsWith('node:') ? undefined : `write 'node:${from}'`
  }
  const targets = targetsOf(path, from, plan)
  if (targets === undefined) {
    if (anything) return undefined
    if (from === 'rxjs')
      return room?.rxjs === 'yes' || (room?.rxjs === 'types' && one.typeOnly)
        ? undefined
        : `${home} does without RxJS${room?.rxjs ? ', but for its types' : ''}`
    if (room?.peers?.includes(from)) return undefined
    if (packageOf(from) === 'rxjs') return `'${from}': import from 'rxjs'`
    return one.typeOnly || one.dynamic ? undefined : `'${from}' is optional: load it with import() when it is used`
  }
  if (targets.length === 0) return `'${from}' is no public entry`
  if (from.startsWith('rxspike') && !anything && room?.sees !== 'entries') return `'${from}': inside the library, import the file`
  return targets.map((target) => ofArrow(home, target, sources, plan)).find((problem) => problem !== undefined)
}

function ofArrow(home: string | undefined, target: string, sources: ReadonlyMap<string, Source>, plan: Plan): string | undefined {
  const there = roomOf(target, plan)
  if (home === undefined || there === home) return undefined
  if (!sources.has(target)) return `imports ${target}, which is not there`
  const { sees } = plan.rooms[home]!
  if (sees === 'entries') return Object.values(plan.entries).includes(target) ? undefined : `${home} uses the public entries, not ${target}`
  if (there === undefined || sees.includes(there)) return undefined
  const names = Object.keys(plan.rooms)
  return `${names.indexOf(there) < names.indexOf(home) ? 'an upward arrow' : 'an arrow that is not drawn'}: ${home} does not see ${there} (${target})`
}

/** Files that an import of ours leads to; none where there is no such entry; undefined for other people's packages. */
function targetsOf(path: string, from: string, plan: Plan): readonly string[] | undefined {
  if (from.startsWith('.')) return [posix.join(posix.dirname(path), from)]
  if (from.startsWith('#')) return plan.internal[from] ?? []
  if (packageOf(from) !== 'rxspike') return undefined
  const entry = plan.entries[from]
  return entry === undefined ? [] : [entry]
}

const packageOf = (from: string) =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

function roomOf(path: string, { rooms }: Plan): string | undefined {
  return Object.keys(rooms).find((name) => rooms[name]!.at.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place)))
}

const mayUseNode = (path: string, plan: Plan) => plan.nodeHere.some((pattern) => pattern.test(path))

/** A package that may be absent stands behind one file, which says how to install it. */
function sharedPackages(sources: ReadonlyMap<string, Source>, plan: Plan): string[] {
  const users = new Map<string, Set<string>>()
  for (const [path, { imports }] of sources) {
    if (plan.toolsHere.some((pattern) => pattern.test(path))) continue
    for (const { from, typeOnly } of imports) {
      if (from === undefined || typeOnly || isBuiltin(from) || /^(\.|#|rxjs|rxspike)/.test(from)) continue
      if (plan.rooms[roomOf(path, plan) ?? '']?.peers?.includes(from)) continue
      users.set(packageOf(from), (users.get(packageOf(from)) ?? new Set()).add(path))
    }
  }
  return [...users]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name}: loaded by ${[...paths].join(' and ')}; one file should`)
}

/** Circles among the imports that remain after compilation. */
function cycles(sources: ReadonlyMap<string, Source>, plan: Plan): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push(`a circle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`)
    if (trail.includes(path) || done.has(path)) return
    for (const { from, typeOnly } of sources.get(path)?.imports ?? []) {
      if (from === undefined || typeOnly) continue
      for (const target of targetsOf(path, from, plan) ?? []) visit(target, [...trail, path])
    }
    done.add(path)
  }
  for (const path of sources.keys()) visit(path, [])
  return found
}
