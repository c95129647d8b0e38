/** e^x in float32 operations that every back end shares, so that all give the same bits. */

const F = Math.fround
type Name = 'high' | 'low' | 'log2e' | 'round' | 'ln2High' | 'ln2Low' | 'c5' | 'c4' | 'c3' | 'c2' | 'c1'

/**
 * x = n ln 2 + r, e^x = 2^n (1 + r + r^2 q(r)), q of degree 3 in two halves. Coefficients: minimax on |r| <= ln 2 / 2, rounded.
 * Largest error .991 ulp. Infinity above `high`; 0 below `low`, where the result would be denormal; NaN of NaN.
 */
export const expConstants: Readonly<Record<Name, number>> = {
  high: F(88.72283172607422),
  low: F(-87.33654022216797),
  log2e: F(1.4426950216293335),
  /** Adding it rounds to an integer, in the low bits of the sum (1.5 * 2^23). */
  round: 12582912,
  /** ln 2 in two parts, the first of few bits: n * ln2High is exact. */
  ln2High: F(0.693359375),
  ln2Low: F(-0.00021219444170128554),
  c5: F(0.0013814540579915047),
  c4: F(0.00836874544620514),
  c3: F(0.04166838899254799),
  c2: F(0.1666652113199234),
  c1: F(0.4999999403953552),
}

const POWERS = Float64Array.from({ length: 512 }, (_, k) => 2 ** (k - 256))
const { high, low, log2e, round, ln2High, ln2Low, c5, c4, c3, c2, c1 } = expConstants

/** Of a float32. */
export function exp32(x: number): number {
  if (!(x <= high)) return x + Infinity
  if (x < low) return 0
  const n = F(F(F(x * log2e) + round) - round)
  const r = F(F(x - F(n * ln2High)) - F(n * ln2Low))
  const r2 = F(r * r)
  const upper = F(F(r2 * c5) + F(F(r * c4) + c3))
  const q = F(F(upper * r2) + F(F(r * c2) + c1))
  return F(F(F(F(q * r2) + r) + 1) * (POWERS[n + 256] as number))
}
