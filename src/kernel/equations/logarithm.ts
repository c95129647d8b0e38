/** Logarithm and power in operations of the graph: the same bits everywhere, and a derivative without more being said. */

import type { GraphBuilder, Node } from './graph.ts'

/** The largest float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127

/**
 * ln x. Largest error below 2 ulp over all float32, denormals included (see the test). -Infinity of 0, NaN below 0 and of NaN, Infinity of Infinity.
 */
export function log(graph: GraphBuilder, x: Node): Node {
  const of = (value: number) => graph.constant(value)
  // Into (0, sqrt 2): exact, as nothing that is made smaller becomes denormal.
  let m = x
  let e = of(0)
  for (const [least, k] of [
    [2 ** 64, 64],
    [Math.SQRT2, 64],
  ] as const) {
    const large = graph.apply('ge', m, of(least))
    m = graph.apply('select', large, graph.apply('mul', m, of(2 ** -k)), m)
    e = graph.apply('select', large, graph.apply('add', e, of(k)), e)
  }
  const positive = logarithm(graph, m, e, [64, 64, 32, 16, 8, 4, 2, 1])
  const finite = graph.apply('select', graph.apply('le', x, of(LARGEST)), positive, x)
  const pole = graph.apply('div', of(-1), graph.apply('abs', x))
  const other = graph.apply('select', graph.apply('eq', x, of(0)), pole, graph.apply('sqrt', x))
  return graph.apply('select', graph.apply('gt', x, of(0)), finite, other)
}

/**
 * a^b for a >= 0: e^(b ln a), so its relative error grows with |b ln a|: about 1 + |b ln a| units of 2^-23. 1 where b is 0, and of
 * a = 0: 0 for b > 0, Infinity for b < 0. NaN where a < 0.
 */
export function pow(graph: GraphBuilder, a: Node, b: Node): Node {
  const zero = graph.constant(0)
  const one = graph.constant(1)
  // The pole of the logarithm gives 0 or Infinity by itself.
  const power = graph.apply('exp', graph.apply('mul', b, log(graph, a)))
  return graph.apply('select', graph.apply('eq', b, zero), one, power)
}

/** ln m + e ln 2 for m in [2^-(sum of the halvings), sqrt 2): m into [sqrt(1/2), sqrt 2), then the series of the inverse hyperbolic tangent. */
export function logarithm(graph: GraphBuilder, m: Node, e: Node, doublings: readonly number[]): Node {
  const of = (value: number) => graph.constant(value)
  for (const k of doublings) {
    const small = graph.apply('lt', m, of(Math.SQRT2 * 2 ** -k))
    m = graph.apply('select', small, graph.apply('mul', m, of(2 ** k)), m)
    e = graph.apply('select', small, graph.apply('sub', e, of(k)), e)
  }
  const f = graph.apply('sub', m, of(1))
  const s = graph.apply('div', f, graph.apply('add', f, of(2)))
  const z = graph.apply('mul', s, s)
  const series = polynomial(graph, z, [2 / 3, 2 / 5, 2 / 7, 2 / 9])
  const tail = graph.apply('mul', graph.apply('mul', series, z), s)
  const natural = graph.apply('add', graph.apply('add', tail, s), s)
  return graph.apply('add', graph.apply('mul', e, of(Math.LN2)), natural)
}

/** Horner's scheme, the coefficient of z^0 first. */
export function polynomial(graph: GraphBuilder, z: Node, coefficients: readonly number[]): Node {
  return coefficients.map((each) => graph.constant(each)).reduceRight((sum, each) => graph.apply('add', graph.apply('mul', sum, z), each))
}
