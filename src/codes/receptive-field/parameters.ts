/** Which receptive fields there are: rows of parameters. */

/** One field. */
export interface SpatialParameters {
  /** Variance of the field where the ratio is 1, in units of the domain squared. */
  readonly scale: number
  /** radians, from x towards y */
  readonly angle: number
  /** Elongation: standard deviations `ratio` along the angle and 1 / `ratio` across it. */
  readonly ratio: number
  readonly x: number
  readonly y: number
  /** How often it is derived along the angle, and across it. */
  readonly dx: number
  readonly dy: number
}

/** One field in space and one time constant. */
export interface SpatioTemporalParameters extends SpatialParameters {
  /** Time constant, seconds. */
  readonly time: number
}

export interface SpatialChoice {
  readonly scales: readonly number[]
  /** radians */
  readonly angles: readonly number[]
  readonly ratios: readonly number[]
  /**
   * n: all pairs of 0 to n derivatives along and across, but (n, n); 0, the default: none. Or the pairs [dx, dy] themselves.
   */
  readonly derivatives?: number | readonly (readonly [dx: number, dy: number])[]
  /** Centres, in units of the domain ([0]). */
  readonly x?: readonly number[]
  readonly y?: readonly number[]
  /**
   * Fields of ratio 1 look the same at every angle: they come with the first angle only, after all others, unless this is true (false).
   */
  readonly includeReplicas?: boolean
}

/**
 * Every combination of these values: scales first, then angles, ratios, x, y, and derivatives, which vary fastest.
 * Order and count as in Norse (`spatial_parameters`).
 * @throws TypeError for what is no list of numbers, RangeError for derivatives that are no whole number from 0 to 64
 */
export function spatialParameters(choice: SpatialChoice): readonly SpatialParameters[] {
  const { scales, angles, ratios, derivatives = 0, x = [0], y = [0], includeReplicas = false } = choice
  for (const [name, values] of Object.entries({ scales, angles, ratios, x, y })) checkNumbers(`spatialParameters: ${name}`, values)
  const pairs = typeof derivatives === 'number' ? pairsUpTo(derivatives) : derivatives
  if (!Array.isArray(pairs))
    throw new TypeError(`spatialParameters: derivatives: expected a number or pairs [dx, dy], got ${String(pairs)}`)
  const product = (someAngles: readonly number[], someRatios: readonly number[]): readonly SpatialParameters[] =>
    scales.flatMap((scale) =>
      someAngles.flatMap((angle) =>
        someRatios.flatMap((ratio) =>
          x.flatMap((eachX) => y.flatMap((eachY) => pairs.map(([dx, dy]) => ({ scale, angle, ratio, x: eachX, y: eachY, dx, dy })))),
        ),
      ),
    )
  if (includeReplicas) return product(angles, ratios)
  const round = (ratio: number) => ratio === 1
  return [
    ...product(
      angles,
      ratios.filter((ratio) => !round(ratio)),
    ),
    ...product(angles.slice(0, 1), ratios.filter(round)),
  ]
}

/** Every combination of spatial fields with time constants, which vary fastest. `times` in seconds. */
export const spatioTemporalParameters = (
  choice: SpatialChoice & { readonly times: readonly number[] },
): readonly SpatioTemporalParameters[] => {
  checkNumbers('spatioTemporalParameters: times', choice.times)
  return spatialParameters(choice).flatMap((row) => choice.times.map((time) => ({ ...row, time })))
}

function checkNumbers(at: string, values: unknown): void {
  if (!Array.isArray(values) || !values.every(Number.isFinite))
    throw new TypeError(`${at}: expected a list of finite numbers, got ${String(values)}`)
}

function pairsUpTo(n: number): readonly (readonly [number, number])[] {
  if (!Number.isInteger(n) || n < 0 || n > 64)
    throw new RangeError(`spatialParameters: derivatives ${String(n)}: a whole number from 0 to 64, or pairs, are needed`)
  if (n === 0) return [[0, 0]]
  const upTo = Array.from({ length: n + 1 }, (_, k) => k)
  return upTo.flatMap((dx) => upTo.map((dy) => [dx, dy] as const)).slice(0, -1)
}
