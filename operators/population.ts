import { populationEncode, type PopulationOptions } from '../src/codes/population.ts'
import { functionNode } from '../src/layers/function-stage.ts'
import { type Layer, makeLayer } from '../src/stream/layer.ts'
import { type Tensor, zeros } from '../src/tensor.ts'

/**
 * Population code of every step: [...] -> [..., size], neuron k active around the value k scale / (size - 1). See `populationEncode`.
 * @param options.scale the last centre: steps must mean the same, so here it has no default
 * @throws RangeError for a bad size or scale
 */
export function population(options: PopulationOptions & { readonly scale: number }): Layer<{}, {}> {
  const { scale } = options
  if (scale === undefined) throw new RangeError('population: a scale is needed, the range of the values: it must be the same in every step')
  const population = (x: Tensor): Tensor => populationEncode(x, options)
  population(zeros(1))
  return makeLayer(functionNode(population))
}
