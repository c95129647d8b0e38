/** Normalisation of one step by its own mean and variance: no batch, no running averages, so it streams. */

import { ShapeError } from '../errors.ts'
import { sameShape, type Shape, sizeOf, Tensor } from '../tensor.ts'
import type { Description } from './description.ts'
import type { Node, Slot } from './node.ts'

export interface NormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
  /** Whether there are weights, `weight` and `bias`; default true. */
  readonly affine?: boolean
}

/** What is normalised together, and where its weights are. */
interface Parts {
  /** elements with one mean and variance, one after another */
  readonly group: number
  /** elements with one weight and bias, one after another */
  readonly run: number
  /** Names the last axes: `[..., 4, 5]`. */
  readonly expected: string
  readonly fits: boolean
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * weight + bias, as PyTorch's LayerNorm: mean and variance (of the population) over the
 * last axes, which have the shape `features`; weights { weight, bias } of that shape, at first 1 and 0.
 * Means are computed in float64, results are rounded once.
 * Ba, Kiros, Hinton, Layer Normalization (2016).
 * @throws RangeError at the call for sizes or an epsilon that there are not
 */
export function layerNormNode(features: number | Shape, options: NormOptions = {}): Node {
  const shape = Array.isArray(features) ? [...(features as Shape)] : [features as number]
  if (shape.length === 0 || !shape.every(isCount))
    throw new RangeError(`layerNorm: features ${String(features)} must be a positive integer or a list of these`)
  const { epsilon, affine } = checked('layerNorm', options)
  return normNode({ kind: 'layerNorm', shape, epsilon, affine }, (input) => ({
    group: sizeOf(shape),
    run: 1,
    expected: `[..., ${shape.join(', ')}]`,
    fits: input.length >= shape.length && sameShape(input.slice(input.length - shape.length), shape),
  }))
}

/**
 * The same over groups of neighbouring channels of the last three axes, [..., channel, y, x], as PyTorch's GroupNorm; weights
 * { weight: [channels], bias: [channels] }. One group is a layer norm of the image, as many groups as channels an instance norm.
 * Wu, He, Group Normalization (2018).
 * @throws RangeError at the call for sizes or an epsilon that there are not
 */
export function groupNormNode(groups: number, channels: number, options: NormOptions = {}): Node {
  for (const [name, value] of Object.entries({ groups, channels })) {
    if (!isCount(value)) throw new RangeError(`groupNorm: ${name} ${value} must be a positive integer`)
  }
  if (channels % groups !== 0) throw new RangeError(`groupNorm: channels ${channels} must be a multiple of groups ${groups}`)
  const { epsilon, affine } = checked('groupNorm', options)
  return normNode({ kind: 'groupNorm', groups, channels, epsilon, affine }, (input) => {
    const plane = sizeOf(input.slice(-2))
    return {
      group: (channels / groups) * plane,
      run: plane,
      expected: `[..., ${channels}, y, x]`,
      fits: input.length >= 3 && input[input.length - 3] === channels,
    }
  })
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0

function checked(kind: string, { epsilon = 1e-5, affine = true }: NormOptions): Required<NormOptions> {
  if (!(epsilon >= 0 && Number.isFinite(epsilon))) throw new RangeError(`${kind}: epsilon ${epsilon} must be a number that is not negative`)
  if (typeof affine !== 'boolean') throw new TypeError(`${kind}: affine ${String(affine)}: true or false is needed`)
  return { epsilon, affine }
}

type NormDescription = Extract<Description, { readonly kind: 'layerNorm' | 'groupNorm' }>

function normNode(description: NormDescription, partsOf: (input: Shape) => Parts): Node {
  const { kind, epsilon, affine } = description
  const outputShape = (input: Shape, path: string): Shape => {
    const { fits, expected } = partsOf(input)
    if (!fits) throw new ShapeError(path, expected, input)
    return input
  }
  const weightShape = description.kind === 'layerNorm' ? description.shape : [description.channels]
  const size = sizeOf(weightShape)
  return {
    kind,
    description,
    outputShape,
    initialState: () => ({}),
    initialWeights: () =>
      affine
        ? { weight: new Tensor(weightShape, new Float32Array(size).fill(1)), bias: new Tensor(weightShape, new Float32Array(size)) }
        : {},
    ports: () => [],
    build: ({ arena, path, shape, x, weights }) => {
      outputShape(shape, path)
      const parts = partsOf(shape)
      const y = arena.reserve(sizeOf(shape))
      const weight = new Float32Array(size).fill(1)
      const bias = new Float32Array(size)
      let from: Float32Array = weight
      let into: Float32Array = weight
      return {
        shape,
        y,
        state: {},
        weights: affine ? { weight: arraySlot(weightShape, weight), bias: arraySlot(weightShape, bias) } : {},
        controls: [],
        start: () => {
          ;[from, into] = [arena.floats(x), arena.floats(y)]
          if (!affine) return
          weight.set((weights['weight'] as Tensor).data)
          bias.set((weights['bias'] as Tensor).data)
        },
        run: () => normalise(from, into, parts, epsilon, weight, bias),
      }
    },
  }
}

const arraySlot = (shape: Shape, data: Float32Array): Slot => ({
  shape,
  read: () => data.slice(),
  view: () => data,
  write: (values) => data.set(values),
})

function normalise(
  x: Float32Array,
  y: Float32Array,
  { group, run }: Parts,
  epsilon: number,
  weight: Float32Array,
  bias: Float32Array,
): void {
  for (let begin = 0; begin < x.length; begin += group) {
    let sum = 0
    for (let k = begin; k < begin + group; k++) sum += x[k] as number
    const mean = sum / group
    let squares = 0
    for (let k = begin; k < begin + group; k++) squares += ((x[k] as number) - mean) ** 2
    const factor = 1 / Math.sqrt(squares / group + epsilon)
    for (let k = begin, each = Math.floor(begin / run) % weight.length; k < begin + group; each = (each + 1) % weight.length) {
      const [w, b] = [weight[each] as number, bias[each] as number]
      for (const end = k + run; k < end; k++) y[k] = ((x[k] as number) - mean) * factor * w + b
    }
  }
}
