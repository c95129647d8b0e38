/**
 * Standard normal numbers of two uniform ones (Box and Muller 1958), in operations of the graph: the same bits everywhere.
 * z = sqrt(-2 ln u) cos(2 pi t), u in (0, 1] and t in [0, 1) multiples of 2^-24, so |z| <= 5.77.
 * Largest error against double precision: see the test.
 */

import type { GraphBuilder, Node } from './graph.ts'

export function normal(graph: GraphBuilder): Node {
  const of = (value: number) => graph.constant(value)
  const u = graph.apply('add', graph.draw(), of(2 ** -24))
  const radius = graph.apply('sqrt', graph.apply('mul', logarithm(graph, u), of(-2)))
  return graph.apply('mul', radius, cosine(graph, graph.draw()))
}

/** ln u for u in [2^-24, 1]: u = m 2^e with m in [sqrt(1/2), sqrt 2), ln m by the series of the inverse hyperbolic tangent. */
function logarithm(graph: GraphBuilder, u: Node): Node {
  const of = (value: number) => graph.constant(value)
  let m = u
  let e = of(0)
  for (const k of [16, 8, 4, 2, 1]) {
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

/** cos(2 pi t) = sin(2 pi q) with q = |t - 1/2| - 1/4, exact, and the Taylor series of the sine. */
function cosine(graph: GraphBuilder, t: Node): Node {
  const of = (value: number) => graph.constant(value)
  const q = graph.apply('sub', graph.apply('abs', graph.apply('sub', t, of(0.5))), of(0.25))
  const angle = graph.apply('mul', q, of(2 * Math.PI))
  const z = graph.apply('mul', angle, angle)
  const series = polynomial(graph, z, [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800])
  return graph.apply('add', graph.apply('mul', graph.apply('mul', series, z), angle), angle)
}

/** Horner's scheme, the coefficient of z^0 first. */
function polynomial(graph: GraphBuilder, z: Node, coefficients: readonly number[]): Node {
  return coefficients.map((each) => graph.constant(each)).reduceRight((sum, each) => graph.apply('add', graph.apply('mul', sum, z), each))
}
