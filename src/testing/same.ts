/** Says where two runs differ. */

import type { Tree } from '../layers/node.ts'
import { sameBits, Tensor } from '../tensor.ts'

/** @throws Error naming the first step at which two sequences differ, with both tensors; `a` and `b` say what they are. */
export function checkSame(left: readonly Tensor[], right: readonly Tensor[], a: string, b: string): void {
  if (left.length !== right.length) throw new Error(`${left.length} outputs ${a}, ${right.length} ${b}`)
  left.forEach((one, k) => {
    const other = right[k] as Tensor
    if (!sameBits(one, other)) throw new Error(`step ${k}: ${bare(one)} ${a}, ${bare(other)} ${b}`)
  })
}

/** @throws Error naming the first value of two trees that differs. */
export function checkSameTree(left: unknown, right: unknown, a: string, b: string): void {
  const [one, other] = [new Map(leaves(left as Tree)), new Map(leaves(right as Tree))]
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [mine, yours] = [one.get(name), other.get(name)]
    if (mine === undefined || yours === undefined || !sameBits(mine, yours))
      throw new Error(`${name}: ${mine === undefined ? 'nothing' : bare(mine)} ${a}, ${yours === undefined ? 'nothing' : bare(yours)} ${b}`)
  }
}

/** Every tensor of a tree under its path. */
export const leaves = (tree: Tree, prefix = ''): readonly (readonly [path: string, value: Tensor])[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    value instanceof Tensor ? [[prefix + name, value] as const] : leaves(value, `${prefix}${name}.`),
  )

/** The values alone, as steps that are compared stand at the same time. */
const bare = ({ shape, data }: Tensor): string => String(new Tensor(shape, data))
