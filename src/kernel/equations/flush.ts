/** Values that leave a step are flushed: set to 0 where they are tiny. Where none can be tiny, or all neurons share it, that is free. */

import type { GraphBuilder, Node } from './graph.ts'

/** The same bits as flushing the value itself, in fewer operations where possible. */
export function flush(graph: GraphBuilder, node: Node): Node {
  if (neverTiny(node)) return node
  const [condition, a, b] = node.args
  if (!node.uniform && node.op === 'select' && condition !== undefined && a !== undefined && b !== undefined && (isFree(a) || isFree(b))) {
    return graph.apply('select', condition, flush(graph, a), flush(graph, b))
  }
  return graph.apply('flush', node)
}

const isFree = (node: Node) => node.uniform || neverTiny(node)

/**
 * +0, or not below 2^-100 in magnitude. A sum with a constant c is: floats near c are 2^-25 |c| apart and more, so a difference
 * is nothing or as large, and it is -0 for c = 0 only.
 */
const neverTiny = ({ op, args, boolean }: Node): boolean =>
  boolean ||
  op === 'flush' ||
  ((op === 'add' || op === 'sub') && args.some((each) => each.op === 'constant' && Math.abs(each.value) >= 2 ** -70))
