/** Time constants of receptive fields in time. */

/**
 * `count` scales in a geometric series, in the unit of `min`: from `min` to `max`, or, without a `max`, each `ratio` times the one
 * before. Logarithmic steps as in Lindeberg, A time-causal and time-recursive scale-covariant scale-space representation (2023).
 *
 * For `min` 1 and no `max` these are the numbers of Norse (`temporal_scale_distribution`, whose ratio is the rounded 1.41421). There
 * `min` and `max` are variances, of which the square roots are returned, and with a `max` the list runs down from max / sqrt(min).
 * @param options.min default 1
 * @param options.ratio default sqrt(2)
 * @throws RangeError for a count below 1, scales or a ratio that are not positive, or a ratio besides a `max`
 */
export function temporalScaleDistribution(
  count: number,
  options: { readonly min?: number; readonly max?: number; readonly ratio?: number } = {},
): readonly number[] {
  const { min = 1, max } = options
  const at = 'temporalScaleDistribution'
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${at}: count ${String(count)}: a positive whole number is needed`)
  if (max !== undefined && options.ratio !== undefined) throw new RangeError(`${at}: max and ratio: give one of them, the other follows`)
  for (const [name, value] of Object.entries({ min, max: max ?? 1, ratio: options.ratio ?? 1 })) {
    if (!(typeof value === 'number' && value > 0 && value < Infinity))
      throw new RangeError(`${at}: ${name} ${String(value)}: a positive number is needed`)
  }
  const ratio = options.ratio ?? (max === undefined ? Math.SQRT2 : count === 1 ? 1 : (max / min) ** (1 / (count - 1)))
  return Array.from({ length: count }, (_, k) => (max !== undefined && k > 0 && k === count - 1 ? max : min * ratio ** k))
}
