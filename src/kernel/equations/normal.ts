/**
 * Standard normal numbers of two uniform ones (Box and Muller 1958), in operations of the graph: the same bits everywhere.
 * z = sqrt(-2 ln u) cos(2 pi t), u in (0, 1] and t in [0, 1) multiples of 2^-24, so |z| <= 5.77.
 * Largest error against double precision: see the test.
 */

import type { GraphBuilder, Node } from './graph.ts'
import { logarithm, polynomial } from './logarithm.ts'

export function normal(graph: GraphBuilder): Node {
  const of = (value: number) => graph.constant(value)
  const u = graph.apply('add', graph.draw(), of(2 ** -24))
  const radius = graph.apply('sqrt', graph.apply('mul', logarithm(graph, u, of(0), [16, 8, 4, 2, 1]), of(-2)))
  return graph.apply('mul', radius, cosine(graph, graph.draw()))
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
