/** Trees of tensors as flat names, as PyTorch's state_dict has them: `{ fc1: { weight } }` is `fc1.weight`. */

import type { Tree } from '../layers/node.ts'
import { isPlainTensor, tensorOf } from '../layers/tree.ts'
import { sameShape, type Shape, Tensor } from '../tensor.ts'

/** A tree, flat. */
export interface Flat {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Names of groups without anything in them: a layer without weights. */
  readonly empty: readonly string[]
}

/** @throws TypeError for what is no tree of tensors, and for names that no file could tell apart */
export function flatten(tree: unknown, at: string): Flat {
  const tensors = new Map<string, Tensor>()
  const empty: string[] = []
  const visit = (group: unknown, prefix: string): void => {
    if (typeof group !== 'object' || group === null)
      throw new TypeError(`${at}: ${prefix === '' ? '' : `${prefix}: `}expected tensors by name, got ${String(group)}`)
    const entries = Object.entries(group).filter(([, value]) => value !== undefined)
    if (entries.length === 0 && prefix !== '') empty.push(prefix)
    for (const [name, value] of entries) {
      if (name === '' || name.includes('.'))
        throw new TypeError(`${at}: '${name}' cannot name a tensor in a file: the name must not be empty or hold a dot`)
      const path = prefix === '' ? name : `${prefix}.${name}`
      if (isPlainTensor(value)) tensors.set(path, tensorOf(value, `${at}: ${path}`))
      else visit(value, path)
    }
  }
  visit(tree, '')
  return { tensors, empty }
}

/** The tree of flat names. @throws TypeError where a name is that of a tensor and of a group */
export function nest({ tensors, empty }: Flat): Tree {
  const root: Group = new Map()
  const groupAt = (path: readonly string[]): Group => {
    if (path.length > MOST_DEPTH) throw new TypeError(`names of at most ${MOST_DEPTH} parts are allowed, found one of ${path.length}`)
    let group = root
    for (const name of path) {
      const inside = group.get(name) ?? new Map()
      if (inside instanceof Tensor) throw new TypeError(`${path.join('.')} is a tensor and a group of tensors`)
      group.set(name, inside)
      group = inside
    }
    return group
  }
  for (const path of empty) groupAt(path.split('.'))
  for (const [name, value] of tensors) {
    const path = name.split('.')
    const group = groupAt(path.slice(0, -1))
    const last = path.at(-1) as string
    if (group.has(last)) throw new TypeError(`${name} is a tensor and a group of tensors`)
    group.set(last, value)
  }
  return asTree(root)
}

/** More than any network nests; a file may claim anything. */
const MOST_DEPTH = 100

type Group = Map<string, Tensor | Group>

const asTree = (group: Group): Tree =>
  Object.fromEntries([...group].map(([name, value]) => [name, value instanceof Tensor ? value : asTree(value)]))

/**
 * The tensors of a file in the places of a tree. In the file a name may be written with slashes as well: `fc1/weight`.
 * @param what the tree belongs to, for the message
 * @throws TypeError that lists everything missing, left over and of another shape
 */
export function match(tree: Tree, tensors: ReadonlyMap<string, Tensor>, what: string): Tree {
  const withDots = new Map([...tensors.keys()].map((name) => [name.replaceAll('/', '.'), name]))
  const used = new Set<string>()
  const missing: string[] = []
  const misshapen: string[] = []
  const visit = (group: Tree, prefix: string): Tree => {
    const entries = Object.entries(group).map(([name, expected]) => {
      const path = prefix + name
      if (!(expected instanceof Tensor)) return [name, visit(expected, `${path}.`)] as const
      const found = tensors.has(path) ? path : withDots.get(path)
      const value = found === undefined ? undefined : tensors.get(found)
      if (found !== undefined) used.add(found)
      if (value === undefined) missing.push(`${path} ${show(expected.shape)}`)
      else if (!sameShape(value.shape, expected.shape))
        misshapen.push(`${path} is ${show(value.shape)} in the file, ${show(expected.shape)} in the layer`)
      return [name, value ?? expected] as const
    })
    return Object.fromEntries(entries)
  }
  const result = visit(tree, '')
  const leftOver = [...tensors].filter(([name]) => !used.has(name)).map(([name, { shape }]) => `${name} ${show(shape)}`)
  const problems = [
    ['missing in the file', missing],
    ['left over', leftOver],
    ['of another shape', misshapen],
  ] as const
  const told = problems.flatMap(([problem, names]) => (names.length > 0 ? [`${problem}: ${list(names)}`] : []))
  if (told.length > 0) throw new TypeError(`the file does not fit ${what}; ${told.join('; ')}`)
  return result
}

const show = (shape: Shape) => `[${shape.join(', ')}]`

const MOST_NAMES = 12

const list = (names: readonly string[]) =>
  names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more` : names.join(', ')
