/** The arguments of `step`, in order: count, dt, x, y, keyA, keyB, an offset per state variable, an offset per parameter. */

/** Number of arguments before the state. */
export const FIXED = 6

/** What every back end needs to know of a model besides its graph. */
export interface Layout {
  /** State variables in order. */
  readonly state: readonly string[]
  /** Parameters in order. */
  readonly params: readonly string[]
}
