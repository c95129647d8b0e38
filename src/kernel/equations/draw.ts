/** The random numbers of one step. */

import { mix, type RandomKey } from '../../random.ts'

/** Odd multiples of it tell the draws of one step apart. */
export const SITE: number = 0x85ebca6b | 0
/** From the first word of a key to its second. */
export const SECOND = 0x632be59b

/** The key of the draw with this number: the step's own, then keys as unrelated to it as those of other steps. */
export function drawKey(key: RandomKey, draw: number): RandomKey {
  if (draw === 0) return key
  const a = mix(key.a + Math.imul(draw, SITE) + key.b)
  return { a, b: mix(a + SECOND) }
}
