/** Reading and writing the nested values of a running network: state, weights, snapshots. */

import { ShapeError } from '../errors.ts'
import { sameShape, sizeOf, Tensor } from '../tensor.ts'
import type { Slot, Slots, Tree } from './node.ts'

export const isSlot = (entry: Slot | Slots): entry is Slot => typeof entry['read'] === 'function'

/** A copy of every value. */
export function readSlots(slots: Slots): Tree {
  return mapSlots(slots, (slot) => new Tensor(slot.shape, slot.read()))
}

/** Trees laid over one another: a name that several have is a layer, or the last one's value. */
export function overlay(trees: readonly Tree[]): Tree {
  const all: Record<string, Tensor | Tree> = {}
  for (const tree of trees) {
    for (const [name, value] of Object.entries(tree)) {
      const known = all[name]
      all[name] = value instanceof Tensor || known === undefined || known instanceof Tensor ? value : overlay([known, value])
    }
  }
  return all
}

/** The same names with something else behind them. */
export function mapSlots<T>(slots: Slots, f: (slot: Slot) => T): { readonly [name: string]: T & Tree[string] } {
  const entries = Object.entries(slots).map(([name, entry]) => [name, isSlot(entry) ? f(entry) : mapSlots(entry, f)])
  return Object.fromEntries(entries) as { readonly [name: string]: T & Tree[string] }
}

/**
 * Writes the values of a tree. Names that the tree leaves out keep theirs if `partial`; names that are not the user's (`$input`,
 * `$draws`) may always be left out, and are then 0.
 * @throws TypeError for an unknown or missing name, ShapeError for a value of another shape; then nothing was written.
 */
export function writeSlots(slots: Slots, tree: unknown, path: string, partial = false): void {
  writeAll([[slots, tree, path]], partial)
}

/** The same for several trees: all of them are written, or nothing is. */
export function writeAll(trees: readonly (readonly [slots: Slots, tree: unknown, path: string])[], partial = false): void {
  const writes: (() => void)[] = []
  for (const [slots, tree, path] of trees) plan(slots, tree, path, partial, writes)
  for (const write of writes) write()
}

function plan(slots: Slots, tree: unknown, path: string, partial: boolean, writes: (() => void)[]): void {
  if (typeof tree !== 'object' || tree === null)
    throw new TypeError(`${path}: expected values by name (${names(slots)}), got ${String(tree)}`)
  const given = tree as { readonly [name: string]: unknown }
  const unknown = Object.keys(given).filter((name) => given[name] !== undefined && !Object.hasOwn(slots, name))
  if (unknown.length > 0) throw new TypeError(`${path}: there is no ${unknown.join(', ')} here; the names are: ${names(slots)}`)
  for (const [name, entry] of Object.entries(slots)) {
    const value = given[name]
    const at = path === '' ? name : `${path}.${name}`
    if (value === undefined) {
      if (!partial && name.startsWith('$') && isSlot(entry)) writes.push(() => entry.write(new Float32Array(sizeOf(entry.shape))))
      else if (!partial && hasSlot(entry)) throw new TypeError(`${at} is missing; the names are: ${names(slots)}`)
    } else if (!isSlot(entry)) plan(entry, value, at, partial, writes)
    else {
      const { shape, data } = tensorOf(value, at)
      if (!sameShape(shape, entry.shape)) throw new ShapeError(at, `[${entry.shape.join(', ')}]`, shape)
      writes.push(() => entry.write(data))
    }
  }
}

/**
 * A tensor, also from what structuredClone and postMessage make of one: `{ shape, data }` without the class.
 * @throws TypeError for anything else, ShapeError where data and shape do not agree
 */
export function tensorOf(value: unknown, at: string): Tensor {
  if (value instanceof Tensor) return value
  if (!isPlainTensor(value))
    throw new TypeError(`${at}: expected a Tensor, or { shape, data: Float32Array } as structuredClone leaves one, got ${String(value)}`)
  if (sizeOf(value.shape) !== value.data.length) throw new ShapeError(at, `with ${value.data.length} elements`, value.shape)
  return new Tensor(value.shape, value.data)
}

/** Whether a value has what a tensor has. */
export function isPlainTensor(value: unknown): value is Pick<Tensor, 'shape' | 'data'> {
  const { shape, data } = (value ?? {}) as { readonly shape?: unknown; readonly data?: unknown }
  return Array.isArray(shape) && data instanceof Float32Array
}

const hasSlot = (entry: Slot | Slots): boolean => isSlot(entry) || Object.values(entry).some(hasSlot)

const names = (slots: Slots) => Object.keys(slots).join(', ') || 'none'

/** What the roots hold at a path: one slot, or the slots of a layer in each root that has it. @throws RangeError naming what exists. */
export function findSlots(roots: readonly Slots[], path: readonly string[], at: string): readonly (Slot | Slots)[] {
  const step = (entry: Slot | Slots | undefined, name: string) =>
    entry === undefined || isSlot(entry) || !Object.hasOwn(entry, name) ? undefined : entry[name]
  const found = roots.flatMap((root) => path.reduce<Slot | Slots | undefined>(step, root) ?? [])
  const slot = found.find(isSlot)
  if (slot !== undefined) return [slot]
  if (found.length > 0 && path.length > 0) return found
  throw new RangeError(
    `${at}: nothing is called ${path.join('.') || 'by no name'}; there are: ${roots.flatMap((root) => paths(root, '')).join(', ')}`,
  )
}

const paths = (slots: Slots, prefix: string): readonly string[] =>
  Object.entries(slots).flatMap(([name, entry]) => (isSlot(entry) ? [prefix + name] : paths(entry, `${prefix}${name}.`)))

/** Rows of the batch axis where `mask` is not 0 go back to their values in `rest`. @throws ShapeError where a value has no such rows. */
export function resetRows(slots: Slots, rest: Tree, mask: Tensor, path: string): void {
  for (const [name, entry] of Object.entries(slots)) {
    const at = path === '' ? name : `${path}.${name}`
    const initial = rest[name] as Tensor | Tree
    if (!isSlot(entry)) resetRows(entry, initial as Tree, mask, at)
    else if (entry.batchAxis !== undefined) {
      const { batchAxis: axis, shape } = entry
      const rows = shape[axis] ?? 1
      if (mask.data.length !== rows) throw new ShapeError(`${at}: resetRows`, `[${rows}], one 0 or 1 per row of the batch axis`, mask.shape)
      if (entry.writeRows !== undefined) {
        entry.writeRows(mask.data, (initial as Tensor).data)
        continue
      }
      const outer = sizeOf(shape.slice(0, axis))
      const inner = sizeOf(shape.slice(axis + 1))
      const data = entry.read()
      for (let o = 0; o < outer; o++) {
        for (let row = 0; row < rows; row++) {
          const from = (o * rows + row) * inner
          if (mask.data[row] !== 0) data.set((initial as Tensor).data.subarray(from, from + inner), from)
        }
      }
      entry.write(data)
    }
  }
}

/** One tree over another: what `over` names wins. */
export function mergeTrees(base: Tree, over: unknown, path: string): Tree {
  if (typeof over !== 'object' || over === null) throw new TypeError(`${path}: expected weights by name, got ${String(over)}`)
  const result: { [name: string]: Tensor | Tree } = { ...base }
  for (const [name, value] of Object.entries(over as Tree)) {
    const old = base[name]
    const at = path === '' ? name : `${path}.${name}`
    if (value === undefined) continue
    if (old === undefined) throw new TypeError(`${at}: there is no such weight; the names are: ${Object.keys(base).join(', ') || 'none'}`)
    if (!(old instanceof Tensor)) result[name] = mergeTrees(old, value, at)
    else {
      const given = tensorOf(value, at)
      if (!sameShape(old.shape, given.shape)) throw new ShapeError(at, `[${old.shape.join(', ')}]`, given.shape)
      result[name] = given
    }
  }
  return result
}
