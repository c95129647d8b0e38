/**
 * Counter-based random numbers: a pure function of (seed, step, stream, element), so that any element of any step can be
 * drawn in any order, on any back end, and again. Only 32-bit integer operations, which JavaScript and SIMD share.
 */

/**
 * A bijection of 32-bit integers that scatters neighbours.
 * Constants: the public-domain search for low-bias integer hashes by C. Wellons and TheIronBorn (`0x21f0aaad`, `0xd35a2d97`).
 */
export function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97 | 0)
  return h ^ (h >>> 15)
}

/** What the elements of one draw share. Two words, so that steps differ in more than an offset. */
export interface RandomKey {
  readonly a: number
  readonly b: number
}

/**
 * The key of one draw.
 * @param seed any safe integer
 * @param step how many draws went before
 * @param stream tells independent draws of one step apart
 */
export function randomKey(seed: number, step: number, stream = 0): RandomKey {
  const high = Math.floor(seed / 2 ** 32) | 0
  const a = mix(mix(mix(mix((seed | 0) ^ 0x9e3779b9) + high) + (step | 0)) + Math.floor(step / 2 ** 32) + Math.imul(stream, 0x85ebca6b))
  return { a, b: mix(a + 0x632be59b) }
}

/** 32 random bits of one element, as a signed integer. */
export const randomBits = (key: RandomKey, element: number): number => mix(mix(element ^ key.a) + key.b)

/** Uniform in [0, 1), a multiple of 2^-24: exact in float32. */
export const randomUniform = (key: RandomKey, element: number): number => (randomBits(key, element) >>> 8) * 2 ** -24

/** Standard normal, in double precision (Box and Muller 1958). */
export function randomNormal(key: RandomKey, element: number): number {
  const u = ((randomBits(key, 2 * element) >>> 8) + 1) * 2 ** -24
  const angle = 2 * Math.PI * randomUniform(key, 2 * element + 1)
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(angle)
}

/** A seed from a text (FNV-1a, then scattered): layers derive theirs from their path. */
export function seedOf(text: string, base = 0): number {
  let h = 0x811c9dc5
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193)
  return mix(h + mix(base)) >>> 0
}
